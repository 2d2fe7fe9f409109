/** Performs what is added to PagerDuty's incident: notes, a priority, responders, another policy. Each is looked up before it is done again. */
import type { PageOutcome, PagerResponder } from '../../incident/pager.ts';
import type { EffectOf, PagerWork } from '../effects.ts';
import { limits, marked, markOf } from '../limits.ts';
import { faultOf, PagerError } from '../pager-error.ts';
import type { Rest } from '../rest.ts';
import { failed, failure, incidentOf, type PagerParts, sent } from './parts.ts';

const noToken = 'Without pagerduty.api_token nothing can be added to an incident of PagerDuty: set it';
const noIncident = 'PagerDuty has no incident for the page';

/** Adds a note once. */
export async function performNote(parts: PagerParts, work: PagerWork<EffectOf<'pagerduty.note'>>): Promise<null> {
  const { effect, effectId, attempt, signal } = work;
  const { rest } = parts.client;
  // The page itself said what is missing; a note that nobody can read there is no trouble of this incident.
  if (rest === null || !parts.writes) return null;
  try {
    const incident = await incidentOf(parts, rest, work);
    if (incident === null) return null;
    const isThere = attempt > 1 && holds(await rest.notes(incident, signal), effectId);
    if (!isThere) await rest.addNote(incident, marked(effect.text, effectId, limits.note), signal);
    return null;
  } catch (error) {
    throw faultOf('adding a note in PagerDuty', error);
  }
}

/** Sets the priority of whatever is open; absolute, so a second time does no harm. */
export async function performPriority(
  { client: { rest }, writes }: PagerParts,
  { effect, signal }: PagerWork<EffectOf<'pagerduty.priority'>>,
): Promise<null> {
  if (rest === null || !writes) return null;
  const { dedupKey, priority } = effect;
  try {
    const known = (await rest.priorities(signal)).find(({ name }) => name === priority);
    if (known === undefined)
      throw new PagerError('invalid', `PagerDuty has no priority ${priority}: look at pagerduty.priorities`);
    const found = await rest.find(dedupKey, signal);
    for (const { id, status } of found) if (status !== 'resolved') await rest.prioritise(id, known.id, signal);
    return null;
  } catch (error) {
    throw faultOf('setting the priority in PagerDuty', error);
  }
}

/** Asks people once; asking is a page, so it fails as pages do. */
export async function performResponders(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.responders'>>,
): Promise<PageOutcome> {
  return onIncident(parts, work, 'responders', async (rest, incident) => {
    const { effect, effectId, attempt, signal } = work;
    const earlier = attempt > 1 ? await rest.incident(incident, signal) : null;
    if (holds(earlier?.requests ?? [], effectId)) return;
    const whom = await knownThere(rest, effect.whom, signal);
    await rest.askResponders(incident, whom, marked(effect.message, effectId, limits.message), signal);
  });
}

/** People by PagerDuty's ids; who is known by their address only is looked up. */
async function knownThere(
  rest: Rest,
  whom: readonly PagerResponder[],
  signal: AbortSignal,
): Promise<readonly PagerResponder[]> {
  const found: PagerResponder[] = [];
  for (const one of whom) {
    if (one.kind !== 'email') {
      found.push(one);
      continue;
    }
    const user = await rest.userByEmail(one.id, signal);
    if (user === null)
      throw new PagerError('invalid', 'PagerDuty has no user with the e-mail address that Slack confirmed');
    found.push({ kind: 'user', id: user.id });
  }
  return found;
}

/** Hands the incident over once: doing it again would wake the first level again. */
export async function performReassign(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.reassign'>>,
): Promise<PageOutcome> {
  return onIncident(parts, work, 'reassign', async (rest, incident) => {
    const { effect, effectId, receipts, signal } = work;
    const purpose = `reassign:${effectId}`;
    const now = (await rest.incident(incident, signal))?.policy ?? '';
    const before = await receipts.get(purpose);
    // It had another policy before our first attempt, and has the right one now. Where it had the right one all along
    // nothing can be seen, and asking twice is better than not at all.
    if (before !== undefined && before !== effect.policy && now === effect.policy) return;
    if (before === undefined) await receipts.put(purpose, now);
    await rest.reassign(incident, effect.policy, signal);
  });
}

async function onIncident(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.responders' | 'pagerduty.reassign'>>,
  way: 'responders' | 'reassign',
  ask: (rest: Rest, incident: string) => Promise<void>,
): Promise<PageOutcome> {
  const { client, clock } = parts;
  if (client.rest === null) return failed(work, way, clock(), noToken, true);
  try {
    const incident = await incidentOf(parts, client.rest, work);
    if (incident === null) return failed(work, way, clock(), noIncident, false);
    await ask(client.rest, incident);
    return sent(work, way, clock());
  } catch (error) {
    return failure(error, work, way, clock());
  }
}

/** PagerDuty may show a text cut, but the mark is short and the texts are within the limits. */
const holds = (texts: readonly string[], effectId: string): boolean =>
  texts.some((text) => text.includes(markOf(effectId)));
