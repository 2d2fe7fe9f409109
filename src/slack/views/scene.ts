/** What a message shows besides the incident: where it stands, what it links to, when it came. */
import type { Duration, Incident, Instant } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import type { Surface } from '../ids.ts';

/** Where and when an incident is drawn. */
export interface Scene {
  readonly surface: Surface;
  readonly now: Instant;
  /** The incident's channel, once it exists. */
  readonly channel: string | undefined;
  /** When the message was first posted; undefined for answers to one person. */
  readonly postedAt: Instant | undefined;
}

/** A first post later than this was held up. */
const lateAfter: Duration = 10 * 60_000;

/** The instant that a message timestamp (`1795224067.000100`, seconds) stands for. */
export const instantOf = (ts: string): Instant => Math.round(Number(ts) * 1000);

/** What to say of a message that came late: the incident is older than its first sign in Slack. Empty when it was in time. */
export function lateness({ openedAt }: Incident, { postedAt }: Scene): string {
  const late = postedAt === undefined ? 0 : postedAt - openedAt;
  return late > lateAfter ? `posted ${spoken(late)} late: Slack was unreachable` : '';
}
