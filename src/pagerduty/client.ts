/** PagerDuty as one thing: the Events API, and the REST API where there is a token. */
import type { Duration, Instant } from '../incident/incident.ts';
import { type Events, openEvents } from './events.ts';
import { openRest, type Rest } from './rest.ts';
import type { Bases, Setting } from './settings.ts';

/** What the client is opened with. */
export interface ClientSettings {
  readonly bases: Bases;
  /** Null without a token: then PagerDuty is told, and never asked. */
  readonly api: { readonly token: Setting; readonly from: string } | null;
  readonly clock: () => Instant;
  /** For a whole call; 10 s unless told otherwise. */
  readonly deadline?: Duration;
}

/** PagerDuty. */
export interface PagerClient {
  readonly events: Events;
  readonly rest: Rest | null;
}

/** Opens the client. It keeps no connection between calls, so there is nothing to close, and no stale one to fail on. */
export function openClient({ bases, api, clock, deadline = 10_000 }: ClientSettings): PagerClient {
  return {
    events: openEvents(bases.events, clock, deadline),
    rest: api === null ? null : openRest({ base: bases.api, ...api, deadline }),
  };
}
