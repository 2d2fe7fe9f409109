/** How long silences last: short, because what is silenced is soon forgotten. */
import type { Refusal } from './event.ts';
import type { Duration, Instant } from './incident.ts';

/** The least, the usual and the most. */
export const silenceBounds = { least: 300_000, usual: 3_600_000, most: 86_400_000 } as const;

/** For how long somebody may silence; null asks for the usual. */
export function silenceFor(asked: Duration | null): Duration | Refusal {
  const { least, usual, most } = silenceBounds;
  const time = asked ?? usual;
  if (time >= least && time <= most) return time;
  return { refused: 'A silence lasts at least 5 minutes and at most 24 hours. Ask again with a time in between.' };
}

/** A silence under way, and whether somebody still works on what it hides. */
export interface Renewal {
  readonly at: Instant;
  /** The incident is acknowledged. */
  readonly worked: boolean;
  readonly startedAt: Instant;
  readonly until: Instant;
  /** What it was made for. */
  readonly time: Duration;
}

/** Until when a silence is to last now; null to leave it. Its last quarter prolongs it while somebody works, for a day in all. */
export function renewedUntil({ at, worked, startedAt, until, time }: Renewal): Instant | null {
  if (!worked || at >= until || until - at > time / 4) return null;
  const next = Math.min(at + time, startedAt + silenceBounds.most);
  return next > until ? next : null;
}
