/** Plain text for people out of what a cluster says: short lines without secrets, ages, and sections of a bounded size. */
import type { Duration } from '../../incident/incident.ts';
import { masked } from './mask.ts';

/** A part of a diagnosis. The lines are plain text: nothing in them is markup, whatever it looks like. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The longest section, in UTF-16 units, its line breaks counted. */
export const longestSection = 2_900;

/** Text from outside on one line of at most `max` UTF-16 units, without what looks like a secret. */
export function shown(text: string, max: number): string {
  const flat = masked(text).replace(/\s+/gu, ' ').trim();
  return cut(flat, max);
}

/** At most `max` UTF-16 units; no character is split. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** A section of these lines, as many as fit. */
export function sectionOf(title: string, lines: readonly string[]): Section {
  const kept: string[] = [];
  // The last line may have to say how many are left out.
  let left = longestSection - 40;
  for (const one of lines) {
    const text = cut(one, 600);
    left -= text.length + 1;
    if (left < 0) return { title, lines: [...kept, `… and ${lines.length - kept.length} more lines`] };
    kept.push(text);
  }
  return { title, lines: kept };
}

/** `40 s`, `12 min`, `3 h`, `5 d`. */
export function spokenAge(age: Duration): string {
  const seconds = Math.max(0, Math.round(age / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
