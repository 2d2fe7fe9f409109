/** An Alertmanager made up: groups, resolves, reloads, sibling receivers, max_alerts; and every body may come again, late. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertsReported } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import { openMemory } from './memory.ts';
import { alert, at, body, rules } from './samples.ts';

const names = ['A', 'B', 'C', 'D'] as const;

/** How many alerts a body may list. */
const limits = [Infinity, 1, 2];

/** One flush of the group: some alerts begin, or end if they fire. Gaps, in seconds, lie around every window of the rules. */
const flush = fc.record({ gap: fc.constantFrom(5, 10, 20, 35, 60, 300, 400, 2_400), changes: fc.subarray([...names]) });

const evenings = fc.record({
  maxAlerts: fc.constantFrom(...limits),
  receivers: fc.constantFrom(['one'], ['one', 'two']),
  /** From this flush on the group has another key. */
  reload: fc.constantFrom(99, 1, 2, 3),
  flushes: fc.array(flush, { minLength: 1, maxLength: 8, size: 'max' }),
  /** Late by at most a peer's waiting time and the least deadline of a flush: 15 s and 10 s. */
  copies: fc.array(fc.record({ of: fc.nat(15), seconds: fc.constantFrom(0.5, 2, 8, 15, 24) }), { maxLength: 8 }),
});

type Evening = typeof evenings extends fc.Arbitrary<infer T> ? T : never;

/**
 * The bodies that Alertmanager would send, in order, at their times. With a limit there is no reload, and 30 s at least lie
 * between flushes: beyond that, bodies alone can't tell which of them is the older one.
 */
function bodiesOf({ flushes, maxAlerts: most, receivers, reload }: Evening): readonly AlertsReported[] {
  const limited = most !== Infinity;
  const firing = new Map<string, number>();
  const bodies: AlertsReported[] = [];
  let now = 0;
  for (const [index, { gap, changes }] of flushes.entries()) {
    now += (limited ? Math.max(gap, 30) : gap) / 60;
    const ended = new Set(changes.filter((name) => firing.has(name)));
    for (const name of changes) if (!ended.has(name)) firing.set(name, now - 1 / 30);
    const alerts = names.flatMap((name) => {
      const since = firing.get(name);
      return since === undefined ? [] : [alert(name, { since, ...(ended.has(name) ? { until: now - 1 / 60 } : {}) })];
    });
    for (const name of ended) firing.delete(name);
    const shown = alerts.slice(0, most);
    const given = { group: !limited && index >= reload ? 'after' : 'before', truncated: alerts.length - shown.length };
    if (alerts.length > 0) bodies.push(...receivers.map((receiver) => body(now, shown, { ...given, receiver })));
  }
  return bodies;
}

/** What people see in the end: each incident's phase, its episode, and what fires. */
function endOf(bodies: readonly AlertsReported[]): readonly object[] {
  const memory = openMemory(rules);
  for (const event of bodies) {
    memory.advance(event.at);
    memory.report(event);
  }
  memory.advance(Math.max(at(0), ...bodies.map((event) => event.at)));
  return memory.incidents().map((incident) => ({
    phase: phaseOf(incident),
    episode: incident.episode,
    firing: names.filter((name) => incident.alerts[alert(name).fingerprint]?.status === 'firing'),
  }));
}

describe('an evening with Alertmanager', () => {
  it('ends the same with and without late copies of its bodies', () => {
    fc.assert(
      fc.property(evenings, (evening) => {
        const bodies = bodiesOf(evening);
        const end = Math.max(0, ...bodies.map((event) => event.at)) + 30_000;
        const last: AlertsReported = { ...body(0, []), at: end };
        const copies = evening.copies.flatMap(({ of, seconds }) => {
          const copied = bodies[of % Math.max(1, bodies.length)];
          return copied === undefined ? [] : [{ ...copied, at: copied.at + seconds * 1_000 }];
        });
        const all = [...bodies, ...copies].toSorted((a, b) => a.at - b.at);
        expect(endOf([...all, last])).toEqual(endOf([...bodies, last]));
      }),
      { numRuns: 400 },
    );
  });
});
