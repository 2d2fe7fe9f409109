/** Text from PagerDuty as it may be shown: one short line, nothing invisible in it, no secret. */

/** Controls that show nothing, and those that reverse the direction of what follows. */
const invisible = /[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Text on one line of at most `max` UTF-16 units, without anything invisible in it. */
export function line(text: string, max: number): string {
  // The patterns would be slow on all of a hostile text.
  const start = text.slice(0, max * 4);
  const flat = start.replace(/\s+/gu, ' ').replace(invisible, '').toWellFormed().trim();
  return flat.length <= max && start.length === text.length ? flat : `${whole(flat.slice(0, max - 1))}…`;
}

/** Text of any number of lines, cut to `max` UTF-16 units: never fewer than the characters that PagerDuty counts. */
export function clip(text: string, max: number): string {
  const shown = text.toWellFormed();
  return shown.length <= max ? shown : `${whole(shown.slice(0, max - 1))}…`;
}

/** Without the first half of a character that was cut in two. */
const whole = (cut: string): string => (/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut);

/** Text without these secrets, and without what looks like another one. */
export function conceal(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length > 3)
    .reduce((said, secret) => said.replaceAll(secret, '…'), text);
  return known
    .replace(/\b(bearer|basic|token=)\s*[\w.~+/=-]{6,}/gi, '$1 …')
    .replace(/(routing[_ ]?key["']?\s{0,3}[:=]\s{0,3})("[^"]*"|'[^']*'|[^\s,;&}]+)/gi, '$1…')
    .replace(/\b[0-9a-z]{32}\b/gi, '…');
}
