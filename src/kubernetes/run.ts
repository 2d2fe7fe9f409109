/**
 * Performs `kubernetes.run`: does what a plan says, once, whoever dies when. What makes it so: a marker travels with the
 * write, the write lands only on the very object that was looked at, and it is noted before it leaves.
 */
import { readTarget, type RunEvent, type RunOutcome } from '../action/action.ts';
import { explain, Throttled } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { attemptRun } from './attempt.ts';
import { recipeFor } from './catalogue.ts';
import type { Clusters } from './cluster.ts';
import { digestOfPlan } from './digest.ts';
import type { ActClaim, ActEffect, ActParts, Job } from './job.ts';
import { readSent } from './journal.ts';
import { KubeError } from './kube-error.ts';
import { idOfRun } from './marker.ts';
import { line } from './words.ts';

/** A cluster that can't be reached before anything was sent is given up after so many attempts: half a minute. */
const attempts = 6;

/** For so long after its expiry, a cluster is still asked what became of a write. */
const doubt: Duration = 10 * 60_000;

/** Does what plans say. */
export function performRun(
  clusters: Pick<Clusters, 'get'>,
  parts: ActParts,
): (effect: ActEffect, claim: ActClaim) => Promise<RunEvent> {
  const { allowed, clock } = parts;
  return async (effect, claim) => {
    const { breakGlass, expires, plan, run } = effect;
    const end = (outcome: RunOutcome, says: string): RunEvent => ({
      ...{ type: 'RunEnded', at: clock(), run, outcome, stuck: null },
      says: line(says, 600),
    });
    const target = readTarget(effect.target);
    const { digest, ...bound } = plan;
    if (target === null || plan.target !== effect.target || digestOfPlan(bound) !== digest) {
      return end('failed', 'The plan is not the one that was made: nothing was done');
    }
    /** Why it may not be sent, now or any more. */
    const against = (): RunEvent | null => {
      if (clock() > expires)
        return end('expired', 'It could not be done in time, and is not done late. Ask again for a new plan');
      const forbidden = allowed(target, plan.order);
      if (forbidden !== null) return end('failed', `Not done: ${forbidden}`);
      const blocking = breakGlass ? undefined : plan.warnings.find(({ blocks }) => blocks);
      return blocking === undefined ? null : end('failed', `Not done: ${blocking.text}`);
    };
    const sent = await readSent(claim.receipts, run);
    const refused = sent?.open === true ? null : against();
    if (refused !== null) return refused;
    try {
      const cluster = clusters.get(target.cluster).until(claim.signal);
      const recipe = recipeFor(plan.order);
      const job: Job = { effect, target, cluster, claim, parts, recipe, id: idOfRun(run, plan), against, end };
      return await attemptRun(job, sent);
    } catch (error) {
      if (claim.signal.aborted || !(error instanceof KubeError)) throw error;
      // What was noted may have changed since.
      const isOpen = (await readSent(claim.receipts, run))?.open === true;
      const lost = isOpen ? doubtful(error, clock(), expires, end) : hopeless(error, claim.attempt, end);
      if (lost !== null) return lost;
      if (error.kind === 'throttled') throw new Throttled(error.message, error.retryAfter ?? 1_000, { cause: error });
      throw new Error(`running ${run}`, { cause: error });
    }
  };
}

/** The end of a run that can't find out what became of its write; null while it may. */
function doubtful(
  error: KubeError,
  now: Instant,
  expires: Instant,
  end: (outcome: RunOutcome, says: string) => RunEvent,
): RunEvent | null {
  if (now <= expires + doubt) return null;
  return end('unknown', `It was sent, and it is not known whether it was done. ${explain(error)}`);
}

/** The end of a run of which nothing landed; null while it may be tried again. */
function hopeless(
  error: KubeError,
  attempt: number,
  end: (outcome: RunOutcome, says: string) => RunEvent,
): RunEvent | null {
  const passes = ['network', 'server', 'throttled', 'conflict', 'ambiguous'].includes(error.kind);
  const isOver = error.kind !== 'throttled' && error.kind !== 'conflict' && attempt >= attempts;
  return passes && !isOver ? null : end('failed', `Not done: ${error.message}`);
}
