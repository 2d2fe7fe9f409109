/** Sending a write, and what its answer means: done, certainly not done, or nobody knows. */
import type { RunEvent } from '../action/action.ts';
import { type Job, type Learned, type Round } from './job.ts';
import { noteSent, sentOn } from './journal.ts';
import { type JsonObject, object, text } from './json.ts';
import { KubeError } from './kube-error.ts';
import { landed, markOf } from './landing.ts';
import { cancelled, printMarker, signature } from './marker.ts';
import { marker } from './names.ts';
import { patched } from './patching.ts';
import type { Write } from './recipe.ts';
import { rehearse, send } from './rehearse.ts';
import { hashOf } from './template.ts';

/** Times that a webhook may fail to answer. */
const silences = 3;

/** Whether a write that was sent on this very object may still land. */
const isUnderWay = ({ sent }: Learned, subject: JsonObject): boolean =>
  sent?.open === true && sent.resourceVersion === text(subject, 'metadata', 'resourceVersion');

/**
 * The same write without effect, once an attempt: validation and admission may have changed since the plan was made, and
 * it shows what the object will be. Null when nothing speaks against it; what only gets lost on the way does not.
 */
export async function tryOut(job: Job, learned: Learned, write: Write, subject: JsonObject): Promise<Round | null> {
  if (learned.expects !== null) return null;
  const guess = 'patch' in write ? patched(subject, write.patch) : subject;
  try {
    const { object: after } = await rehearse(job.cluster, write, subject);
    learned.expects = templateHashOf(after, guess);
    return null;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const proves = !['network', 'ambiguous', 'server', 'throttled', 'conflict'].includes(error.kind);
    if (proves) return refused(job, learned, error, subject);
    learned.expects = templateHashOf(guess, guess);
    return null;
  }
}

/** Notes the write, then sends it. */
export async function sendOnce(job: Job, learned: Learned, write: Write, subject: JsonObject): Promise<Round> {
  const { claim, cluster, effect, parts, against } = job;
  const { plan, run } = effect;
  // Then a no is only the second one's: the first may be what it is about.
  const again = isUnderWay(learned, subject);
  // Pausing does not care what it stops.
  const expects = plan.order.verb === 'pause' ? templateHashOf(subject, subject) : learned.expects;
  learned.sent = sentOn(subject, expects ?? plan.templateHash);
  await noteSent(claim.receipts, run, learned.sent);
  if (claim.signal.aborted) throw new Error(`running ${run}: it was stopped`, { cause: claim.signal.reason });
  if (against() !== null) return { pause: 0 };
  try {
    const { date, object: after, warnings } = await send(cluster, write, false);
    const mark = markOf(plan, after, date);
    const changed = mark.templateHash === learned.sent.expects ? [] : ['The cluster changed what was written'];
    const said = warnings.map((warning) => `The cluster warns: ${warning}`);
    return landed(parts.clock(), run, mark, plan.object === null ? [...changed, ...said] : said);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    learned.trouble = error;
    if (error.kind === 'ambiguous') return { pause: 200 };
    if (!again) {
      learned.sent = { ...learned.sent, open: false };
      await noteSent(claim.receipts, run, learned.sent);
    }
    return refused(job, learned, error, subject);
  }
}

/** What follows from a no. */
async function refused(job: Job, learned: Learned, error: KubeError, subject: JsonObject): Promise<Round> {
  const { end, parts } = job;
  learned.trouble = error;
  const failed = (): Promise<Round> => callOff(job, learned, subject, end('failed', `Not done: ${error.message}`));
  switch (error.kind) {
    case 'conflict':
    case 'missing':
      return { pause: 50 + parts.random() * 450 };
    case 'webhook':
      learned.silent += 1;
      return learned.silent < silences ? { pause: 1_000 } : failed();
    case 'throttled':
      if ((error.retryAfter ?? 1_000) > 2_000) throw error;
      return { pause: error.retryAfter ?? 1_000 };
    case 'network':
    case 'server':
      throw error;
    default:
      return failed();
  }
}

/** Ends without doing it. What may still be under way is made impossible first, by taking its place. */
export async function callOff(job: Job, learned: Learned, subject: JsonObject, why: RunEvent): Promise<Round> {
  if (!isUnderWay(learned, subject)) return why;
  const { cluster, effect, end, id, recipe, target } = job;
  const { by, plan, run } = effect;
  if (plan.order.verb === 'delete-pod') return end('unknown', 'It was sent and may still be done: look at the pod');
  const mark = printMarker(plan, { run, by }).replace(id, cancelled(id));
  const resourceVersion = text(subject, 'metadata', 'resourceVersion');
  try {
    const body = { metadata: { resourceVersion, annotations: { [marker]: mark } } };
    await cluster.patch(recipe.path(plan, target), body, 'merge', signature);
    return why;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    learned.trouble = error;
    if (error.kind === 'conflict' || error.kind === 'ambiguous') return { pause: 200 };
    throw error;
  }
}

/** The hash of the template that an object has; of one without, that of another. */
function templateHashOf(one: JsonObject, otherwise: JsonObject): string {
  const template = object(one, 'spec', 'template');
  return hashOf(Object.keys(template).length === 0 ? object(otherwise, 'spec', 'template') : template);
}
