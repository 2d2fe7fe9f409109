/** Quiet times as a calendar: days of the week and times of day on the clocks of a zone become instants. */
import type { Calendar, CalendarOf, Span } from '../../escalation/calendar.ts';
import { neverQuiet } from '../../escalation/calendar.ts';
import { weekdays } from '../../escalation/policy.ts';
import type { QuietTime } from '../../escalation/policy.ts';
import type { Instant } from '../../incident/incident.ts';
import { openZone } from '../zone.ts';
import type { Zone } from '../zone.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The calendar of quiet times. A quiet time begins when the clocks first show its beginning and ends when they last show its end, so
 * a night in which they go back is quiet throughout. What overlaps or follows at once is one stretch.
 */
function compile(quiet: readonly QuietTime[], zone: Zone): Calendar {
  const look = (at: Instant): Known => {
    const today = Math.floor(zone.shown(at) / day) * day;
    // Yesterday's may last until today; every kind comes again within the eight days that follow.
    const days = Array.from({ length: 10 }, (_, index) => today + (index - 1) * day);
    const stretches = merged(days.flatMap((date) => stretchesOf(date, quiet, zone)));
    const index = stretches.findIndex(({ to }) => at < to);
    const found = stretches[index];
    if (found === undefined) return { quiet: false, from: at, until: null };
    // What lies between two stretches, or before the first, is loud.
    if (at < found.from) return { quiet: false, from: stretches[index - 1]?.to ?? at, until: found.from };
    // One stretch of more than a week has no end.
    return { quiet: true, from: found.from, until: found.to - found.from > 8 * day ? null : found.to };
  };
  const known: Known[] = [];
  return (at) => {
    let span = known.find(({ from, until }) => at >= from && (until === null || at < until));
    if (span === undefined) {
      span = look(at);
      // Looking is slow, and the same days are asked for again and again.
      if (known.unshift(span) > mostKnown) known.pop();
    }
    return { quiet: span.quiet, until: span.until };
  };
}

type Known = Span & { readonly from: Instant };

/** Two months of nights. */
const mostKnown = 128;

function stretchesOf(date: number, quiet: readonly QuietTime[], zone: Zone): readonly Stretch[] {
  const weekday = weekdays[new Date(date).getUTCDay()];
  return quiet
    .filter(({ days }) => days.some((one) => one === weekday))
    .map(({ from, to }) => ({
      from: zone.first(date + from * minute),
      to: zone.last(date + to * minute + (to <= from ? day : 0)),
    }))
    .filter(({ from, to }) => from < to);
}

function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const before = found.at(-1);
    if (before === undefined || from > before.to) found.push({ from, to });
    else if (to > before.to) found.splice(-1, 1, { from: before.from, to });
  }
  return found;
}

/**
 * Compiles the calendars of policies, each once. Policies are read from incidents again and again, so equal ones share
 * theirs.
 */
export function openCalendars(): CalendarOf {
  const zones = new Map<string, Zone>();
  const calendars = new Map<string, Calendar>();
  return ({ quiet, timezone }, severity) => {
    const applies = quiet.filter(({ severities }) => severities.includes(severity));
    // Whatever a policy says, critical wakes people.
    if (applies.length === 0 || severity === 'critical') return neverQuiet;
    const key = JSON.stringify([timezone, applies]);
    const known = calendars.get(key);
    if (known !== undefined) return known;
    const zone = zones.get(timezone) ?? openZone(timezone);
    zones.set(timezone, zone);
    const calendar = compile(applies, zone);
    calendars.set(key, calendar);
    return calendar;
  };
}
