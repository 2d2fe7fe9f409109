/** What holds whatever happens: somebody is always called or about to be, never twice, never in vain, never for old news. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { oldest } from '../../src/escalation/call.ts';
import type { Climbed } from '../../src/escalation/call.ts';
import { loudTime } from '../../src/escalation/calendar.ts';
import type { Climb, Setting } from '../../src/escalation/climb.ts';
import { elapsedAt } from '../../src/escalation/climb.ts';
import { climbOn } from '../../src/escalation/move.ts';
import type { ClimbEvent } from '../../src/escalation/move.ts';
import { expiries, wakes } from '../../src/escalation/policy.ts';
import { openCalendars } from '../../src/config/escalation/calendar.ts';
import { minutes, production, usual } from './samples.ts';
import type { Given } from './samples.ts';

const calendarOf = openCalendars();

/** What happens next, so many minutes later; `asleep`: Vigie is down until then, and perhaps knows. */
interface Happening {
  readonly after: number;
  readonly event: Given | 'nothing';
  readonly asleep: boolean;
  readonly knows: boolean;
}

const happenings = fc.array(
  fc.record<Happening>({
    after: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 2_000 })),
    event: fc.oneof(
      fc
        .constantFrom(
          ...(['Due', 'Heard', 'Held', 'AutomationActed', 'AutomationFailed', 'AutomationHelped', 'Ended'] as const),
        )
        .map((type) => ({ type })),
      fc.constantFrom('signal', 'lease', 'severity').map((why) => ({ type: 'Freed', why }) as const),
      fc.constantFrom('next', 'L1', 'L3').map((level) => ({ type: 'Asked', level }) as const),
      fc.constant({ type: 'Reopened', acknowledgedAt: null } as const),
      fc.constant('nothing' as const),
    ),
    asleep: fc.boolean(),
    knows: fc.boolean(),
  }),
  { maxLength: 25 },
);

const quiet = [
  { days: ['sat', 'sun'], from: 0, to: 1_440, severities: ['high'] },
  { days: ['mon', 'tue', 'wed', 'thu'], from: 22 * 60, to: 7 * 60, severities: ['high'] },
] as const;

const settings = fc
  .record({
    severity: fc.constantFrom('high', 'critical'),
    automated: fc.boolean(),
    onExpiry: fc.constantFrom(...expiries),
    times: fc.nat({ max: 5 }),
    timezone: fc.constantFrom('Europe/Paris', 'America/New_York'),
    quiet: fc.constantFrom([], quiet),
  })
  .map(({ severity, automated, onExpiry, times, ...rest }): Setting => {
    const repeat = times === 0 ? null : { from: 'L2', every: minutes(30), times };
    const policy = { ...production, ...rest, repeat, ack: { ...production.ack, onExpiry } };
    return { ...usual, policy, severity, automated, calendar: calendarOf(policy, severity) };
  });

/** Around the nights in which clocks change. */
const starts = fc
  .tuple(fc.constantFrom('2026-03-27', '2026-10-23', '2026-03-06', '2026-10-30'), fc.nat({ max: 4 * 1_440 }))
  .map(([day, minute]) => Date.parse(`${day}T00:00Z`) + minutes(minute));

interface Moment {
  readonly event: ClimbEvent;
  readonly before: Climb;
  readonly after: Climbed;
}

/** Everything that happened to an incident, wakes included. */
function live(setting: Setting, start: number, story: readonly Happening[]): readonly Moment[] {
  const moments: Moment[] = [];
  let now = start;
  let last: Climbed = { climb: { is: 'idle' }, call: null, exhausted: false, next: null };
  const take = (event: ClimbEvent): void => {
    const before = last.climb;
    last = climbOn(before, event, setting);
    moments.push({ event, before, after: last });
  };
  const wakeUntil = (until: number): void => {
    while (last.next !== null && last.next <= until) take({ type: 'Due', at: last.next });
  };
  take({ type: 'Started', at: start });
  for (const { after, event, asleep, knows } of story) {
    const until = now + minutes(after);
    if (!asleep) wakeUntil(until);
    if (asleep && knows) take({ type: 'WasDown', from: now, at: until });
    now = until;
    if (event !== 'nothing') take({ ...event, at: now });
  }
  return moments;
}

/** Whatever happens, `wrong` finds no moment at which something is wrong. */
function expectNone(wrong: (moments: readonly Moment[], setting: Setting) => readonly (Moment | false)[]): void {
  fc.assert(
    fc.property(settings, starts, happenings, (setting, start, story) => {
      expect(wrong(live(setting, start, story), setting).filter((moment) => moment !== false)).toEqual([]);
    }),
    { numRuns: 150 },
  );
}

/** Of those moments at which nobody acted and Alertmanager said nothing. */
const byItself = ({ event }: Moment): boolean => event.type === 'Due' || event.type === 'WasDown';

it('an incident that nobody holds has a next due time, or is old news: then whatever is heard of it gives one', () => {
  expectNone((moments) =>
    moments.map(
      (moment) => moment.after.climb.is === 'running' && moment.after.next === null && !byItself(moment) && moment,
    ),
  );
});

it('a policy is not exhausted before every level was called', () => {
  expectNone((moments) => {
    const called = new Set<string>();
    return moments.map((moment) => {
      const { event, after } = moment;
      if (event.type === 'Reopened') called.clear();
      for (const { id } of after.call?.levels ?? []) called.add(id);
      return after.climb.is === 'exhausted' && called.size < 4 && moment;
    });
  });
});

it('an incident that nobody holds calls every level and comes to the end of its policy, whatever was before', () => {
  expectNone((moments, setting) => {
    const last = moments.at(-1);
    if (last?.after.climb.is !== 'running') return [];
    let { climb, next } = climbOn(last.after.climb, { type: 'Heard', at: last.event.at }, setting);
    for (let count = 0; next !== null && count < 40; count += 1) {
      ({ climb, next } = climbOn(climb, { type: 'Due', at: next }, setting));
    }
    return [climb.is !== 'exhausted' && last];
  });
});

it('a wake that is asked for lies ahead, or does something', () => {
  expectNone((moments) =>
    moments.map((moment) => {
      const { event, before, after } = moment;
      const idle = after.climb === before && after.next !== null && after.next <= event.at;
      return event.type === 'Due' && before.is === 'running' && idle && moment;
    }),
  );
});

it('repeats are at most as many as the policy says, until somebody acts', () => {
  expectNone((moments, { policy }) => {
    let repeats = 0;
    return moments.map((moment) => {
      const { event, after } = moment;
      if (!byItself(moment) && event.type !== 'Heard') repeats = 0;
      if (after.call?.why === 'repeated') repeats += 1;
      if (after.call?.why === 'called again') repeats = 0;
      return repeats > (policy.repeat?.times ?? 0) && moment;
    });
  });
});

it('nothing that was due over twelve hours ago wakes anybody, unless it is heard of or somebody acts', () => {
  expectNone((moments) =>
    moments.map((moment) => byItself(moment) && (moment.after.call?.late ?? 0) > oldest && moment),
  );
});

it('in quiet time nobody is woken, unless somebody asks for it', () => {
  expectNone((moments, { calendar, severity }) =>
    moments.map((moment) => {
      const { call } = moment.after;
      const woken = call?.levels.some((level) => wakes(level, severity)) === true && call.why !== 'asked';
      return woken && calendar(moment.event.at).quiet && moment;
    }),
  );
});

it('levels are entered in their order, each once, unless the policy begins anew', () => {
  expectNone((moments, { policy }) => {
    let entered = 0;
    return moments.map((moment) => {
      const { event, before, after } = moment;
      const anew = event.type === 'Freed' && event.why === 'lease' && policy.ack.onExpiry === 'restart';
      if (event.type === 'Reopened' || event.type === 'Started' || (anew && before.is === 'held')) entered = 0;
      const indexes = after.call?.levels.map((level) => policy.levels.indexOf(level)) ?? [];
      if (after.call?.why === 'repeated' || after.call?.why === 'called again') return false;
      if (after.call?.why === 'asked' && (indexes[0] ?? 0) < entered) return false;
      const first = entered;
      entered += indexes.length;
      return indexes.some((index, place) => index !== first + place) && moment;
    });
  });
});

it('calls of one episode have numbers that rise by one', () => {
  expectNone((moments) => {
    let number = 0;
    return moments.map((moment) => {
      const { event, after } = moment;
      if (event.type === 'Reopened' || after.climb.is === 'idle') number = 0;
      if (after.call !== null) number += 1;
      return after.call !== null && after.call.number !== number && moment;
    });
  });
});

it('the clock never counts more than the loud time in which nobody held the incident and Vigie was up', () => {
  expectNone((moments, setting) => {
    let most = 0;
    let at = moments[0]?.event.at ?? 0;
    return moments.map((moment) => {
      const { event, before, after } = moment;
      const until = event.type === 'WasDown' ? Math.max(at, event.from) : event.at;
      if (before.is === 'running') most += loudTime(setting.calendar, at, until);
      if (event.type === 'Reopened') most = 0;
      at = event.at;
      return elapsedAt(after.climb, at, setting) > most && moment;
    });
  });
});

it('a climb that was kept as JSON goes on as if it had not been', () => {
  fc.assert(
    fc.property(settings, starts, happenings, (setting, start, story) => {
      for (const { event, before, after } of live(setting, start, story)) {
        expect(climbOn(JSON.parse(JSON.stringify(before)) as Climb, event, setting)).toEqual(after);
      }
    }),
    { numRuns: 100 },
  );
});
