/** Performs trigger, acknowledge and resolve: each absolute, so a second attempt does no harm. */
import { isRefusal } from '../../incident/event.ts';
import { Terminal } from '../../incident/fault.ts';
import type { EffectOf, PagerOutcome, PagerWork } from '../effects.ts';
import { faultOf } from '../pager-error.ts';
import { failed, failure, type PagerParts, sent } from './parts.ts';

/** Sends a page. Three failures, or two minutes, and it counts as failed, so that something else is tried. */
export async function performTrigger(
  { client, clock, keyOf }: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.trigger'>>,
): Promise<PagerOutcome> {
  const { effect, incident, signal } = work;
  const key = keyOf(effect.routing, incident.service);
  if (isRefusal(key)) return failed(work, 'trigger', clock(), key.refused, true);
  try {
    await client.events.trigger(key, effect.dedupKey, effect, effect.url, signal);
    return sent(work, 'trigger', clock());
  } catch (error) {
    return failure(error, work, 'trigger', clock());
  }
}

/** Tells PagerDuty what became of the alert. It is tried for as long as effects are: nobody is woken by it. */
export async function performSettling(
  { client, keyOf }: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.acknowledge' | 'pagerduty.resolve'>>,
): Promise<null> {
  const { effect, effectId, incident, signal } = work;
  const verb = effect.type === 'pagerduty.acknowledge' ? 'acknowledge' : 'resolve';
  const key = keyOf(effect.routing, incident.service);
  if (isRefusal(key)) throw new Terminal(`performing ${effectId}: ${key.refused}`);
  try {
    await client.events[verb](key, effect.dedupKey, signal);
    return null;
  } catch (error) {
    throw faultOf(`telling PagerDuty to ${verb}`, error);
  }
}
