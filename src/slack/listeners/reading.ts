/** Small pieces of what people type: words, incidents, runs, lengths of time. Pure. */
import type { Duration } from '../../incident/incident.ts';

/** An incident as somebody names it. `marked` when written `#12`, which can't be a part of a sentence. */
export interface Named {
  readonly number: number;
  readonly marked: boolean;
}

/** The first word and what follows it. */
export function split(text: string): { readonly first: string; readonly after: string } {
  const [first = ''] = text.split(/\s/u, 1);
  return { first, after: text.slice(first.length).trim() };
}

/** An incident's number, `12` or `#12`; null when it is none. */
export function named(word: string): Named | null {
  const [, mark = '', digits = ''] = /^(#?)(\d{1,9})$/u.exec(word) ?? [];
  return digits === '' ? null : { number: Number(digits), marked: mark === '#' };
}

/** A run, `12-1` or `#12-1`; null when it is none. */
export const runNamed = (word: string): string | null => /^#?(\d{1,9}-\d{1,9})$/u.exec(word)?.[1] ?? null;

const units: Readonly<Record<string, Duration>> = {
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** A length of time, `30m`, `12h`, `3d`, `2w`; null when it is none. */
export function durationOf(word: string): Duration | null {
  const [, count = '', unit = ''] = /^(\d{1,4})(m|min|h|d|w)$/u.exec(word.toLowerCase()) ?? [];
  const length = Number(count) * (units[unit] ?? 0);
  return length > 0 ? length : null;
}
