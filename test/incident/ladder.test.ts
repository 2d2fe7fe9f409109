/** The ladder counts how long an incident that pages has been nobody's, and nothing else. */
import { describe, expect, it } from 'vitest';
import { neverQuiet } from '../../src/escalation/calendar.ts';
import { elapsedAt } from '../../src/escalation/climb.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, body, minutes, rules } from './samples.ts';

const elapsed = (memory: Memory, minute: number): number => {
  const { ladder, policy, severity } = memory.incident();
  return elapsedAt(ladder, at(minute), { policy, severity, calendar: neverQuiet, automated: false }) / minutes(1);
};

function fired(): Memory {
  const memory = openMemory(rules);
  memory.report(body(0, [alert('Down')]));
  return memory;
}

describe('the ladder', () => {
  it('runs from the moment that a critical incident opens', () => {
    const memory = fired();
    expect(memory.incident().ladder.is).toBe('running');
    expect(elapsed(memory, 12)).toBe(12);
  });

  it('begins anew when the severity rises to the first one that pages', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Slow', { severity: 'warning' })]));
    expect(elapsed(memory, 20)).toBe(20);
    memory.report(body(20, [alert('Down', { since: 20 })]));
    expect(memory.incident().ladder.is).toBe('running');
    expect(elapsed(memory, 23)).toBe(3);
  });

  it('is frozen while somebody holds the incident, and goes on from there when the lease ends', () => {
    const memory = fired();
    memory.record(1, { type: 'Acknowledged', at: at(4), by: ana });
    expect(memory.incident().ladder).toMatchObject({ is: 'held', elapsed: minutes(4) });
    expect(elapsed(memory, 30)).toBe(4);
    memory.advance(at(34));
    expect(memory.incident().ladder.is).toBe('running');
    expect(elapsed(memory, 40)).toBe(10);
  });

  it('is frozen during a recovery hold, and goes on when it fires again', () => {
    const memory = fired();
    memory.report(body(6, [alert('Down', { until: 6 })]));
    expect(memory.incident().ladder).toMatchObject({ is: 'held', elapsed: minutes(6) });
    memory.report(body(9, [alert('Down', { since: 9 })]));
    expect(elapsed(memory, 10)).toBe(7);
  });

  it('rests when the incident is resolved, and begins at nought when it is re-opened', () => {
    const memory = fired();
    memory.report(body(6, [alert('Down', { until: 6 })]));
    memory.advance(at(11));
    expect(memory.incident().ladder).toEqual({ is: 'idle' });
    memory.report(body(20, [alert('Down', { since: 20 })]));
    expect(elapsed(memory, 21)).toBe(1);
  });

  it('rests when a person closes the incident, also while it fires', () => {
    const memory = fired();
    memory.record(1, { type: 'Closed', at: at(5), by: ana, reason: 'known' });
    expect(memory.incident().ladder).toEqual({ is: 'idle' });
  });

  it('does not count twice what repeats and new alerts report', () => {
    const memory = fired();
    for (const minute of [1, 2, 3])
      memory.report(body(minute, [alert('Down'), alert(`More ${minute}`, { since: minute })]));
    expect(elapsed(memory, 10)).toBe(10);
  });

  it('counts nothing when a clock goes backwards', () => {
    const memory = fired();
    memory.record(1, { type: 'Acknowledged', at: at(-1), by: ana });
    expect(memory.incident().ladder).toMatchObject({ is: 'held', elapsed: 0 });
  });
});
