/** What the timeline keeps of refused attempts, and in which words: who tried what, why not, and when there were many. */
import type { Event } from '../incident/event.ts';
import type { Instant, Person } from '../incident/incident.ts';
import { count, fullStop, spokenTime } from './spoken.ts';

/** What the timeline keeps of refused attempts. */
export type RefusedLine =
  | {
      readonly type: 'DeedRefused';
      readonly at: Instant;
      readonly by: Person;
      readonly deed: Event['type'];
      /** What was tried; empty where the refusal says it all. */
      readonly what: string;
      readonly says: string;
    }
  /** So many that an admin should look; `by` is null where several people were refused. */
  | {
      readonly type: 'RefusalsNoticed';
      readonly at: Instant;
      readonly by: Person | null;
      readonly times: number;
      /** A group of admins, or one of them. */
      readonly to: Person | null;
    };

/** How many are noticed: of one person, and of all. */
export const noticed = { person: { times: 5, within: 5 * 60_000 }, all: { times: 100, within: 3_600_000 } } as const;

/** A line about refused attempts as a sentence. */
export function refusedSentence(line: RefusedLine): string {
  switch (line.type) {
    case 'DeedRefused': {
      const what = line.what === '' ? '' : ` (${line.what})`;
      return `${line.by.name} was refused${what}: “${fullStop(line.says)}”`;
    }
    case 'RefusalsNoticed': {
      const { by, times } = line;
      const who = by === null ? `${count(times, 'attempt')} were refused` : `${by.name} was refused ${times} times`;
      const { within } = noticed[by === null ? 'all' : 'person'];
      return `${who} within ${spokenTime(within)}. An admin should look: the timeline says what was tried.`;
    }
  }
}
