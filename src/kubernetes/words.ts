/** Text from a cluster as it may be shown: one short line, nothing invisible in it, no secret. */
import type { Duration } from '../incident/incident.ts';

/** Controls that show nothing, and those that reverse the direction of what follows. */
const invisible = /[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Terminal colours and the like. */
// oxlint-disable-next-line no-control-regex -- the control character is what is looked for
const escapes = /\u001B\[[\d;]*[A-Za-z]/g;

/** Text on one line of at most `max` UTF-16 units, without anything invisible, and without what looks like a secret. */
export function line(text: string, max: number): string {
  // The patterns would be slow on all of a hostile text.
  const start = text.slice(0, max * 4);
  const flat = masked(start.replace(escapes, '').replace(/\s+/gu, ' ').replace(invisible, '').toWellFormed().trim());
  if (flat.length <= max && start.length === text.length) return flat;
  const cut = flat.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

const masked = (text: string): string =>
  text
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 …')
    .replace(/((?:passw(?:or)?d|secret|token|api[_-]?key)["']?\s{0,3}[:=]\s{0,3})("[^"]*"|'[^']*'|[^\s,;&}]+)/gi, '$1…')
    .replace(/\beyJ[\w-]{10,}(?:\.[\w-]+){0,2}/g, '…')
    .replace(/(\w:\/\/[^\s:/@]{0,80}:)[^\s/@]{1,200}@/g, '$1…@');

/** A span of time as people say it: `40 s`, `14 min`, `3 h`, `2 days`. */
export function spokenSpan(span: Duration): string {
  const seconds = Math.max(0, Math.round(span / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
