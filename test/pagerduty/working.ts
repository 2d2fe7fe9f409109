/** Work for the performers of the room, with receipts in memory and a clock that stands. */
import { isRefusal } from '../../src/incident/event.ts';
import type { PagerEffect, PageOutcome } from '../../src/incident/pager.ts';
import type { EffectOf, PagerWork } from '../../src/pagerduty/effects.ts';
import { performPagerDuty } from '../../src/pagerduty/pagerduty.ts';
import type { PagerParts } from '../../src/pagerduty/perform/parts.ts';
import type { PagerClient } from '../../src/pagerduty/client.ts';
import { endless, key, noon, page, setting } from './pager.ts';

/** A page by trigger. */
export const trigger: EffectOf<'pagerduty.trigger'> = {
  ...{ type: 'pagerduty.trigger', page: 'L2', keys: ['service'], dedupKey: 'vigie-12-1', url: null, again: false },
  ...page,
};

/** What may differ. */
export interface Given {
  readonly attempt?: number;
  readonly since?: number;
  readonly now?: number;
  readonly signal?: AbortSignal;
  readonly receipts?: Map<string, string>;
  readonly parts?: Partial<PagerParts>;
}

/** Performs an effect. */
export function perform(client: PagerClient, effect: PagerEffect, given: Given = {}): Promise<PageOutcome | null> {
  const { attempt = 1, since = noon, now = noon, signal = endless(), receipts = new Map<string, string>() } = given;
  const work: PagerWork = {
    ...{
      effect,
      effectId: '12-3-0',
      attempt,
      since,
      signal,
      incident: { number: 12, service: 'shop', policy: { confirm: null } },
    },
    receipts: {
      get: async (purpose) => receipts.get(purpose),
      put: async (purpose, place) => void receipts.set(purpose, place),
    },
  };
  return performPagerDuty({
    client,
    clock: () => now,
    writes: true,
    keyOf: (routing, service) =>
      routing === 'service' && service === 'shop' ? key : { refused: `There is no routing key called ${routing}` },
    webhookOf: (name) => ({ refused: `There is no webhook called ${name}` }),
    heardOf: async () => null,
    isOfAnother: async () => false,
    ...given.parts,
  })(work);
}

/** The fallback list with one webhook, `second`. */
export const webhookAt = (url: string): Partial<PagerParts> => ({
  webhookOf: (name) =>
    name === 'second'
      ? setting('policies.production.fallback', url)
      : { refused: `There is no webhook called ${name}` },
});

/** The sentence of a fault. */
export async function faultOf(performing: Promise<unknown>): Promise<Error> {
  try {
    const outcome = await performing;
    throw new Error(`it came to ${JSON.stringify(outcome)}`);
  } catch (error) {
    if (error instanceof Error && !isRefusal(error)) return error;
    throw error;
  }
}
