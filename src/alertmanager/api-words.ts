/** Text from Alertmanager as it may be shown: one short line, nothing invisible in it, no secret of ours. */

/** Controls that show nothing, and those that reverse the direction of what follows. */
const invisible = /[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Text on one line of at most `max` UTF-16 units, without anything invisible in it. */
export function line(text: string, max: number): string {
  // The patterns would be slow on all of a hostile text.
  const start = text.slice(0, max * 4);
  const flat = start.replace(/\s+/gu, ' ').replace(invisible, '').toWellFormed().trim();
  if (flat.length <= max && start.length === text.length) return flat;
  const cut = flat.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Text without these secrets, and without what looks like another one. */
export function conceal(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length > 3)
    .reduce((said, secret) => said.replaceAll(secret, '…'), text);
  return known.replace(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 …');
}
