/** Ids and keys as PagerDuty makes them, counted instead of random so that equal runs give equal ids. */

import { createHash } from 'node:crypto';

/** Makes ids. */
export type Ids = {
  /** Fourteen characters such as `QINC0000000001`; each kind counts for itself. */
  readonly next: (kind: string) => string;
  /** The number of the next incident, from 1. */
  readonly number: () => number;
  /** 32 hex digits, different each time: generated dedup keys and webhook secrets. */
  readonly hex: (what: string) => string;
  /** The same as a UUID, for events and deliveries. */
  readonly uuid: (what: string) => string;
};

/** Starts counting from one. */
export function createIds(): Ids {
  const counts = new Map<string, number>();
  const count = (what: string): number => {
    const next = (counts.get(what) ?? 0) + 1;
    counts.set(what, next);
    return next;
  };
  const hex = (what: string): string =>
    createHash('sha256')
      .update(`${what} ${count(what)}`)
      .digest('hex')
      .slice(0, 32);
  return {
    next: (kind) => `Q${kind}${String(count(kind)).padStart(13 - kind.length, '0')}`,
    number: () => count('number'),
    hex,
    uuid: (what) => hex(what).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  };
}
