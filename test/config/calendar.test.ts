/** Quiet times as calendars, on the clocks of zones that change them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loudTime } from '../../src/escalation/calendar.ts';
import { weekdays } from '../../src/escalation/policy.ts';
import type { QuietTime } from '../../src/escalation/policy.ts';
import { openCalendars } from '../../src/config/escalation/calendar.ts';

const hour = 3_600_000;

/** `2026-03-28T00:00+01:00` as an instant. */
const when = (text: string): number => Date.parse(text);

function calendar(timezone: string, ...quiet: readonly Partial<QuietTime>[]) {
  const whole = { days: ['sat', 'sun'], from: 0, to: 1_440, severities: ['high'] } as const;
  return openCalendars()({ timezone, quiet: quiet.map((one) => ({ ...whole, ...one })) }, 'high');
}

/** The quiet time around or after an instant, and its length in hours. */
function quietAround(timezone: string, around: string, ...quiet: readonly Partial<QuietTime>[]) {
  const spans = calendar(timezone, ...quiet);
  const { quiet: now, until } = spans(when(around));
  const start = now ? null : until;
  const end = start === null ? until : spans(start).until;
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().slice(0, 16));
  return [iso(start), iso(end)];
}

describe('a quiet weekend', () => {
  it.each([
    ['Europe/Paris', '2026-03-27T12:00Z', '2026-03-27T23:00', '2026-03-29T22:00', 'clocks go forward: 47 hours'],
    ['Europe/Paris', '2026-10-23T12:00Z', '2026-10-23T22:00', '2026-10-25T23:00', 'clocks go back: 49 hours'],
    ['America/New_York', '2026-03-06T12:00Z', '2026-03-07T05:00', '2026-03-09T04:00', 'clocks go forward: 47 hours'],
    ['America/New_York', '2026-10-30T12:00Z', '2026-10-31T04:00', '2026-11-02T05:00', 'clocks go back: 49 hours'],
    ['UTC', '2026-03-27T12:00Z', '2026-03-28T00:00', '2026-03-30T00:00', 'no change: 48 hours'],
  ])('in %s after %s is from %s to %s: %s', (zone, around, from, to) => {
    expect(quietAround(zone, around, {})).toEqual([from, to]);
  });
});

describe('a quiet night', () => {
  const night = { days: weekdays, from: 22 * 60, to: 7 * 60 };

  it.each([
    ['Europe/Paris', '2026-03-28T20:00Z', '2026-03-28T21:00', '2026-03-29T05:00', 'when clocks go forward: 8 hours'],
    ['Europe/Paris', '2026-10-24T18:00Z', '2026-10-24T20:00', '2026-10-25T06:00', 'when clocks go back: 10 hours'],
    [
      'America/New_York',
      '2026-03-08T00:00Z',
      '2026-03-08T03:00',
      '2026-03-08T11:00',
      'when clocks go forward: 8 hours',
    ],
    ['America/New_York', '2026-11-01T00:00Z', '2026-11-01T02:00', '2026-11-01T12:00', 'when clocks go back: 10 hours'],
  ])('in %s after %s is from %s to %s, %s', (zone, around, from, to) => {
    expect(quietAround(zone, around, night)).toEqual([from, to]);
  });

  it('of a day belongs to the day on which it begins', () => {
    const friday = { ...night, days: ['fri'] } as const;
    expect(quietAround('UTC', '2026-03-28T03:00Z', friday)).toEqual([null, '2026-03-28T07:00']);
    expect(quietAround('UTC', '2026-03-27T03:00Z', friday)).toEqual(['2026-03-27T22:00', '2026-03-28T07:00']);
  });

  it('that begins or ends in an hour that comes twice, holds from the first to the last of it', () => {
    const around = '2026-10-24T20:00Z';
    expect(quietAround('Europe/Paris', around, { days: ['sun'], from: 150, to: 240 })).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T03:00',
    ]);
    expect(quietAround('Europe/Paris', around, { days: ['sun'], from: 60, to: 150 })).toEqual([
      '2026-10-24T23:00',
      '2026-10-25T01:30',
    ]);
  });

  it('that begins in an hour that is skipped, begins so long after it', () => {
    expect(quietAround('Europe/Paris', '2026-03-28T20:00Z', { days: ['sun'], from: 150, to: 240 })).toEqual([
      '2026-03-29T01:30',
      '2026-03-29T02:00',
    ]);
  });

  it('and a quiet day that follow each other are one', () => {
    expect(quietAround('UTC', '2026-03-27T12:00Z', { days: ['fri'], from: 1_200 }, {})).toEqual([
      '2026-03-27T20:00',
      '2026-03-30T00:00',
    ]);
  });
});

describe('a calendar', () => {
  it('is never quiet for critical, nor for a severity that no quiet time names', () => {
    const quiet = [{ days: weekdays, from: 0, to: 1_440, severities: ['high', 'critical'] }] as const;
    const calendarOf = openCalendars();
    expect(calendarOf({ quiet, timezone: 'UTC' }, 'critical')(0)).toEqual({ quiet: false, until: null });
    expect(calendarOf({ quiet, timezone: 'UTC' }, 'warning')(0)).toEqual({ quiet: false, until: null });
    expect(calendarOf({ quiet, timezone: 'UTC' }, 'high')(0)).toEqual({ quiet: true, until: null });
  });

  const times = fc.array(
    fc.record({
      days: fc.subarray([...weekdays], { minLength: 1 }),
      from: fc.nat({ max: 1_439 }),
      to: fc.nat({ max: 1_440 }),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const instants = fc.integer({ min: when('2026-01-01T00:00Z'), max: when('2028-01-01T00:00Z') });

  it('is quiet exactly when the clocks there are in a quiet time, where clocks never change', () => {
    fc.assert(
      fc.property(times, instants, (quiet, at) => {
        // India: five and a half hours, no changes.
        const shown = new Date(at + 5.5 * hour);
        const now = shown.getUTCHours() * 60 + shown.getUTCMinutes();
        const day = shown.getUTCDay();
        const inside = quiet.some(({ days, from, to }) => {
          const on = (index: number): boolean => days.some((name) => name === weekdays[(index + 7) % 7]);
          if (to > from) return on(day) && now >= from && now < to;
          return (on(day) && now >= from) || (on(day - 1) && now < to);
        });
        expect(calendar('Asia/Kolkata', ...quiet)(at).quiet).toBe(inside);
      }),
    );
  });

  it('alternates: what it says lasts until it says, and the next is the opposite', () => {
    const zones = fc.constantFrom('Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana', 'UTC');
    fc.assert(
      fc.property(zones, times, instants, (zone, quiet, at) => {
        const spans = calendar(zone, ...quiet);
        const { quiet: now, until } = spans(at);
        if (until === null) return;
        expect(until).toBeGreaterThan(at);
        expect(spans(until).quiet).toBe(!now);
        // A fresh calendar, asked in the middle, agrees.
        expect(calendar(zone, ...quiet)(at + Math.floor((until - at) / 2))).toEqual({ quiet: now, until });
        expect(loudTime(spans, at, until)).toBe(now ? 0 : until - at);
      }),
      { numRuns: 150 },
    );
  });
});
