/** What simulators make ids from: counts and digests instead of chance, so that two equal runs give equal ids. */

import { createHash } from 'node:crypto';

/** Gives the next number of each kind, from 1. */
export function startCounting(): (kind: string) => number {
  const counts = new Map<string, number>();
  return (kind) => {
    const next = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, next);
    return next;
  };
}

/** The SHA-256 of the text, as 64 hex digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
