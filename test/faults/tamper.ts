/** A way to break a run's observation, and lenses to write one with. */
import type { Model } from './model.ts';
import type { Observation, OutboxRow } from './observe.ts';

/** One way. */
export interface Tamper {
  readonly name: string;
  /** The rule that must be found broken. */
  readonly rule: string;
  /** Null where the run has nothing of the kind to break. */
  readonly apply: (observation: Observation, model: Model) => Observation | null;
}

/** An incident as it was observed. */
export type Shown = Observation['incidents'][number];

/** Replaces the first that `change` changes; null when there is none. */
export function first<T>(items: readonly T[], change: (item: T) => T | null): readonly T[] | null {
  for (const [index, item] of items.entries()) {
    const changed = change(item);
    if (changed !== null) return items.with(index, changed);
  }
  return null;
}

/** Leaves out the first that fits; null when none does. */
export function without<T>(items: readonly T[], fits: (item: T) => boolean): readonly T[] | null {
  const index = items.findIndex(fits);
  return index < 0 ? null : items.toSpliced(index, 1);
}

/** Changes one incident. */
export const incidents = (change: (shown: Shown) => Shown | null) => (observation: Observation) => {
  const changed = first(observation.incidents, change);
  return changed === null ? null : { ...observation, incidents: changed };
};

/** Changes one row. */
export const outbox = (change: (row: OutboxRow) => OutboxRow | null) => (observation: Observation) => {
  const changed = first(observation.outbox, change);
  return changed === null ? null : { ...observation, outbox: changed };
};

/** Changes what Slack shows. */
export const slack = (change: (seen: Observation['slack']) => Partial<Observation['slack']> | null) => {
  return (observation: Observation): Observation | null => {
    const changed = change(observation.slack);
    return changed === null ? null : { ...observation, slack: { ...observation.slack, ...changed } };
  };
};
