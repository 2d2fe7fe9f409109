/** Readers of single values: each takes what stands in the file and answers, or throws a `ValueFault`. */
import { severities } from '../incident/incident.ts';
import { quote, ValueFault } from './fault.ts';
import { nearest } from './nearest.ts';

/** A reader of one of a few words. `what` completes "is not …". */
export function readOneOf<T extends string>(words: readonly T[], what: string): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const meant = nearest(text, words);
    const remedy = meant === null ? `write ${listOf(words)}` : `did you mean \`${meant}\`?`;
    throw new ValueFault(`${quote(text)} is not ${what}`, remedy);
  };
}

/** What a severity label's value may mean. */
export const readSeverity = readOneOf([...severities, 'ignore'], 'a severity');

/** A reader of whole numbers within bounds. */
export function readWhole(least: number, most: number): (value: number) => number {
  return (value) => {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new ValueFault(`${quote(value)} is out of range`, `write a whole number from ${least} to ${most}`);
  };
}

/** The only version of the format so far. */
export function readVersion(value: number): 1 {
  if (value === 1) return 1;
  throw new ValueFault(`${quote(value)} is not a version that this Vigie reads`, 'write `version: 1`');
}

/** A time zone of the IANA database, as this Node knows it. */
export function readTimezone(text: string): string {
  try {
    if (/^[A-Za-z]/.test(text)) return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const meant = nearest(text, Intl.supportedValuesOf('timeZone'));
  const remedy = meant === null ? 'write a name such as `Europe/Paris` or `UTC`' : `did you mean \`${meant}\`?`;
  throw new ValueFault(`${quote(text)} is not a time zone`, remedy);
}

/** A reader of Slack's ids, which begin with a letter that tells their kind. `what` completes "is not …". */
export function readSlackId(letters: string, what: string): (text: string) => string {
  const pattern = new RegExp(`^[${letters}][A-Z0-9]{2,}$`);
  const begin = listOf(letters.split(''));
  return (text) => {
    if (pattern.test(text)) return text;
    throw new ValueFault(`${quote(text)} is not ${what}`, `copy the id from Slack; it begins with ${begin}`);
  };
}

/** A text with something in it. */
export function readText(text: string): string {
  if (text.trim() !== '') return text;
  throw new ValueFault('the text is empty', 'write something, or remove the key');
}

/** A user name of HTTP Basic authentication: no colon (RFC 7617, section 2). */
export function readUser(text: string): string {
  if (!text.includes(':')) return readText(text);
  throw new ValueFault("a user name can't contain a colon", 'write the name alone, and the password as a reference');
}

/** A list with something in it. */
export function readFilled<T>(list: readonly T[]): readonly T[] {
  if (list.length > 0) return list;
  throw new ValueFault('the list is empty', 'write at least one item, or remove the key');
}

/** Words as they are listed in a sentence: `a`, `b` or `c`. */
export function listOf(words: readonly string[]): string {
  const quoted = words.map(quote);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
