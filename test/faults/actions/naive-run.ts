/** Performs `kubernetes.run` naively: sends what kubectl would, and sends it again when it did not hear an answer. */
import type { RunEvent } from '../../../src/action/action.ts';
import { readTarget } from '../../../src/action/action.ts';
import type { Clusters } from '../../../src/kubernetes/cluster.ts';
import type { ActClaim, ActEffect, ActParts } from '../../../src/kubernetes/job.ts';
import { runNaively } from '../../kubernetes/naive.ts';

/** Does what plans say, as often as it takes. */
export const performRun =
  (clusters: Pick<Clusters, 'get'>, { clock }: ActParts): ((effect: ActEffect, claim: ActClaim) => Promise<RunEvent>) =>
  async ({ plan, run, target: name }, { signal }) => {
    const target = readTarget(name);
    if (target === null) throw new Error(`running ${run}: ${name} is not a target`);
    return runNaively(clusters.get(target.cluster).until(signal), { run, target, plan, now: clock });
  };
