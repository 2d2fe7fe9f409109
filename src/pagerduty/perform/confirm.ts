/** Performs the proof of a page: looks for its incident until it is there, or the time is over. Never fails: no proof is an answer. */
import type { PageOutcome } from '../../incident/pager.ts';
import { Throttled } from '../../incident/fault.ts';
import type { EffectOf, PagerWork } from '../effects.ts';
import { PagerError } from '../pager-error.ts';
import { lookAgain, type PagerParts, proves } from './parts.ts';

type Found = { readonly incident: string; readonly url: string | null };

/** Looks once; waits for the next look by being throttled. */
export async function performConfirm(
  parts: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.confirm'>>,
): Promise<PageOutcome> {
  const { clock } = parts;
  const { page, dedupKey, until } = work.effect;
  const found = await look(parts, work);
  const at = clock();
  if ('incident' in found) return { type: 'PageConfirmed', at, page, dedupKey, ...found };
  if (at >= until) return { type: 'PageUnconfirmed', at, page, dedupKey, says: found.missing };
  throw new Throttled(found.missing, Math.min(found.pause, until - at));
}

async function look(
  { client: { rest }, heardOf, isOfAnother }: PagerParts,
  { effect, incident, signal }: PagerWork<EffectOf<'pagerduty.confirm'>>,
): Promise<Found | { readonly missing: string; readonly pause: number }> {
  const heard = await heardOf(incident.number, effect.dedupKey);
  if (heard !== null) return { incident: heard, url: null };
  if (rest === null) {
    const missing =
      'PagerDuty took the page in, but no webhook told of an incident; set pagerduty.api_token to let it be asked';
    return { missing, pause: lookAgain };
  }
  try {
    const found = (await rest.find(effect.dedupKey, signal)).find((one) => proves(one, effect.sentAt));
    // The alert group's incident before this one may have ended within the tolerance for PagerDuty's clock.
    const proof = found?.status !== 'resolved' || !(await isOfAnother(incident.number, found.id));
    if (found !== undefined && proof) return { incident: found.id, url: found.url };
    const missing =
      'PagerDuty took the page in, but made no incident of it: look at its service, which may be disabled';
    return { missing, pause: lookAgain };
  } catch (error) {
    if (!(error instanceof PagerError)) throw error;
    const missing = `PagerDuty took the page in, but can't be asked whether it pages anybody: ${error.says}`;
    return { missing, pause: Math.max(lookAgain, error.retryAfter ?? 0) };
  }
}
