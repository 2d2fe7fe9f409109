/** Evenings of escalation, told with a fast clock: everything that the timeline says and everything that PagerDuty is asked. */
import { expect, it } from 'vitest';
import { openCalendars } from '../../src/config/escalation/calendar.ts';
import type { Event } from '../../src/incident/event.ts';
import type { Instant } from '../../src/incident/incident.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { openMemory } from './memory.ts';
import { openWalk, runbook, step, withLibrary } from '../runbook/samples.ts';
import { alert, ana, at, body, bo, climbing, minutes, paged } from './samples.ts';

/** A story: what happens, in its order; `at` is when it begins. */
type Story = (memory: ReturnType<typeof openMemory>) => void;

const acked = (minute: number, by = ana): Event => ({ type: 'Acknowledged', at: at(minute), by });

const clock = (instant: Instant): string => new Date(instant).toISOString().slice(5, 16).replace('T', ' ');

/** Plays a story and tells it. */
function tell(story: Story, rules: Rules = paged): string {
  const memory = openMemory(rules);
  story(memory);
  const said = memory.lines
    .filter(({ type }) => type !== 'GroupJoined' && type !== 'PageSent')
    .map((line) => `${clock(line.at)}  ${sentence(line)}`);
  const asked = memory.effects
    .filter(({ type }) => type.startsWith('pagerduty.'))
    .map((effect) => `  ${effect.type.slice('pagerduty.'.length)}${'page' in effect ? ` ${effect.page}` : ''}`);
  return [...said, 'PagerDuty is asked:', ...asked, ''].join('\n');
}

/** The standard policy without repeats, so that stories end. */
const once: Rules = { ...paged, policies: { ...paged.policies, production: { ...climbing, repeat: null } } };

const stories: Readonly<Record<string, readonly [Story, Rules]>> = {
  'acknowledged-at-minute-14': [
    (memory) => {
      memory.report(body(0, [alert('Down')]));
      memory.advance(at(14));
      memory.record(1, acked(14));
      memory.advance(at(40));
      memory.report(body(41, [alert('Down', { until: 41 })]));
      memory.advance(at(90));
    },
    once,
  ],
  'lease-ends-twice': [
    (memory) => {
      memory.report(body(0, [alert('Down')]));
      memory.advance(at(16));
      memory.record(1, acked(16));
      memory.advance(at(50));
      memory.record(1, acked(50, bo));
      memory.record(1, { type: 'Snoozed', at: at(51), by: bo, for: minutes(60) });
      memory.advance(at(130));
    },
    once,
  ],
  'severity-rises-over-an-acknowledgement': [
    (memory) => {
      memory.report(body(0, [alert('Slow', { severity: 'high' })]));
      memory.record(1, acked(5));
      memory.report(body(10, [alert('Slow', { severity: 'high' }), alert('Down', { since: 10 })]));
      memory.advance(at(30));
    },
    once,
  ],
  flapping: [
    (memory) => {
      memory.report(body(0, [alert('Down')]));
      for (let minute = 2; minute < 14; minute += 4) {
        memory.report(body(minute, [alert('Down', { until: minute })]));
        memory.report(body(minute + 2, [alert('Down', { since: minute + 2 })]));
      }
      memory.advance(at(40));
    },
    once,
  ],
  'resolved-while-somebody-works': [
    (memory) => {
      memory.report(body(0, [alert('Down')]));
      memory.advance(at(15));
      memory.record(1, acked(16));
      memory.report(body(20, [alert('Down', { until: 20 })]));
      memory.advance(at(90));
    },
    once,
  ],
  'closed-by-hand-while-firing': [
    (memory) => {
      memory.report(body(0, [alert('Down')]));
      memory.advance(at(15));
      memory.record(1, { type: 'Closed', at: at(17), by: ana, reason: 'known, harmless' });
      memory.report(body(20, [alert('Down')]));
      memory.report(body(25, [alert('Down', { since: 25 })]));
      memory.advance(at(50));
    },
    once,
  ],
  'down-for-40-minutes': [
    (memory) => {
      memory.report(body(0, [alert('Down')]));
      memory.record(1, { type: 'WasDown', at: at(50), from: at(10) });
      memory.advance(at(120));
    },
    once,
  ],
  'taken-handed-on-and-put-down': [
    (memory) => {
      memory.report(body(0, [alert('Down')]));
      memory.advance(at(15));
      memory.record(1, { type: 'CommandTaken', at: at(16), by: ana });
      memory.record(1, { type: 'HandoffOffered', at: at(17), by: ana, to: bo, note: 'it is the cache' });
      memory.record(1, { type: 'HandoffAccepted', at: at(18), by: bo });
      memory.record(1, { type: 'LevelAsked', at: at(19), by: bo, level: 'next', reason: 'I need help' });
      memory.record(1, { type: 'Unacknowledged', at: at(30), by: bo });
      memory.advance(at(120));
    },
    once,
  ],
};

it.each(Object.keys(stories))('%s', async (name) => {
  const [story, rules] = stories[name] ?? [() => undefined, once];
  await expect(tell(story, rules)).toMatchFileSnapshot(`golden/story-${name}.txt`);
});

it('quiet hours end by the clock on the wall, on the night on which clocks go back', async () => {
  const nights = { days: ['sat', 'sun'], from: 22 * 60, to: 6 * 60, severities: ['high'] } as const;
  const quiet = { ...climbing, repeat: null, quiet: [nights], timezone: 'Europe/Paris' };
  const rules: Rules = {
    ...paged,
    policies: { ...paged.policies, production: quiet, 'slack-only': quiet },
    calendarOf: openCalendars(),
  };
  // 00:30 UTC is 02:30 in Paris for the first time that night; 06:00 there is 05:00 UTC, and not 04:00 as the day before.
  const night = (Date.UTC(2026, 9, 25, 0, 30) - at(0)) / minutes(1);
  const told = tell((memory) => {
    memory.report(body(night, [alert('Slow', { severity: 'high', since: night })]));
    memory.advance(at(night + 8 * 60));
  }, rules);
  expect(told).toContain('10-25 05:15  Level L2');
  await expect(told).toMatchFileSnapshot('golden/story-quiet-hours-when-clocks-go-back.txt');
});

it('an automation that fails calls the next level at once', () => {
  const does = { kind: 'action', action: { type: 'restart', target: '{{service.target}}' } } as const;
  const all = withLibrary(runbook([step({ id: 'restart', does, auto: true })]));
  const automation = { kind: 'automation', deadline: minutes(10), verifyWithin: minutes(10) } as const;
  const first = { id: 'L1', name: 'automated recovery', at: 0, do: [automation] } as const;
  const levels = [{ ...first, leaveEarly: 'no_automation_or_failed' as const }, ...climbing.levels.slice(1)];
  const production = { ...climbing, levels };
  const services = all.services.map((service) => ({
    ...service,
    automation: { ...service.automation, mode: 'on' as const },
  }));
  const walk = openWalk({ ...all, services, policies: { ...all.policies, production } });
  expect(walk.said()).toContain('Level L1 automated recovery: the runbook acts by itself.');
  expect(walk.said().join(' ')).not.toContain('L2');
  walk.end('failed', 'quota');
  expect(walk.said()).toContain('Level L2: PagerDuty pages checkout; Slack calls the group of the service.');
  expect(walk.memory.lines.at(-1)?.at).toBeLessThan(at(15));
});
