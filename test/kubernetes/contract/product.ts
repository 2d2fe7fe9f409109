/** What Vigie does to a cluster, from the plan to the end of the watch, in real time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mark, Order, Plan, Progress, RunEvent, Target } from '../../../src/action/action.ts';
import { Throttled } from '../../../src/incident/fault.ts';
import type { Receipts } from '../../../src/incident/contracts.ts';
import type { Clusters } from '../../../src/kubernetes/cluster.ts';
import { performWatch } from '../../../src/kubernetes/watch/perform.ts';
import { askPlan, keepReceipts, makePlan, run } from '../acting.ts';
import type { Place } from './place.ts';

/** Makes a plan, which must succeed. */
export const plan = (place: Place, target: Target, order: Order): Promise<Plan> => makePlan(place, target, order);

/** Why no plan is made. */
export async function refusal(place: Pick<Place, 'clusters' | 'now'>, target: Target, order: Order): Promise<string> {
  const event = await askPlan(place, target, order);
  if (event.type !== 'PlanRefused') throw new Error(`a plan was made: ${JSON.stringify(event)}`);
  return event.says;
}

/** What may differ when a plan is run. */
export interface Acting {
  readonly clusters?: Pick<Clusters, 'get'>;
  readonly receipts?: Receipts;
}

/** Runs a plan as the queue does: claim after claim. Gives back the end, or where it landed. */
export async function act(place: Place, made: Plan, acting: Acting = {}): Promise<RunEvent> {
  const { clusters = place.clusters, receipts = keepReceipts() } = acting;
  const expires = place.now() + 600_000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(place, made, { clusters, receipts, expires, attempt });
    } catch (error) {
      if (attempt === 6) throw error;
      await sleep(Math.min(1_000, place.pause));
    }
  }
}

/** Where a plan landed, which it must. */
export async function land(place: Place, made: Plan, acting: Acting = {}): Promise<Mark> {
  const event = await act(place, made, acting);
  if (event.type !== 'ActionLanded') throw new Error(`it did not land: ${JSON.stringify(event)}`);
  return event.mark;
}

/** How a watch ended. */
export type End = Extract<RunEvent, { type: 'RunEnded' }>;

/** Watches a landed run to its end. `limit` is what it may take. */
export async function watchOut(place: Place, made: Plan, mark: Mark, limit = place.patience): Promise<End> {
  const look = performWatch(place.clusters, { clock: place.now, random: () => 0.5 });
  const signal = new AbortController().signal;
  const until = mark.serverTime + limit;
  let seen: Progress | null = null;
  let since = place.now();
  for (;;) {
    const effect = {
      type: 'kubernetes.watch',
      run: '12-1',
      target: made.target,
      plan: made,
      mark,
      seen,
      until,
    } as const;
    try {
      const event = await look(effect, { since, signal });
      if (event.type === 'RunEnded') return event;
      if (event.type !== 'RolloutMoved') throw new Error(`a watch brought ${event.type}`);
      seen = event.progress;
      since = place.now();
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      await sleep(Math.min(error.after, place.pause));
    }
  }
}

/** Plans, runs and watches an order. Gives back the plan, for its inverse, and the end. */
export async function carryOut(
  place: Place,
  target: Target,
  order: Order,
  acting: Acting = {},
): Promise<{ readonly made: Plan; readonly end: End }> {
  const made = await plan(place, target, order);
  return { made, end: await watchOut(place, made, await land(place, made, acting)) };
}

/** What undoes a plan, which there must be. */
export function inverseOf({ inverse, order }: Plan): Order {
  if (inverse === null) throw new Error(`nothing undoes ${order.verb}`);
  return inverse;
}
