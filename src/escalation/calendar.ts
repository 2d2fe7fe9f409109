/** Quiet times: how long loud time lasts, and when so much of it has passed. Calendars come from `config/`, which knows zones. */
import type { Duration, Instant, Severity } from '../incident/incident.ts';
import type { Policy } from './policy.ts';

/** A stretch of time that is all quiet or all loud. */
export interface Span {
  readonly quiet: boolean;
  /** When the next one begins; null when there is none. */
  readonly until: Instant | null;
}

/** The span that an instant lies in. */
export type Calendar = (at: Instant) => Span;

/** The calendar of a policy for a severity. */
export type CalendarOf = (policy: Pick<Policy, 'quiet' | 'timezone'>, severity: Severity) => Calendar;

/** No quiet time. */
export const neverQuiet: Calendar = () => ({ quiet: false, until: null });

/** How much loud time lies between two instants; none when they are in the wrong order. */
export function loudTime(calendar: Calendar, from: Instant, to: Instant): Duration {
  let sum = 0;
  for (let at = from; at < to;) {
    const { quiet, until } = calendar(at);
    const end = Math.min(to, until ?? to);
    if (!quiet) sum += end - at;
    at = end;
  }
  return sum;
}

/** When so much loud time will have passed since `from`; null when it never will. */
export function afterLoud(calendar: Calendar, from: Instant, duration: Duration): Instant | null {
  let left = duration;
  for (let at = from; left > 0;) {
    const { quiet, until } = calendar(at);
    if (!quiet && (until === null || at + left <= until)) return at + left;
    if (until === null) return null;
    if (!quiet) left -= until - at;
    at = until;
  }
  return from;
}

/** The first loud moment from `at` on; null when there is none. */
export function loudFrom(calendar: Calendar, at: Instant): Instant | null {
  const { quiet, until } = calendar(at);
  return quiet ? until : at;
}
