/** Planning and running against a simulated cluster, as the performer does: again and again until there is an end. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Order, Plan, RunEvent, Target } from '../../src/action/action.ts';
import { nameOfTarget } from '../../src/action/action.ts';
import type { Receipts } from '../../src/incident/contracts.ts';
import type { Instant } from '../../src/incident/incident.ts';
import type { Clusters } from '../../src/kubernetes/cluster.ts';
import { isObject, type JsonObject, parseJson } from '../../src/kubernetes/json.ts';
import { performPlan } from '../../src/kubernetes/plan.ts';
import { performRun } from '../../src/kubernetes/run.ts';
import type { Site } from './site.ts';

/** Guard rails that allow everything. */
const allowAll = (): string | null => null;

/** Receipts in memory, with what is in them. */
export function keepReceipts(): Receipts & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (purpose) => kept.get(purpose),
    put: async (purpose, place) => void kept.set(purpose, place),
  };
}

/** Never stops. */
const unending = new AbortController().signal;

/** Asks for a plan; whatever comes of it. */
export const askPlan = (
  { clusters, now }: Pick<Site, 'clusters' | 'now'>,
  target: Target | string,
  order: Order,
  allowed = allowAll,
): Promise<RunEvent> =>
  performPlan(clusters, { clock: now, allowed })(
    {
      type: 'kubernetes.plan',
      run: '12-1',
      target: typeof target === 'string' ? target : nameOfTarget(target),
      order,
    },
    { attempt: 4, signal: unending },
  );

/** Makes a plan, which must succeed. */
export async function makePlan(site: Pick<Site, 'clusters' | 'now'>, target: Target, order: Order): Promise<Plan> {
  const event = await askPlan(site, target, order);
  if (event.type !== 'PlanMade') throw new Error(`no plan was made: ${JSON.stringify(event)}`);
  return event.plan;
}

/** Why no plan was made. */
export async function refusedPlan(site: Site, target: Target | string, order: Order): Promise<string> {
  const event = await askPlan(site, target, order);
  if (event.type !== 'PlanRefused') throw new Error(`a plan was made: ${JSON.stringify(event)}`);
  return event.says;
}

/** What may differ from an ordinary run. */
export interface Running {
  readonly clusters?: Pick<Clusters, 'get'>;
  readonly receipts?: Receipts;
  readonly expires?: Instant;
  readonly breakGlass?: boolean;
  readonly allowed?: (target: Target, order: Order) => string | null;
  readonly attempt?: number;
  readonly signal?: AbortSignal;
}

/** Runs a plan once, as one claim of it. */
export function run(site: Pick<Site, 'clusters' | 'now'>, plan: Plan, running: Running = {}): Promise<RunEvent> {
  const { allowed = allowAll, attempt = 1, breakGlass = false, clusters = site.clusters, signal = unending } = running;
  const { expires = site.now() + 600_000, receipts = keepReceipts() } = running;
  const effect = {
    ...({ type: 'kubernetes.run', run: '12-1', target: plan.target, plan, by: 'Ana', expires, breakGlass } as const),
  };
  const parts = { clock: site.now, random: () => 0, allowed, wait: () => nextTurn() };
  return performRun(clusters, parts)(effect, { attempt, receipts, signal });
}

/** An event in a line: `landed: …`, `drifted: …`. */
export function told(event: RunEvent): string {
  switch (event.type) {
    case 'ActionLanded':
      return `landed: ${event.says}`;
    case 'RunEnded':
      return `${event.outcome}: ${event.says}`;
    case 'PlanRefused':
      return `refused: ${event.says}`;
    default:
      return event.type;
  }
}

/** Something of the sandbox as the room reads it. */
export function jsonOf(value: unknown): JsonObject {
  const parsed = parseJson(JSON.stringify(value));
  if (!isObject(parsed)) throw new Error('it is not an object');
  return parsed;
}

/** Runs a plan like the queue: claim after claim, as long as there are faults and time. */
export async function persist(site: Site, plan: Plan, running: Running = {}, claims = 12): Promise<RunEvent> {
  const receipts = running.receipts ?? keepReceipts();
  const expires = running.expires ?? site.now() + 600_000;
  for (let attempt = 1; attempt <= claims; attempt += 1) {
    try {
      return await run(site, plan, { ...running, receipts, expires, attempt });
    } catch {
      await site.sandbox.clock.advance(60_000);
    }
  }
  throw new Error('it did not come to an end');
}
