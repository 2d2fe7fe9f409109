/** Where responders are in a runbook: the frozen runbook, the step they stand at, and what they did before. */
import type { Instant, Person } from '../incident/incident.ts';
import type { Book, Frozen, Result, Step, StepKind } from './runbook.ts';

/** What is happening at the step at hand. */
export type Stand =
  /** It waits for a person. */
  | { readonly is: 'offered' }
  /** Something was asked of a neighbour, for the `attempt`th time; the answer is on its way. */
  | { readonly is: 'running'; readonly by: Person; readonly attempt: number; readonly since: Instant }
  /** The deed is done; it is being proved. `holds` are the conditions that hold already. */
  | {
      readonly is: 'verifying';
      readonly by: Person;
      readonly attempt: number;
      readonly since: Instant;
      readonly until: Instant | null;
      readonly says: string;
      readonly holds: { readonly alerts: boolean; readonly check: boolean };
    }
  | { readonly is: 'waiting'; readonly until: Instant }
  /** It failed and nothing follows by itself: a person retries, skips or goes elsewhere. */
  | { readonly is: 'failed'; readonly by: Person; readonly says: string };

/** The step at hand. */
export interface Cursor {
  readonly runbook: string;
  readonly step: string;
  /** Counts arrivals at steps: what was pressed for another visit is stale. */
  readonly visit: number;
  readonly since: Instant;
  readonly stand: Stand;
}

/** A step that was left behind. */
export interface Visit {
  readonly visit: number;
  readonly runbook: string;
  readonly step: string;
  readonly title: string;
  readonly kind: StepKind;
  readonly result: Result;
  readonly by: Person;
  readonly since: Instant;
  readonly at: Instant;
  /** What was asked and answered, decided or explained. Hostile until a room escapes it. */
  readonly says: string;
}

/** A walk through a runbook. */
export interface Walk {
  readonly runbook: Frozen;
  readonly by: Person;
  readonly at: Instant;
  /** Null when it is over. */
  readonly cursor: Cursor | null;
  /** Oldest first; the last 100. */
  readonly past: readonly Visit[];
  /** Visits so far, also those that `past` no longer holds. */
  readonly visits: number;
  /** Who was asked to do a step, by `runbook/step`. */
  readonly assigned: Readonly<Record<string, Person>>;
}

/** The book and the step that a cursor points at. */
export function stepAt(
  { runbook }: Walk,
  cursor: Pick<Cursor, 'runbook' | 'step'>,
): { readonly book: Book; readonly step: Step } {
  const book = runbook.books[cursor.runbook];
  const step = book?.steps.find(({ id }) => id === cursor.step);
  if (book === undefined || step === undefined)
    throw new TypeError(`there is no step ${cursor.runbook}/${cursor.step}`);
  return { book, step };
}

/** The key of a step in `assigned`. */
export const stepKey = ({ runbook, step }: Pick<Cursor, 'runbook' | 'step'>): string => `${runbook}/${step}`;
