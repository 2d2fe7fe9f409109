/** When a checklist opens by itself: five fields of cron in a time zone, compiled. */
import { Cron } from 'croner';
import type { Schedule } from '../../runbook/runbook.ts';
import { quote, ValueFault } from '../fault.ts';

/** Lists of hours are fixed times too: what happens to them when clocks change is what happens to a single hour. */
const options = { mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true } as const;

/** A leap year begins: whatever happens at all, happens within the years that croner looks ahead from here. */
const start = new Date(Date.UTC(2024, 0, 1));

/** Five fields that name a time which comes: `0 9 * * MON`. */
export function readCron(text: string): string {
  const remedy = 'write five fields, minute, hour, day, month and weekday: `0 9 * * MON`';
  const wrong = `${quote(text)} is not a cron expression`;
  // A question mark would be the moment at which the file is read.
  if (text.length > 100 || !/^\S+(?:\s+\S+){4}$/.test(text) || text.includes('?')) throw new ValueFault(wrong, remedy);
  let first: Date | null;
  try {
    first = new Cron(text, { ...options, timezone: 'UTC' }).nextRun(start);
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new ValueFault(wrong, remedy, { cause });
  }
  if (first === null) throw new ValueFault(`${quote(text)} never comes`, 'write a day that its month has');
  return text;
}

/**
 * The schedule of an expression that was read. When clocks go forward over its time it comes once, right after the gap;
 * when they go back over it, once as well.
 */
export function compileSchedule({ cron, timezone }: Omit<Schedule, 'next'>): Schedule {
  const compiled = new Cron(cron, { ...options, timezone });
  return { cron, timezone, next: (after) => compiled.nextRun(new Date(after))?.getTime() ?? null };
}
