/** One attempt at a run: look, decide, send; in rounds, because others write, too, and answers get lost. */
import type { RunEvent } from '../action/action.ts';
import { isRefusal } from '../incident/event.ts';
import type { Duration } from '../incident/incident.ts';
import { drift, type Job, type Learned, type Round } from './job.ts';
import { type Sent, surelyLost } from './journal.ts';
import { type JsonObject, text } from './json.ts';
import { KubeError } from './kube-error.ts';
import { hasOwnTrace, landed, markFound } from './landing.ts';
import { cancelled, readMarker } from './marker.ts';
import type { Fit } from './recipe.ts';
import { callOff, sendOnce, tryOut } from './sending.ts';

/** Rounds of one attempt; whoever lost so many races tries again later. */
const rounds = 10;

/** What is looked at is not old when it is written to: a process may have been stopped in between. */
const freshness: Duration = 5_000;

/** Attempts a run. Throws the last trouble when all rounds are used up. */
export async function attemptRun(job: Job, sent: Sent | null): Promise<RunEvent> {
  const learned: Learned = { sent, expects: null, silent: 0, trouble: null };
  for (let round = 1; round <= rounds; round += 1) {
    const outcome = await takeRound(job, learned);
    if ('type' in outcome) return outcome;
    await job.parts.wait(outcome.pause, job.claim.signal);
  }
  throw learned.trouble ?? new Error(`running ${job.effect.run}: no round came to an end`);
}

async function takeRound(job: Job, learned: Learned): Promise<Round> {
  const { cluster, effect, end, parts, recipe, target } = job;
  const { by, plan, run } = effect;
  const looked = parts.clock();
  const subject = await look(job);
  if (subject === null || text(subject, 'metadata', 'uid') !== recipe.uid(plan)) {
    return misfit(job, learned, recipe.absent(plan, subject !== null), subject);
  }
  const fit = recipe.fits(plan, subject);
  const known = (await alreadyDone(job, learned, subject)) ?? (await lostTrack(job, learned, subject, fit));
  if (known !== null) return known;
  if (fit !== 'fits') return misfit(job, learned, fit, subject);
  const against = job.against();
  if (against !== null) return callOff(job, learned, subject, against);
  const template = await recipe.template(plan, target, cluster);
  if (template !== null && isRefusal(template)) {
    return callOff(job, learned, subject, end('drifted', drift(template.refused)));
  }
  const write = recipe.write({ plan, target, sign: { run, by }, subject, template });
  const refused = await tryOut(job, learned, write, subject);
  if (refused !== null) return refused;
  return parts.clock() - looked > freshness ? { pause: 0 } : sendOnce(job, learned, write, subject);
}

/** The object as it is now; null when there is none. */
async function look({ cluster, effect, recipe, target }: Job): Promise<JsonObject | null> {
  try {
    return await cluster.get(recipe.path(effect.plan, target));
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'missing') return null;
    throw error;
  }
}

/** The end, or the landing, that the object's marker tells of; null when it tells of something else. */
async function alreadyDone(job: Job, { sent }: Learned, subject: JsonObject): Promise<RunEvent | null> {
  const { effect, end, id, parts } = job;
  const marked = readMarker(subject)?.id;
  if (marked === id) return landed(parts.clock(), effect.run, markFound(effect.plan, subject, sent), []);
  return marked === cancelled(id) ? (job.against() ?? end('failed', 'It was called off before it was done')) : null;
}

/** What to say of a write that may have landed and lost its mark since; null when it certainly did not. */
async function lostTrack(job: Job, { sent }: Learned, subject: JsonObject, fit: Fit): Promise<RunEvent | null> {
  const { cluster, effect, end, parts, recipe, target } = job;
  const { plan, run } = effect;
  if (sent?.open !== true || sent.resourceVersion === text(subject, 'metadata', 'resourceVersion')) return null;
  const traced = hasOwnTrace(subject, sent) || (await recipe.trace(plan, target, cluster, subject));
  if (traced && fit !== 'fits' && 'already' in fit) {
    // A pod never had one.
    const how = plan.order.verb === 'delete-pod' ? [] : ['Somebody removed its mark since'];
    return landed(parts.clock(), run, markFound(plan, subject, sent), how);
  }
  if (traced) return end('superseded', 'It was done, and somebody has changed it back or further since');
  if (fit !== 'fits' && 'drifted' in fit) {
    return end('unknown', `It was sent, it is not known whether it was done, and then ${fit.drifted}`);
  }
  // It holds what the plan was made for. A pod is deleted by its uid, so a second time does nothing.
  if (fit !== 'fits' || plan.order.verb === 'delete-pod' || surelyLost(subject, sent, plan.object === null))
    return null;
  return end('unknown', 'It was sent, it is not known whether it was done, and others have written to it since: look');
}

/** The end of a run whose plan does not fit, or has nothing left to do. */
function misfit({ effect, end, parts }: Job, { sent }: Learned, fit: Fit, subject: JsonObject | null): RunEvent {
  const { plan, run } = effect;
  if (fit === 'fits') return end('drifted', drift('it is another one'));
  const isOpen = sent?.open === true;
  if ('drifted' in fit) {
    return isOpen
      ? end('drifted', `It was sent, it is not known whether it was done, and then ${fit.drifted}`)
      : end('drifted', drift(fit.drifted));
  }
  // A pod that is gone after we deleted it was deleted by us, as far as anybody can tell.
  if (isOpen && plan.order.verb === 'delete-pod') {
    return landed(parts.clock(), run, markFound(plan, subject ?? {}, sent), []);
  }
  return isOpen
    ? end('succeeded', `${fit.already}. It was sent, and it is not known whether that did it or somebody else`)
    : end('succeeded', `${fit.already}: nothing had to be done`);
}
