/** Ids and keys as PagerDuty makes them, counted instead of random so that equal runs give equal ids. */

import { sha256, startCounting } from '../counting.ts';

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
  const count = startCounting();
  const hex = (what: string): string => sha256(`${what} ${count(what)}`).slice(0, 32);
  return {
    next: (kind) => `Q${kind}${String(count(kind)).padStart(13 - kind.length, '0')}`,
    number: () => count('number'),
    hex,
    uuid: (what) => hex(what).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  };
}
