/** Performs trigger, acknowledge and resolve: each absolute, so a second attempt does no harm. */
import type { PageOutcome } from '../../incident/pager.ts';
import { isRefusal } from '../../incident/event.ts';
import { Terminal, Throttled } from '../../incident/fault.ts';
import type { Duration } from '../../incident/incident.ts';
import { type EffectOf, type PagerWork, timeFor } from '../effects.ts';
import type { PagerClient } from '../client.ts';
import { faultOf, PagerError } from '../pager-error.ts';
import { withBrief } from '../brief.ts';
import { failed, failure, lookAgain, type PagerParts, sent, skew } from './parts.ts';

/** Sends a page. Three failures, or two minutes, and it counts as failed, so that something else is tried. */
export async function performTrigger(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.trigger'>>,
): Promise<PageOutcome> {
  const { client, clock, keyOf } = parts;
  const { effect, incident, signal } = work;
  const key = keyOf(effect.routing, incident.service);
  if (isRefusal(key)) return failed(work, 'trigger', clock(), key.refused, true);
  try {
    const within = timeFor(work, clock());
    await client.events.trigger(key, effect.dedupKey, withBrief(effect), effect.url, signal, within);
    if (effect.again && parts.writes) await callAnew(client, work);
    return sent(work, 'trigger', clock());
  } catch (error) {
    return failure(error, work, 'trigger', clock());
  }
}

/**
 * A trigger wakes nobody where the incident is there already: handed to its own policy it begins anew, from the first
 * level. Without a token PagerDuty's own clock must do.
 */
async function callAnew({ rest }: PagerClient, work: PagerWork<EffectOf<'pagerduty.trigger'>>): Promise<void> {
  const { effect, effectId, receipts, signal, since } = work;
  const purpose = `again:${effectId}`;
  if (rest === null || (await receipts.get(purpose)) !== undefined) return;
  const found = await rest.find(effect.dedupKey, signal);
  // One that is new was made by this very trigger.
  if (found === null || found.status === 'resolved' || found.policy === null || found.createdAt >= since - skew) return;
  await rest.reassign(found.id, found.policy, signal);
  await receipts.put(purpose, found.id);
}

/** Tells PagerDuty what became of the alert. It is tried for as long as effects are: nobody is woken by it. */
export async function performSettling(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.acknowledge' | 'pagerduty.resolve'>>,
): Promise<null> {
  const { client, clock, keyOf } = parts;
  const { effect, effectId, incident, receipts, signal } = work;
  const verb = effect.type === 'pagerduty.acknowledge' ? 'acknowledge' : 'resolve';
  const key = keyOf(effect.routing, incident.service);
  if (isRefusal(key)) throw new Terminal(`performing ${effectId}: ${key.refused}`);
  const purpose = `resolved:${effectId}`;
  const told = verb === 'resolve' ? await receipts.get(purpose) : undefined;
  if (told !== undefined && !(await isUnheard(client, work, clock() - Number(told)))) return null;
  try {
    await client.events[verb](key, effect.dedupKey, signal);
  } catch (error) {
    throw faultOf(`telling PagerDuty to ${verb}`, error);
  }
  if (effect.type === 'pagerduty.acknowledge' || effect.more === true || client.rest === null) return null;
  if (told === undefined) await receipts.put(purpose, String(clock()));
  throw new Throttled('looking whether PagerDuty has resolved it', lookAgain);
}

/** For so long an incident that PagerDuty took an end of, and did not end, is resolved again. */
const insists: Duration = 30_000;

/** A 202 proves nothing here either: what stays open goes on calling people for what is over. Not to know is no reason to insist. */
async function isUnheard(
  { rest }: PagerClient,
  { effect, signal }: PagerWork<EffectOf<'pagerduty.acknowledge' | 'pagerduty.resolve'>>,
  since: Duration,
): Promise<boolean> {
  if (rest === null || since > insists) return false;
  try {
    const found = await rest.find(effect.dedupKey, signal);
    return found !== null && found.status !== 'resolved';
  } catch (error) {
    if (!(error instanceof PagerError)) throw error;
    return false;
  }
}
