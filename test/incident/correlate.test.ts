/** Which incident a body concerns, and which alerts of it are news. */
import { describe, expect, it } from 'vitest';
import { copyWindow } from '../../src/incident/alerts.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, body, firing, minutes, rules } from './samples.ts';

const says = (memory: Memory): readonly string[] => memory.lines.map(({ type }) => type);
const seconds = (count: number): number => count / 60;

describe('a body', () => {
  it('of an unknown group opens an incident', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')], { group: 'one' }));
    memory.report(body(1, [alert('Full')], { group: 'two' }));
    expect(memory.incidents()).toHaveLength(2);
  });

  it('of an open incident’s group adds its alerts to that one', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    memory.report(body(1, [alert('Down'), alert('Full', { since: 1 })]));
    expect(memory.incidents()).toHaveLength(1);
    expect(firing(memory.incident())).toBe(2);
  });

  it('repeated any number of times changes nothing', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    const before = memory.incident();
    for (const minute of [1, 2, 240, 480]) expect(memory.report(body(minute, [alert('Down')]))).toEqual([]);
    expect(memory.incident()).toBe(before);
  });

  it('with a new group key, as after a reload, finds the incident by its alerts, and clears it', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')], { group: 'before' }));
    memory.report(body(5, [alert('Down')], { group: 'after' }));
    expect(memory.incidents()).toHaveLength(1);
    expect(memory.lines.at(-1)).toMatchObject({ type: 'GroupJoined' });
    memory.report(body(10, [alert('Down', { until: 9 })], { group: 'after' }));
    expect(phaseOf(memory.incident())).toBe('recovering');
  });

  it('of a sibling route, with the same key and another receiver, joins as well', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')], { receiver: 'vigie' }));
    memory.report(body(0, [alert('Down')], { receiver: 'vigie-audit' }));
    expect(memory.incidents()).toHaveLength(1);
    expect(Object.keys(memory.incident().groups)).toHaveLength(2);
  });

  it('goes to the oldest of several open incidents that hold its alerts', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('A')], { group: 'one' }));
    memory.report(body(1, [alert('B')], { group: 'two' }));
    memory.report(body(2, [alert('B'), alert('A'), alert('C', { since: 2 })], { group: 'both' }));
    expect(memory.incidents().map(firing)).toEqual([2, 1]);
  });

  it('resolves an alert where it is held, whichever group speaks', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('A')], { group: 'one' }));
    memory.report(body(1, [alert('B')], { group: 'two' }));
    memory.report(body(2, [alert('A', { until: 2 }), alert('B')], { group: 'two' }));
    expect(memory.incidents().map(phaseOf)).toEqual(['recovering', 'triggered']);
  });

  it('that only resolves what nobody knows opens nothing', () => {
    const memory = openMemory(rules);
    expect(memory.report(body(0, [alert('Down', { since: -5, until: 0 })]))).toEqual([]);
  });

  it('of information alone opens nothing', () => {
    const memory = openMemory(rules);
    expect(memory.report(body(0, [alert('Deployed', { severity: 'info' })]))).toEqual([]);
  });

  it('without alerts, because all are ignored, opens nothing', () => {
    const memory = openMemory(rules);
    expect(memory.report(body(0, []))).toEqual([]);
  });
});

describe('an alert', () => {
  it('resolves only when it ended after it is known to have started', () => {
    const memory = openMemory(rules);
    memory.report(body(10, [alert('Down', { since: 9 })]));
    memory.report(body(11, [alert('Down', { since: 0, until: 5 })]));
    expect(phaseOf(memory.incident())).toBe('triggered');
  });

  it('that fires in a late copy, just after its resolve, is noted once and not believed', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    memory.report(body(5, [alert('Down', { until: 5 })]));
    for (const second of [1, 2, 39]) memory.report(body(5 + seconds(second), [alert('Down')]));
    expect(phaseOf(memory.incident())).toBe('recovering');
    expect(says(memory).filter((type) => type === 'LateCopySeen')).toHaveLength(1);
  });

  it('that fires with its old start long after its resolve is believed', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    memory.report(body(5, [alert('Down', { until: 5 })]));
    memory.report({ ...body(0, [alert('Down')]), at: at(5) + copyWindow + 1 });
    expect(phaseOf(memory.incident())).toBe('triggered');
  });

  it('with a changed annotation is noted, and is no news', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down', { summary: '91 %' })]));
    memory.report(body(5, [alert('Down', { summary: '97 %' })]));
    expect(memory.lines.at(-1)).toMatchObject({ type: 'AlertsChanged', fired: [], edited: [{ name: 'Down' }] });
    expect(Object.values(memory.incident().alerts)[0]?.annotations).toEqual({ summary: '97 %' });
  });

  it('with an earlier start, as Alertmanager merges those of two Prometheus servers, is no news', () => {
    const memory = openMemory(rules);
    memory.report(body(10, [alert('Down', { since: 9 })]));
    expect(memory.report(body(15, [alert('Down', { since: 8 })]))).toEqual([]);
    memory.report(body(20, [alert('Down', { since: 8, until: 19 })]));
    expect(phaseOf(memory.incident())).toBe('recovering');
  });

  it('moves to the incident that is open now when the one that held it is over', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('A')], { group: 'one' }));
    memory.report(body(1, [alert('B')], { group: 'two' }));
    memory.record(1, { type: 'Closed', at: at(2), by: ana, reason: 'known' });
    memory.report(body(3, [alert('B'), alert('A', { since: 3 })], { group: 'two' }));
    expect(memory.holders.get(alert('A').fingerprint)).toBe(2);
    expect(phaseOf(memory.incident(1))).toBe('closed');
  });
});

describe('a storm', () => {
  const storm = { ...rules, storm: { groups: 3, within: minutes(1) } };
  const fire = (memory: Memory, minute: number, count: number, since = minute): void => {
    for (let n = 0; n < count; n += 1) memory.report(body(minute, [alert(`A${n}`, { since })], { group: `g${n}` }));
  };

  it('beyond the limit of groups a minute is rolled up under one incident', () => {
    const memory = openMemory(storm);
    fire(memory, 0, 50);
    expect(memory.incidents().map(({ kind }) => kind)).toEqual(['alert', 'alert', 'alert', 'storm']);
    expect(firing(memory.incident(4))).toBe(47);
    expect(memory.incident(4).title).toBe('Alert storm from main');
  });

  it('is over after a minute: the next group has an incident of its own', () => {
    const memory = openMemory(storm);
    fire(memory, 0, 5);
    memory.report(body(1.1, [alert('Other', { since: 1 })], { group: 'other' }));
    expect(memory.incidents().map(({ kind }) => kind)).toEqual(['alert', 'alert', 'alert', 'storm', 'alert']);
  });

  it('that comes back re-opens what it opened, and a source never has two storms open', () => {
    const memory = openMemory(storm);
    fire(memory, 0, 6);
    for (let n = 0; n < 6; n += 1) memory.report(body(2, [alert(`A${n}`, { until: 2 })], { group: `g${n}` }));
    memory.advance(at(7));
    expect(memory.incidents().map(phaseOf)).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
    fire(memory, 10, 6);
    expect(memory.incidents().map(phaseOf)).toEqual(['triggered', 'triggered', 'triggered', 'triggered']);
    expect(memory.incidents().map(firing)).toEqual([1, 1, 1, 3]);
  });
});
