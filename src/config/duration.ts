/** Durations as they are written in the configuration: `90s`, `5m`, `2h`, `1d`. */
import type { Duration } from '../incident/incident.ts';
import { quote, ValueFault } from './fault.ts';

const units: Readonly<Record<string, Duration>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Ten years: longer is a slip of the keyboard, and every sum of two of them is still a date. */
const longest: Duration = 3_650 * 86_400_000;

/**
 * Milliseconds of a text such as `5m`. Throws a `ValueFault` for anything else, for nothing at all and for over ten
 * years.
 */
export function readDuration(text: string): Duration {
  const [, amount = '', unit = ''] = /^(\d{1,10})([smhd])$/.exec(text) ?? [];
  const duration = Number(amount) * (units[unit] ?? 0);
  if (unit === '') {
    throw new ValueFault(
      `${quote(text)} is not a duration`,
      'write a whole number and a unit: `90s`, `5m`, `2h` or `1d`',
    );
  }
  if (duration === 0) throw new ValueFault(`${quote(text)} is no time at all`, 'write at least `1s`');
  if (duration > longest) throw new ValueFault(`${quote(text)} is too long`, 'write at most `3650d`');
  return duration;
}
