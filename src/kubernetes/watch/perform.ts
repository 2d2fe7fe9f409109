/** Performs `kubernetes.watch`: one look a claim. What is new is recorded; otherwise the effect is put off, which is no failure. */
import { readTarget, type RunEffect, type RunEvent } from '../../action/action.ts';
import { Terminal, Throttled } from '../../incident/fault.ts';
import type { Duration, Instant } from '../../incident/incident.ts';
import type { Clusters } from '../cluster.ts';
import { KubeError } from '../kube-error.ts';
import { judge } from './judge.ts';
import { lookAt } from './look.ts';
import type { Look } from './sight.ts';

/** The effect. */
export type WatchEffect = Extract<RunEffect, { type: 'kubernetes.watch' }>;

/** What is known of a claim besides its effect. */
export interface WatchClaim {
  /** When the effect was recorded. */
  readonly since: Instant;
  readonly signal: AbortSignal;
}

/** What watching needs besides the clusters. */
export interface WatchParts {
  readonly clock: () => Instant;
  /** Between 0 and 1; watchers shall not ask all at once. */
  readonly random: () => number;
}

/**
 * Between two looks at a rollout in its first seconds: it takes few of them, and somebody waits for its end. Sooner nothing
 * happens, and whoever clicks next would wait behind looks in vain.
 */
const soonest: Duration = 500;

/** A cluster that is not seen for so long after the limit is not waited for. */
const blindness: Duration = 60_000;

/** The longest pause between two looks at a cluster that can't be seen. */
const longest: Duration = 15_000;

/** Looks once. Resolves to what is new; throws `Throttled` when nothing is. */
export function performWatch(
  clusters: Pick<Clusters, 'get'>,
  { clock, random }: WatchParts,
): (effect: WatchEffect, claim: WatchClaim) => Promise<RunEvent> {
  /** Looks in vain, one after the other, by run. Forgetting them only means to be less patient. */
  const inVain = new Map<string, number>();
  return async (effect, { signal, since }) => {
    const { mark, plan, run, seen, until } = effect;
    const target = readTarget(effect.target);
    if (target === null) throw new Terminal(`watching run ${run}: ${effect.target} is not a target`);
    const age = clock() - since;
    if (age >= 0 && age < soonest) throw new Throttled('it was looked at a moment ago', soonest - age);
    let look: Look;
    try {
      look = await lookAt(clusters.get(target.cluster).until(signal), target, plan);
    } catch (error) {
      if (signal.aborted || !(error instanceof KubeError)) throw error;
      const count = (inVain.get(run) ?? 0) + 1;
      if (inVain.size > 1_000) inVain.clear();
      inVain.set(run, count);
      return blind(effect, error, clock(), count);
    }
    inVain.delete(run);
    const now = clock();
    const judgement = judge(look, { plan, mark, seen, since, until }, now);
    switch (judgement.type) {
      case 'moved':
        return { type: 'RolloutMoved', at: now, run, progress: judgement.progress, mark };
      case 'ended':
        return { type: 'RunEnded', at: now, run, ...pick(judgement) };
      case 'nothing new': {
        const pause = pauseOf(now - mark.serverTime, seen?.total ?? 0) * (0.8 + 0.4 * random());
        throw new Throttled('the rollout is under way', Math.round(Math.min(pause, Math.max(until - now, 500))));
      }
    }
  };
}

const pick = ({
  outcome,
  says,
  stuck,
}: Pick<Extract<RunEvent, { type: 'RunEnded' }>, 'outcome' | 'says' | 'stuck'>) => ({
  outcome,
  says,
  stuck,
});

/** The pods of a large workload are megabytes. */
const pauseOf = (age: Duration, pods: number): Duration => (pods > 50 ? 5_000 : age < 10_000 ? soonest : 2_000);

/** The rollout goes on whether we see it or not: that is no failure, until nobody can tell any more. */
function blind({ run, until }: WatchEffect, error: KubeError, now: Instant, count: number): RunEvent {
  const left = until + blindness - now;
  if (left <= 0) {
    const says = `It landed, but what became of it could not be seen. ${error.message}`;
    return { type: 'RunEnded', at: now, run, outcome: 'unknown', says, stuck: null };
  }
  const pause = error.retryAfter ?? Math.min(1_000 * 2 ** Math.min(count, 10), longest);
  const wait = Math.max(500, Math.min(pause, left));
  throw new Throttled(`watching run ${run}: the cluster can't be seen`, wait, { cause: error });
}
