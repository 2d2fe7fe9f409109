/** The hash chain of a timeline: every line's hash covers the one before, so a changed or missing line shows. */
import { createHash } from 'node:crypto';
import type { Line } from '../incident/event.ts';

/** One stored line. */
export interface Entry {
  readonly incident: number;
  readonly seq: number;
  readonly cause: string | null;
  readonly line: Line;
}

/** The hash before the first line. */
export const genesis: Buffer = Buffer.alloc(32);

/** The hash of an entry that follows `previous`. */
export const link = (previous: Buffer, entry: Entry): Buffer =>
  createHash('sha256').update(previous).update(canonical(entry)).digest();

/** The sequence number of the first entry that does not fit its hash; null when the chain is whole. */
export function firstBroken(entries: readonly (Entry & { readonly hash: Buffer })[]): number | null {
  let previous = genesis;
  for (const [index, { hash, ...entry }] of entries.entries()) {
    if (entry.seq !== index + 1 || !link(previous, entry).equals(hash)) return index + 1;
    previous = hash;
  }
  return null;
}

/** JSON with sorted keys: jsonb does not keep their order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
