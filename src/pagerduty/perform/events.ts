/** Performs trigger, acknowledge and resolve: each absolute, so a second attempt does no harm. */
import type { PageOutcome } from '../../incident/pager.ts';
import { isRefusal } from '../../incident/event.ts';
import { Throttled } from '../../incident/fault.ts';
import type { Duration } from '../../incident/incident.ts';
import { type EffectOf, type PagerWork, timeFor } from '../effects.ts';
import type { PagerClient } from '../client.ts';
import { faultOf, PagerError } from '../pager-error.ts';
import { withBrief } from '../brief.ts';
import type { Setting } from '../settings.ts';
import { failure, lookAgain, type PagerParts, sent, skew } from './parts.ts';

/** Sends a page, by all its keys. Three failures, or two minutes, and it counts as failed, so that something else is tried. */
export async function performTrigger(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.trigger'>>,
): Promise<PageOutcome> {
  const { client, clock } = parts;
  const { effect, signal } = work;
  try {
    const within = timeFor(work, clock());
    await byEach(parts, work, (key) =>
      client.events.trigger(key, effect.dedupKey, withBrief(effect), effect.url, signal, within),
    );
    if (effect.again && parts.writes) await callAnew(client, work);
    return sent(work, 'trigger', clock());
  } catch (error) {
    return failure(error, work, 'trigger', clock());
  }
}

type ByKeys = EffectOf<'pagerduty.trigger' | 'pagerduty.acknowledge' | 'pagerduty.resolve'>;

/** Tells each key, whatever becomes of the others. Throws what can be tried again, rather than what can't be mended. */
async function byEach(
  { keyOf }: PagerParts,
  { effect, incident }: PagerWork<ByKeys>,
  tell: (key: Setting) => Promise<void>,
): Promise<void> {
  const told = await Promise.allSettled(
    effect.keys.map(async (routing) => {
      const key = keyOf(routing, incident.service);
      if (isRefusal(key)) throw new PagerError('key', key.refused);
      await tell(key);
    }),
  );
  const faults = told.flatMap((one): readonly unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  if (faults.length > 0) throw faults.find((fault) => !(fault instanceof PagerError && fault.hopeless)) ?? faults[0];
}

/**
 * A trigger wakes nobody where the incident is there already: handed to its own policy it begins anew, from the first
 * level. Without a token PagerDuty's own clock must do.
 */
async function callAnew({ rest }: PagerClient, work: PagerWork<EffectOf<'pagerduty.trigger'>>): Promise<void> {
  const { effect, effectId, receipts, signal, since } = work;
  if (rest === null) return;
  const found = await rest.find(effect.dedupKey, signal);
  for (const { id, status, policy, createdAt } of found) {
    const purpose = `again:${effectId}:${id}`;
    // One that is new was made by this very trigger.
    if (status === 'resolved' || policy === null || createdAt >= since - skew) continue;
    if ((await receipts.get(purpose)) !== undefined) continue;
    await rest.reassign(id, policy, signal);
    await receipts.put(purpose, id);
  }
}

/** Tells PagerDuty what became of the alert. It is tried for as long as effects are: nobody is woken by it. */
export async function performSettling(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.acknowledge' | 'pagerduty.resolve'>>,
): Promise<null> {
  const { client, clock } = parts;
  const { effect, effectId, receipts, signal } = work;
  const verb = effect.type === 'pagerduty.acknowledge' ? 'acknowledge' : 'resolve';
  const purpose = `resolved:${effectId}`;
  const told = verb === 'resolve' ? await receipts.get(purpose) : undefined;
  const made = told === undefined ? 'no' : await isMade(client, work, clock() - Number(told));
  if (made === 'yes') return null;
  if (made === 'unknown') throw new Throttled('PagerDuty does not say whether it has resolved it', lookAgain);
  try {
    await byEach(parts, work, (key) => client.events[verb](key, effect.dedupKey, signal));
  } catch (error) {
    throw faultOf(`telling PagerDuty to ${verb}`, error);
  }
  if (verb === 'acknowledge' || client.rest === null) return null;
  if (told === undefined) await receipts.put(purpose, String(clock()));
  throw new Throttled('looking whether PagerDuty has resolved it', lookAgain);
}

/** For so long an incident that PagerDuty took an end of, and did not end, is resolved again. */
const insists: Duration = 30_000;

/**
 * Whether PagerDuty has ended what it was told to end: a 202 proves nothing here either, and what stays open goes on calling
 * people for what is over. Not to know is a reason to look again, and none to insist; who can't be asked at all is believed.
 */
async function isMade(
  { rest }: PagerClient,
  { effect, signal }: PagerWork<EffectOf<'pagerduty.acknowledge' | 'pagerduty.resolve'>>,
  since: Duration,
): Promise<'yes' | 'no' | 'unknown'> {
  if (rest === null || since > insists) return 'yes';
  try {
    return (await rest.find(effect.dedupKey, signal)).some(({ status }) => status !== 'resolved') ? 'no' : 'yes';
  } catch (error) {
    if (!(error instanceof PagerError)) throw error;
    return error.hopeless ? 'yes' : 'unknown';
  }
}
