/** Readers of the single values of escalation: times of day, PagerDuty's ids, and whom a message calls. */
import { weekdays } from '../../escalation/policy.ts';
import type { Mention, Weekday } from '../../escalation/policy.ts';
import type { Duration, Severity } from '../../incident/incident.ts';
import { readDuration } from '../duration.ts';
import { quote, ValueFault } from '../fault.ts';
import { readOneOf } from '../values.ts';

/** A week: a level or a repeat that comes later is a slip of the keyboard. */
const longest: Duration = 7 * 86_400_000;

/** How long an incident has been nobody's when a level is entered; `0m` is at once. */
export function readStart(text: string): Duration {
  const duration = /^0{1,10}[smhd]$/.test(text) ? 0 : readDuration(text);
  if (duration <= longest) return duration;
  throw new ValueFault(`${quote(text)} is too late`, 'write at most `7d`');
}

/** Between two repeats: long enough for somebody to answer. */
export function readEvery(text: string): Duration {
  const duration = readDuration(text);
  if (duration >= 60_000 && duration <= longest) return duration;
  throw new ValueFault(`${quote(text)} is no time between two calls`, 'write from `1m` to `7d`');
}

/** Minutes of the day of a text such as `22:30`; `24:00` is the end of the day. */
export function readTime(text: string): number {
  const [, hours = '', minutes = ''] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
  const time = Number(hours) * 60 + Number(minutes);
  if (hours !== '' && Number(minutes) < 60 && time <= 1_440) return time;
  throw new ValueFault(`${quote(text)} is not a time of day`, 'write hours and minutes between quotes: `"22:30"`');
}

/** The beginning of a quiet time: `24:00` would be the next day's `00:00`. */
export function readBeginning(text: string): number {
  const time = readTime(text);
  if (time < 1_440) return time;
  throw new ValueFault('a day does not begin at its end', 'write `"00:00"`, and the next day');
}

/** A day of the week. */
export const readWeekday: (text: string) => Weekday = readOneOf(weekdays, 'a day of the week');

/** A severity that may be quiet. */
export function readQuietable(text: string): Severity {
  if (text !== 'critical') return readOneOf(['warning', 'high'] as const, 'a severity that can be quiet')(text);
  throw new ValueFault('critical is never quiet', 'remove it, and map what may wait to another severity');
}

/** A reader of PagerDuty's ids. `what` completes "is not …". */
export function readPagerDutyId(what: string): (text: string) => string {
  return (text) => {
    if (/^[PQ][A-Z0-9]{2,31}$/.test(text)) return text;
    const remedy = 'copy the id from its address in PagerDuty; it begins with `P` or `Q`';
    throw new ValueFault(`${quote(text)} is not ${what}`, remedy);
  };
}

/** An e-mail address. */
export function readAddress(text: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return text;
  throw new ValueFault(`${quote(text)} is not an e-mail address`, 'write that of a user of PagerDuty');
}

/** The id of a level. `next` is how runbooks call the next one, whichever it is. */
export function readLevelId(text: string): string {
  if (text === 'next') throw new ValueFault('`next` is no name for a level', 'choose another: runbooks say `next`');
  if (/^[A-Za-z][\w.-]{0,31}$/.test(text)) return text;
  const remedy = 'begin with a letter; use letters, digits, `.`, `_` and `-`, at most 32';
  throw new ValueFault(`${quote(text)} can't be the id of a level`, remedy);
}

/** Whom a level's message calls, in a word. */
export const readMention: (text: string) => Mention = readOneOf(['group', 'oncall'] as const, 'whom to call');

/** Whom a fallback's message calls, in a word. */
export const readLoudMention = readOneOf(['channel', 'here'] as const, 'whom to call');
