/** The clocks of a time zone: which instants they mean by a day and a time of day, also when clocks change. */
import type { Instant } from '../incident/incident.ts';

const day = 86_400_000;

/** The clocks of one zone. A clock's time is written as if it were UTC: `Date.UTC(2026, 2, 29, 2, 30)`. */
export interface Zone {
  /** What the clocks show. */
  readonly shown: (at: Instant) => number;
  /** The first instant at which they show this; where they skip it, as long after as it was skipped by. */
  readonly first: (shown: number) => Instant;
  /** The last one: clocks that go back show an hour twice. */
  readonly last: (shown: number) => Instant;
}

/** The clocks of a zone, by its IANA name. */
export function openZone(timezone: string): Zone {
  const calendar = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone: timezone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    hourCycle: 'h23',
  });
  const shown = (at: Instant): number => {
    const parts = new Map(calendar.formatToParts(at).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    const [date, time] = [`${part('year')}-${part('month')}-${part('day')}`, `${part('hour')}:${part('minute')}`];
    return Date.parse(`${date}T${time}:${part('second')}Z`);
  };
  /** Clocks may change within a day; the offset is that of the day before or of the day after. */
  const near = (time: number): readonly Instant[] => [time - day, time + day].map((at) => time - (shown(at) - at));
  const first = (time: number): Instant => {
    const fitting = near(time).filter((at) => shown(at) >= time);
    return Math.min(...(fitting.length > 0 ? fitting : near(time)));
  };
  const last = (time: number): Instant => {
    const exact = near(time).filter((at) => shown(at) === time);
    return exact.length > 0 ? Math.max(...exact) : first(time);
  };
  return { shown, first, last };
}
