/** What is said about a check: short plain text, whatever a neighbour answered, and no secret of ours or theirs. */
import { explain } from '../incident/fault.ts';
import { codeOf, unsentBecause } from '../incident/unreached.ts';
import type { Duration } from '../incident/incident.ts';

/** The longest text about one check, in UTF-16 units. */
export const longestSaying = 600;

/** Controls that show nothing, and those that reverse the direction of what follows. */
const invisible = /[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Terminal colours and the like. */
// oxlint-disable-next-line no-control-regex -- the control character is what is looked for
const escapes = /\u001B\[[\d;]*[A-Za-z]/g;

/** Text on one line of at most `max` UTF-16 units, without anything invisible in it. */
export function line(text: string, max: number): string {
  const start = text.slice(0, max * 4);
  const flat = start.replace(escapes, '').replace(/\s+/gu, ' ').replace(invisible, '').toWellFormed().trim();
  if (flat.length <= max && start.length === text.length) return flat;
  const cut = flat.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** An address without what may be secret in it: user, password, query. */
export const shownUrl = (url: URL): string =>
  line(`${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`, 110);

/** The beginning of a body, as ` It said: …`, or nothing when it has no words. Markup is left out, and so is what looks secret. */
export function excerpt(body: string): string {
  // 4 kB is more than is ever shown; the patterns would be slow on all of a hostile body.
  const words = line(
    masked(
      body
        .slice(0, 4096)
        .replace(/<(script|style)\b[^<]*/gi, ' ')
        .replace(/<[^<>]*>/g, ' ')
        .replace(/[^\S ]+/g, ' '),
    ),
    150,
  );
  return /[\p{L}\p{N}]/u.test(words) ? ` It said: ${words}` : '';
}

/** Text without the values that follow words such as "password". */
export const masked = (text: string): string =>
  text
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 …')
    .replace(
      /((?:passw(?:or)?d|secret|token|api[_-]?key|credentials?)["']?\s{0,3}[:=]\s{0,3})("[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
      '$1…',
    )
    .replace(/(\w:\/\/[^\s:/@]{0,80}:)[^\s/@]{1,200}@/g, '$1…@');

/** `84 ms`, `5 s`, `1.5 s`. */
export const printDuration = (time: Duration): string =>
  time < 1000 ? `${time} ms` : `${Math.round(time / 100) / 10} s`;

/** Why a request had no answer, as the rest of a sentence about the one who was asked. */
export function troubleOf(error: unknown): string {
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return 'answered something that is not HTTP';
  return unsentBecause(code) ?? troubles[code] ?? `could not be asked (${line(masked(explain(error)), 120)})`;
}

const troubles: Readonly<Record<string, string>> = {
  ECONNRESET: 'closed the connection without an answer',
  EPIPE: 'closed the connection without an answer',
  ETIMEDOUT: 'did not take the connection in time',
};
