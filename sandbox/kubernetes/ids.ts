/** Ids in Kubernetes' formats, counted instead of drawn, so that two equal runs give equal ids. */

import { sha256 } from '../counting.ts';

/** A source of ids. */
export type Ids = {
  /** A UUID, different each time. */
  readonly uid: () => string;
  /** Five characters, as the server appends to `generateName`. */
  readonly suffix: () => string;
};

/** The characters of generated names: no vowels, so that no words come out. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

function spell(hex: string, length: number): string {
  const pairs = hex.match(/../g) ?? [];
  return pairs
    .slice(0, length)
    .map((pair) => alphabet[Number.parseInt(pair, 16) % alphabet.length])
    .join('');
}

/** A short name for a value, as in `pod-template-hash`; the real ones come from another hash function. */
export function hashName(value: string, length = 10): string {
  return spell(sha256(value), length);
}

/** Starts counting from one. */
export function createIds(): Ids {
  let count = 0;
  const next = (what: string): string => {
    count += 1;
    return sha256(`${what}${count}`);
  };
  return {
    uid() {
      const hex = next('uid');
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `a${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ].join('-');
    },
    suffix: () => spell(next('suffix'), 5),
  };
}
