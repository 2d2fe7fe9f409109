/** Performs `kubernetes.recheck`: one look at what succeeded some time ago; only what somebody else changed is news. */
import { readTarget, type RunEffect, type RunEvent } from '../../action/action.ts';
import { Terminal } from '../../incident/fault.ts';
import type { Instant } from '../../incident/incident.ts';
import type { Clusters } from '../cluster.ts';
import { KubeError } from '../kube-error.ts';
import { judge } from './judge.ts';
import { lookAt } from './look.ts';
import type { Look } from './sight.ts';

/** The effect. */
export type RecheckEffect = Extract<RunEffect, { type: 'kubernetes.recheck' }>;

/** Looks at a cluster that can't be seen; after so many, the next recheck looks again. */
const tries = 3;

/** Looks once. Null when it stands, or when a cluster can't be seen for long: not to know is no news. */
export function performRecheck(
  clusters: Pick<Clusters, 'get'>,
  clock: () => Instant,
): (
  effect: RecheckEffect,
  claim: { readonly attempt: number; readonly signal: AbortSignal },
) => Promise<RunEvent | null> {
  return async ({ mark, plan, run, target: name }, { attempt, signal }) => {
    const target = readTarget(name);
    if (target === null) throw new Terminal(`looking at run ${run} again: ${name} is not a target`);
    let look: Look;
    try {
      look = await lookAt(clusters.get(target.cluster).until(signal), target, plan);
    } catch (error) {
      if (error instanceof KubeError && attempt >= tries && !signal.aborted) return null;
      throw error;
    }
    const now = clock();
    const judgement = judge(look, { plan, mark, seen: null, since: mark.serverTime, until: Infinity }, now);
    if (judgement.type !== 'ended' || judgement.outcome !== 'superseded') return null;
    return { type: 'ChangeLost', at: now, run, says: judgement.says };
  };
}
