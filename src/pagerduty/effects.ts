/** What PagerDuty's room is asked to do, and what comes of it. */
import type { Receipts } from '../incident/contracts.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { PageText } from './limits.ts';
import type { Responder } from './rest.ts';

/** A page: one level's call for people, by one of its ways. Its dedup key is stored with the incident. */
interface OfPage {
  /** The core's name for the page; every outcome carries it. */
  readonly page: string;
  readonly dedupKey: string;
}

/** A wish for this room. */
export type PagerEffect =
  /** Wake whoever is on call for a routing key: `service` is the incident's own, anything else a name in vigie.yaml. */
  | ({ readonly type: 'pagerduty.trigger'; readonly routing: string; readonly url: string | null } & OfPage & PageText)
  /** Tell PagerDuty that somebody has it. */
  | { readonly type: 'pagerduty.acknowledge'; readonly routing: string; readonly dedupKey: string }
  | { readonly type: 'pagerduty.resolve'; readonly routing: string; readonly dedupKey: string }
  /** Find out whether a trigger became an incident: a 202 proves nothing. `sentAt` is when PageSent happened. */
  | ({ readonly type: 'pagerduty.confirm'; readonly sentAt: Instant; readonly until: Instant } & OfPage)
  /** Say something in PagerDuty's incident; null where its id is not known yet. */
  | {
      readonly type: 'pagerduty.note';
      readonly dedupKey: string;
      readonly incident: string | null;
      readonly text: string;
    }
  /** Ask more people to help. */
  | ({
      readonly type: 'pagerduty.responders';
      readonly incident: string | null;
      readonly whom: readonly Responder[];
      readonly message: string;
    } & OfPage)
  /** Hand PagerDuty's incident to another escalation policy. */
  | ({ readonly type: 'pagerduty.reassign'; readonly incident: string | null; readonly policy: string } & OfPage)
  /** Tell the second pager of the fallback list; `webhook` is its name there. */
  | ({ readonly type: 'pagerduty.webhook'; readonly webhook: string; readonly url: string | null } & OfPage & PageText);

/** How a page was sent. */
export type PageWay = 'trigger' | 'responders' | 'reassign' | 'webhook';

/** What came of a page. */
export type PagerOutcome = { readonly at: Instant } & OfPage &
  (
    | { readonly type: 'PageSent'; readonly way: PageWay }
    /** `hopeless` when no later attempt can mend it: somebody must change a setting. */
    | { readonly type: 'PageFailed'; readonly way: PageWay; readonly says: string; readonly hopeless: boolean }
    /** `incident` is PagerDuty's id. */
    | { readonly type: 'PageConfirmed'; readonly incident: string; readonly url: string | null }
    | { readonly type: 'PageUnconfirmed'; readonly says: string }
  );

/** One effect to perform, and all that the room looks at. The core's own kind of work fits. */
export interface PagerWork<E extends PagerEffect = PagerEffect> {
  readonly effect: E;
  readonly effectId: string;
  readonly attempt: number;
  /** When the effect was recorded. */
  readonly since: Instant;
  /** Its service chooses the routing key `service`. */
  readonly incident: { readonly number: number; readonly service: string | null };
  readonly receipts: Receipts;
  readonly signal: AbortSignal;
}

/** The wish of one kind. */
export type EffectOf<T extends PagerEffect['type']> = Extract<PagerEffect, { type: T }>;

/** The lane of an effect: what concerns one alert is done in order, but waiting for a proof holds nothing up. */
export const laneOf = (effect: PagerEffect): string =>
  effect.type === 'pagerduty.confirm' || effect.type === 'pagerduty.note'
    ? `${effect.type}:${effect.dedupKey}`
    : effect.type === 'pagerduty.webhook'
      ? `pagerduty.webhook:${effect.webhook}`
      : `pagerduty:${effect.dedupKey}`;

/** For so long a page waits for PagerDuty, before it counts as failed and something else is tried. */
export const patience: Duration = 120_000;
