/** PagerDuty's rate limits (https://developer.pagerduty.com/docs/rest-api-rate-limits, …/events-api-v2-rate-limits). */

import type { Clock } from '../../clock.ts';

/** `pagerduty` applies the limits, `off` only shows their headers. */
export type Rates = 'pagerduty' | 'off';

/** How a limit stands after a request; `over` when it may not go through. */
export type Standing = {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
  readonly over: boolean;
};

/** Counts requests. */
export type Limits = {
  /** By token; creating incidents has a limit of its own. */
  readonly rest: (token: string, creates: boolean) => Standing;
  /** By routing key. */
  readonly events: (key: string) => Standing;
};

const windowMs = 60_000;
const restPerMinute = 960;
const eventsPerMinute = 120;

/** PagerDuty says "heavily rate-limited, at human speed" and gives no number; this one is a guess. */
const createsPerMinute = 30;

/** Limits over a sliding minute, on the sandbox's clock. */
export function createLimits(clock: Clock, rates: Rates): Limits {
  const seen = new Map<string, number[]>();
  const count = (key: string, limit: number): Standing => {
    const now = clock.now();
    const recent = (seen.get(key) ?? []).filter((at) => at > now - windowMs);
    const over = rates === 'pagerduty' && recent.length >= limit;
    if (!over) recent.push(now);
    seen.set(key, recent);
    const resetSeconds = Math.max(1, Math.ceil(((recent[0] ?? now) + windowMs - now) / 1000));
    return { limit, remaining: Math.max(0, limit - recent.length), resetSeconds, over };
  };
  return {
    rest(token, creates) {
      const usual = count(`token ${token}`, restPerMinute);
      if (usual.over || !creates) return usual;
      return count(`create ${token}`, createsPerMinute);
    },
    events: (key) => count(`key ${key}`, eventsPerMinute),
  };
}
