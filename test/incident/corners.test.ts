/** Corners of the rule book that were once wrong: each example failed before it was mended. */
import { describe, expect, it } from 'vitest';
import { clip, nameOf } from '../../src/incident/alerts.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, body, rules, silent } from './samples.ts';

const fired = (given: Rules = rules): Memory => {
  const memory = openMemory(given);
  memory.report(body(0, [alert('Down')]));
  return memory;
};

describe('bodies', () => {
  it('a late copy of a truncated body does not make a group truncated for ever', () => {
    const memory = openMemory(rules);
    const first = body(0, [alert('A')], { truncated: 4 });
    memory.report(first);
    memory.report(body(5, [alert('A', { until: 5 })], { truncated: 0 }));
    memory.report({ ...first, at: at(5.1) });
    memory.advance(at(600));
    expect(phaseOf(memory.incident())).toBe('resolved');
  });

  it('an incident that re-opens does not wait for an alert that another incident holds now', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('A')], { group: 'one' }));
    memory.report(body(1, [alert('B')], { group: 'two' }));
    memory.record(1, { type: 'Closed', at: at(2), by: ana, reason: 'known' });
    memory.report(body(3, [alert('A'), alert('B')], { group: 'two' }));
    memory.report(body(10, [alert('C', { since: 10 })], { group: 'one' }));
    memory.report(body(20, [alert('A', { until: 20 }), alert('B', { until: 20 })], { group: 'two' }));
    memory.report(body(20, [alert('C', { since: 10, until: 20 })], { group: 'one' }));
    expect(memory.incidents().map(phaseOf)).toEqual(['recovering', 'recovering']);
  });

  it('an alert that lasted less than a millisecond resolves', () => {
    const memory = fired();
    memory.report(body(5, [alert('Down', { until: 0 })]));
    expect(phaseOf(memory.incident())).toBe('recovering');
  });

  it('a group key that a reload replaced does not stay truncated for ever', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('A')], { group: 'before', truncated: 2 }));
    memory.report(body(5, [alert('A')], { group: 'after' }));
    memory.report(body(10, [alert('A', { until: 9 })], { group: 'after' }));
    expect(phaseOf(memory.incident())).toBe('recovering');
  });
});

describe('hostile text', () => {
  it('is never cut inside a surrogate pair, which PostgreSQL would refuse', () => {
    expect(nameOf({ alertname: `${' '.repeat(319)}😀😀` }).isWellFormed()).toBe(true);
    expect(clip(`${' '.repeat(319)}😀😀`, 80).isWellFormed()).toBe(true);
  });
});

describe('twice is once', () => {
  it('for taking command while recovering', () => {
    const memory = fired();
    memory.report(body(1, [alert('Down', { until: 1 })]));
    memory.record(1, { type: 'CommandTaken', at: at(2), by: ana });
    expect(isRefusal(memory.record(1, { type: 'CommandTaken', at: at(2), by: ana }))).toBe(true);
  });

  it('for the reminder before the lease ends', () => {
    const memory = fired();
    memory.record(1, { type: 'Acknowledged', at: at(1), by: ana });
    const reminder = { type: 'LeaseEnding', at: at(26), until: at(31) } as const;
    memory.record(1, reminder);
    const { version } = memory.incident();
    memory.record(1, reminder);
    expect(memory.incident().version).toBe(version);
  });
});

describe('what people read', () => {
  it('a reminder that comes after the lease, because Vigie was down, is not said', () => {
    const memory = fired();
    memory.record(1, { type: 'Acknowledged', at: at(1), by: ana });
    expect(isRefusal(memory.record(1, { type: 'LeaseEnding', at: at(90), until: at(31) }))).toBe(true);
  });

  it('who follows the reminder of a short lease does renew it', () => {
    const production = silent('production', 60_000, 30_000);
    const memory = fired({ ...rules, policies: { ...rules.policies, production } });
    memory.record(1, { type: 'Acknowledged', at: at(0), by: ana });
    memory.record(1, { type: 'Acknowledged', at: at(0) + 31_000, by: ana });
    expect(memory.incident().human).toMatchObject({ until: at(0) + 91_000 });
  });

  it('a commander whose lease ended takes command from nobody but himself, and that is not said', () => {
    const memory = fired();
    memory.record(1, { type: 'CommandTaken', at: at(1), by: ana });
    memory.advance(at(31));
    memory.record(1, { type: 'CommandTaken', at: at(32), by: ana });
    expect(memory.lines.filter(({ type }) => type === 'CommandTaken').at(-1)).toMatchObject({ from: null });
  });

  it('closing while recovering is not called closing while firing', () => {
    const memory = fired();
    memory.report(body(1, [alert('Down', { until: 1 })]));
    memory.record(1, { type: 'Closed', at: at(2), by: ana, reason: 'seen' });
    expect(memory.lines.at(-1)).toMatchObject({ type: 'Closed', firing: false });
  });

  it('a title names the most severe alert first', () => {
    const memory = openMemory(rules);
    memory.report(
      body(0, [alert('Deployed', { severity: 'info' }), alert('Slow', { severity: 'warning' }), alert('Down')]),
    );
    expect(memory.incident().title).toMatch(/^Down and 1 more/);
  });

  it('a refusal is a whole sentence', () => {
    const answer = fired().record(1, { type: 'Closed', at: at(1), by: ana, reason: '' });
    expect(isRefusal(answer) ? answer.refused : '').toMatch(/[.?]$/);
  });
});

const seconds = (count: number): number => count / 60;

describe('a late copy', () => {
  it('from before max_alerts cut anything off does not clear what is hidden', () => {
    const memory = openMemory(rules);
    const first = body(0, [alert('A'), alert('B')]);
    memory.report(first);
    memory.report(
      body(seconds(5), [alert('A', { until: seconds(4) }), alert('B', { until: seconds(4) })], { truncated: 1 }),
    );
    memory.report({ ...first, at: at(seconds(24)) });
    memory.advance(at(60));
    expect(phaseOf(memory.incident())).toBe('triggered');
  });

  it('of an alert that a closed incident knows to be resolved does not fire in the one that is open now', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('A')]));
    memory.record(1, { type: 'Closed', at: at(1), by: ana, reason: 'known' });
    memory.report(body(40, [alert('A', { until: 40 }), alert('B', { since: 40 })]));
    memory.report(body(40 + seconds(20), [alert('A')]));
    memory.report(body(45, [alert('B', { since: 40, until: 45 })]));
    memory.advance(at(60));
    expect(memory.incidents().map(phaseOf)).toEqual(['closed', 'resolved']);
  });
});

it('a mere repeat does not move an alert out of the incident that a person closed', () => {
  const memory = openMemory(rules);
  memory.report(body(0, [alert('A')]));
  memory.record(1, { type: 'Closed', at: at(1), by: ana, reason: 'known' });
  memory.report(body(40, [alert('A'), alert('B', { since: 40 })]));
  memory.report(body(45, [alert('A'), alert('B', { since: 40, until: 45 })]));
  memory.advance(at(60));
  expect(memory.incidents().map(phaseOf)).toEqual(['closed', 'resolved']);
});
