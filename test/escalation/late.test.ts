/** Time that does not count: quiet hours, and hours in which Vigie was down. What was missed makes one call; old news wakes nobody. */
import { describe, expect, it } from 'vitest';
import { afterLoud, loudFrom, loudTime } from '../../src/escalation/calendar.ts';
import { openCalendars } from '../../src/config/escalation/calendar.ts';
import { level, minutes, openClimb, page, production, quietBetween, tell, usual } from './samples.ts';

const high = (from: number, to: number) => ({ ...usual, severity: 'high', calendar: quietBetween(from, to) }) as const;

/** Its automation helped, so L2 is due at 15. */
function helped(setting: typeof usual = usual) {
  const incident = openClimb(setting);
  incident.at(0.5, { type: 'AutomationHelped' });
  return incident;
}

describe('in quiet time', () => {
  it('nobody is called, and the clock stands still', () => {
    const incident = helped(high(10, 130));
    expect([incident.next(), incident.elapsed(100)]).toEqual([135, 10]);
    expect(incident.until(150).said).toEqual(['0: L1 entered', '135: L2 entered', '150: L3 entered']);
  });

  it('what tells or repairs without calling anybody is done at once, and what calls waits for the end', () => {
    const incident = openClimb({ ...high(-60, 120), automated: false });
    expect([incident.said, incident.next()]).toEqual([['0: L1 entered'], 120]);
    expect(incident.until(120).said).toEqual(['0: L1 entered', '120: L2 entered']);
  });

  it('a level that is due as quiet time begins waits for its end', () => {
    expect(helped(high(15, 120)).until(120).said).toEqual(['0: L1 entered', '120: L2 entered']);
  });

  it('an automation that fails leaves its level, and the next one waits', () => {
    const incident = openClimb(high(0.2, 60));
    incident.at(5, { type: 'AutomationFailed' });
    expect(incident.until(60).said).toEqual(['0: L1 entered', '60: L2 entered']);
  });

  it('repeats wait, and an acknowledgement that falls is told when it is over', () => {
    const repeats = openClimb(high(80, 800));
    expect(repeats.until(900).said.slice(3)).toEqual([
      '60: L4 entered',
      '810: L2+L3+L4 repeated',
      '840: L2+L3+L4 repeated',
      '870: L2+L3+L4 repeated',
      '900: exhausted',
    ]);
    const fallen = openClimb(high(80, 800));
    fallen.at(70, { type: 'Held' });
    fallen.at(100, { type: 'Freed', why: 'lease' });
    expect([fallen.next(), fallen.until(800).said.at(-1)]).toEqual([800, '800: L4 called again']);
  });

  it('a person who asks for a level gets it', () => {
    const incident = helped(high(5, 600));
    incident.at(6, { type: 'Asked', level: 'next' });
    expect(incident.said.at(-1)).toBe('6: L2 asked');
  });

  it('that lasts longer than twelve hours makes nothing old: a weekend is what was asked for', () => {
    const quiet = [{ days: ['sat', 'sun'], from: 0, to: 1_440, severities: ['high'] }] as const;
    const policy = { ...production, quiet, timezone: 'Europe/Paris' };
    const setting = {
      ...usual,
      policy,
      severity: 'high',
      automated: false,
      calendar: openCalendars()(policy, 'high'),
    } as const;
    // Friday evening before clocks go back: 23:50 in Paris.
    const opened = Date.parse('2026-10-23T21:50Z') / minutes(1);
    const incident = openClimb(setting, false);
    incident.at(opened, { type: 'Started' });
    incident.until(opened + 5 * 1_440);
    const times = incident.said.slice(0, 3).map((text) => {
      const [minute = '', what = ''] = text.split(/: (.*)/);
      return `${new Date(minutes(Number(minute))).toISOString().slice(0, 16)} ${what}`;
    });
    // Ten minutes before the weekend, and twenty after its 49 hours.
    expect(times).toEqual([
      '2026-10-23T21:50 L1+L2 entered',
      '2026-10-25T23:20 L3 entered',
      '2026-10-25T23:50 L4 entered',
    ]);
  });
});

describe('after Vigie was down', () => {
  it('one call addresses every level that was missed, and the time does not count', () => {
    const incident = helped();
    incident.at(50, { type: 'WasDown', from: minutes(10) }, true);
    expect(incident.said.slice(1)).toEqual(['50: L2+L3 entered, 40 late']);
    expect([incident.elapsed(50), incident.next()]).toEqual([10, 100]);
  });

  it('also when nobody knows that it was down, but a wake comes late', () => {
    const incident = helped();
    incident.at(50, { type: 'Due' }, true);
    expect(incident.said.slice(1)).toEqual(['50: L2+L3 entered, 35 late']);
    expect([incident.elapsed(50), incident.next()]).toEqual([15, 95]);
  });

  it('time in which nothing was due does not count either', () => {
    const incident = helped();
    incident.at(12, { type: 'WasDown', from: minutes(2) }, true);
    expect([incident.said.length, incident.elapsed(12), incident.next()]).toEqual([1, 2, 25]);
  });

  it('several missed repeats are one, and the end of the policy is not missed: nobody could answer', () => {
    const incident = openClimb().until(70);
    incident.at(170, { type: 'WasDown', from: minutes(80) }, true);
    expect(incident.said.slice(3)).toEqual(['60: L4 entered', '170: L2+L3+L4 repeated, 90 late']);
    incident.until(240);
    incident.at(300, { type: 'WasDown', from: minutes(245) }, true);
    expect(incident.until(400).said.slice(5)).toEqual([
      '200: L2+L3+L4 repeated',
      '230: L2+L3+L4 repeated',
      '315: exhausted',
    ]);
  });

  it('an automation gets the rest of its time', () => {
    const incident = openClimb();
    incident.at(0.5, { type: 'AutomationActed' });
    incident.at(9, { type: 'WasDown', from: minutes(2) }, true);
    expect(incident.until(30).said).toEqual(['0: L1 entered', '17.5: L2 entered']);
  });

  it('and returned in quiet time, what was missed waits for its end, however long that is', () => {
    const incident = helped(high(25, 3_000));
    incident.at(60, { type: 'WasDown', from: minutes(10) }, true);
    expect([incident.said.length, incident.next(), incident.elapsed(60)]).toEqual([1, 3_000, 10]);
    expect(incident.until(3_000).said.at(-1)).toBe('3000: L2 entered, 15 late');
  });

  it('and the first thing heard of it is an acknowledgement, that holds it', () => {
    const incident = helped();
    incident.at(50, { type: 'Held' }, true);
    expect([incident.said.length, incident.elapsed(50)]).toEqual([1, 15]);
  });

  it('before the offer to whoever had it was over, the levels wait as they did', () => {
    const incident = openClimb(usual, false);
    incident.at(0, { type: 'Reopened', acknowledgedAt: -minutes(10) });
    incident.at(3, { type: 'WasDown', from: minutes(1) }, true);
    expect(incident.until(5).said).toEqual(['5: L1 entered']);
  });
});

describe('what was due over twelve hours ago', () => {
  const old = 15 + 12 * 60 + 1;

  it('wakes nobody', () => {
    const incident = helped();
    incident.at(old, { type: 'Due' }, true);
    expect([incident.said.length, incident.next()]).toEqual([1, null]);
    incident.at(old + 60, { type: 'Due' }, true);
    expect(incident.said).toHaveLength(1);
  });

  it('wakes somebody when Alertmanager says again that it fires', () => {
    const incident = helped();
    incident.at(old, { type: 'WasDown', from: minutes(10) }, true);
    expect([incident.said.length, incident.next()]).toEqual([1, null]);
    incident.at(old + 5, { type: 'Heard' }, true);
    expect(incident.said.at(-1)).toBe('741: L2+L3+L4 entered, 731 late');
    expect(incident.elapsed(old + 5)).toBe(10);
  });

  it('and is heard of in quiet time, wakes somebody when that is over', () => {
    const incident = helped(high(800, 3_000));
    incident.at(900, { type: 'Due' }, true);
    expect([incident.said.length, incident.next()]).toEqual([1, null]);
    incident.at(1_000, { type: 'Heard' }, true);
    expect(incident.until(3_000).said.at(-1)).toBe('3000: L2 entered');
  });

  it('a minute less is not old', () => {
    const incident = helped();
    incident.at(old - 2, { type: 'Due' }, true);
    expect(incident.said).toHaveLength(2);
  });

  it('wakes somebody when an acknowledgement falls: somebody was there', () => {
    const incident = helped();
    incident.at(5_000, { type: 'Held' }, true);
    incident.at(90_000, { type: 'Freed', why: 'lease' });
    expect(incident.said.at(-1)).toBe('90000: L2 entered');
  });
});

describe('loud time', () => {
  const calendar = quietBetween(10, 20);

  it('is what is left of a stretch without quiet time', () => {
    expect([loudTime(calendar, 0, minutes(30)), loudTime(calendar, minutes(12), minutes(15))]).toEqual([
      minutes(20),
      0,
    ]);
    expect(loudTime(calendar, minutes(5), minutes(1))).toBe(0);
  });

  it('has passed when enough of it has', () => {
    expect([5, 10, 11].map((count) => afterLoud(calendar, 0, minutes(count)))).toEqual([5, 10, 21].map(minutes));
    expect(afterLoud(calendar, minutes(12), 0)).toBe(minutes(12));
    expect(loudFrom(calendar, minutes(12))).toBe(minutes(20));
  });

  it('never comes where all is quiet', () => {
    const silence = () => ({ quiet: true, until: null });
    expect([afterLoud(silence, 0, 1), loudFrom(silence, 0), loudTime(silence, 0, 100)]).toEqual([null, null, 0]);
    const policy = { ...production, levels: [level('L1', 0, tell), level('L2', 5, page)] };
    const incident = openClimb({ ...usual, policy, calendar: silence });
    expect([incident.said, incident.next()]).toEqual([['0: L1 entered'], null]);
  });
});
