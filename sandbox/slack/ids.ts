/** Ids in Slack's formats, counted instead of drawn, so that two equal runs give equal ids. */

import { sha256, startCounting } from '../counting.ts';

/** A source of ids. `nowMs` is milliseconds since 1970. */
export type Ids = {
  /** `C000000001`, `V000000002`, …: the letter and nine digits, counted by letter. */
  readonly next: (letter: string) => string;
  /** A five-character id, as Slack fills in for a missing `block_id` or `action_id`. */
  readonly short: () => string;
  /** A message timestamp such as `1795224067.000100`: unique in the workspace, and sorts as text. */
  readonly ts: (nowMs: number) => string;
  /** Three parts, the last of 32 hex digits, as in a `trigger_id`. */
  readonly trigger: (nowMs: number) => string;
  /** A view hash such as `1795224067.a1b2c3d4`; different each time. */
  readonly hash: (nowMs: number) => string;
};

/** Starts counting from one. */
export function createIds(): Ids {
  const count = startCounting();
  const hex = (what: string): string => sha256(`${what}${count(what)}`);
  let lastMicros = 0;

  return {
    next: (letter) => `${letter}${String(count(letter)).padStart(9, '0')}`,
    short: () => count('short').toString(36).padStart(5, '0'),
    ts(nowMs) {
      lastMicros = Math.max(nowMs * 1000, lastMicros + 100);
      const seconds = Math.floor(lastMicros / 1_000_000);
      return `${seconds}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
    },
    trigger: (nowMs) => `${nowMs}.${count('trigger')}.${hex('trigger').slice(0, 32)}`,
    hash: (nowMs) => `${Math.floor(nowMs / 1000)}.${hex('hash').slice(0, 8)}`,
  };
}
