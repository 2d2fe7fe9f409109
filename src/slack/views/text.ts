/** Slack's text objects, and how text from outside is made harmless and short enough for them. */
import type { KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types';
import type { Instant, Person } from '../../incident/incident.ts';

/** What is posted: blocks, and the text that notifications and screen readers show instead. */
export interface Message {
  /** Already escaped; Slack reads it as mrkdwn. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Slack's own rule for text that may be read as mrkdwn (https://docs.slack.dev/messaging/formatting-message-text#escaping). */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Text as it was typed: Slack escapes what commands carry, and may put `<@U0ANA|ana>` where somebody wrote `@ana`. */
export const asTyped = (text: string): string =>
  text
    .replace(/<([@#]?)[^<>|]*\|([^<>]*)>/gu, '$1$2')
    .replace(/<(https?:[^<>]*)>/gu, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Controls that show nothing, and those that reverse the direction of what follows: only used to deceive. */
const invisible = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** The same, but for line breaks. */
const invisibleInText = /[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Text from outside on one line of at most `max` UTF-16 units; a dash when nothing is left, because Slack refuses empty
 * texts. Slack does not say what it counts as a character; units are never fewer than code points. No character is
 * split, and half a surrogate pair, which form encoding refuses, is replaced.
 */
export function line(text: string, max: number): string {
  const start = text.slice(0, max * 4);
  const flat = start.replace(/\s+/gu, ' ').replace(invisible, '').toWellFormed().trim();
  if (flat.length <= max && start === text) return flat || '–';
  const cut = flat.slice(0, max - 1).toWellFormed();
  return `${cut.replace(/\uFFFD$/u, '')}…`;
}

/** Text of ours with values in it that are lines already: harmless, at most `max` units, its spaces and line breaks kept. */
export function fitted(text: string, max: number): string {
  const start = text.slice(0, max + 1).replaceAll('\t', '  ');
  const clean = start.replace(invisibleInText, '').toWellFormed();
  return clean.length <= max
    ? clean
    : `${clean
        .slice(0, max - 1)
        .toWellFormed()
        .replace(/\uFFFD$/u, '')}…`;
}

/** A line for a mrkdwn object: escaped, and without the characters that would format it. `max` holds after escaping. */
export function bare(text: string, max: number): string {
  const characters = [...line(text, max).replace(/[*_~`]/gu, '')].map(escape);
  while (characters.join('').length > max) characters.pop();
  return characters.join('');
}

/** A plain-text object, in which Slack reads nothing but characters. */
export const plain = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: line(text, max),
  emoji: false,
});

/** A mrkdwn object. Everything from outside in `text` must be escaped; verbatim keeps Slack from guessing at links and names. */
export const mrkdwn = (text: string): MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true });

/** Whether an id names somebody in Slack; `vigie` and people known only elsewhere have other ids. */
export const isSlackUser = (id: string): boolean => /^[UW][A-Z0-9]{2,}$/u.test(id);

/** Whether an id names a user group; runbooks may assign steps to one. */
export const isSlackGroup = (id: string): boolean => /^S[A-Z0-9]{2,}$/u.test(id);

/** A person or a user group in a mrkdwn object: as Slack shows them, or by plain name. */
export function who({ id, name }: Person): string {
  if (isSlackUser(id)) return `<@${id}>`;
  return isSlackGroup(id) ? `<!subteam^${id}>` : bare(name, 80);
}

/** A time in everybody's own time zone (https://docs.slack.dev/messaging/formatting-message-text#date-formatting). */
export const at = (instant: Instant, format = '{time}'): string =>
  `<!date^${seconds(instant)}^${format}|${utc(instant)}>`;

/** Seconds since the Unix epoch, as Slack counts. */
export const seconds = (instant: Instant): number => Math.floor(instant / 1000);

/** `2026-11-21 03:45 UTC`, for where Slack can't format. */
export const utc = (instant: Instant): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
