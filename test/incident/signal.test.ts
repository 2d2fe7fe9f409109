/** What the monitoring says: all-clear with its hold, firing again, re-opening, flapping, truncation, closing by a person. */
import { describe, expect, it } from 'vitest';
import { phaseOf } from '../../src/incident/incident.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, bo, body, firing, rules } from './samples.ts';

const says = (memory: Memory): readonly string[] => memory.lines.map(({ type }) => type);
const phases = (memory: Memory): readonly string[] => memory.incidents().map(phaseOf);

/** Fires at minute `from`, and is clear at `to`. */
function cycle(memory: Memory, from: number, to: number): void {
  memory.advance(at(from));
  memory.report(body(from, [alert('Down', { since: from })]));
  memory.advance(at(to));
  memory.report(body(to, [alert('Down', { since: from, until: to })]));
}

describe('the all-clear', () => {
  it('starts a recovery hold, and the incident is resolved when nothing fires until its end', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    expect(memory.incident().signal).toEqual({ is: 'clearing', until: at(15) });
    memory.advance(at(14.9));
    expect(phases(memory)).toEqual(['recovering']);
    memory.advance(at(15));
    expect(phases(memory)).toEqual(['resolved']);
    expect(says(memory).slice(-2)).toEqual(['Cleared', 'Resolved']);
  });

  it('comes only when every alert has ended: one that is missing from a body still fires', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down'), alert('Full')]));
    memory.report(body(5, [alert('Down', { until: 5 })]));
    expect(phases(memory)).toEqual(['triggered']);
    memory.report(body(6, [alert('Full', { until: 6 })]));
    expect(phases(memory)).toEqual(['recovering']);
  });

  it('does not wait for alerts that are only information', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down'), alert('Deployed', { severity: 'info' })]));
    memory.report(body(5, [alert('Down', { until: 5 }), alert('Deployed', { severity: 'info' })]));
    expect(phases(memory)).toEqual(['recovering']);
  });

  it('is not believed while max_alerts cuts alerts off, and comes when the group is whole again', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('A'), alert('B')], { truncated: 3 }));
    memory.report(body(5, [alert('A', { until: 5 }), alert('B', { until: 5 })], { truncated: 3 }));
    memory.advance(at(60));
    expect(phases(memory)).toEqual(['triggered']);
    memory.report(body(61, [alert('C', { since: 60, until: 61 })]));
    expect(phases(memory)).toEqual(['recovering']);
  });
});

describe('firing again before the hold ends', () => {
  it('goes on with the same episode, and the timer of the hold is refused', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    memory.report(body(12, [alert('Down', { since: 12 })]));
    memory.advance(at(60));
    expect(memory.incident()).toMatchObject({ episode: 1, signal: { is: 'firing' } });
    expect(says(memory)).toContain('FiredAgain');
    expect(says(memory)).not.toContain('Resolved');
  });

  it('starts a hold of its own at the next all-clear', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    cycle(memory, 11, 12);
    memory.advance(at(15));
    expect(memory.incident().signal).toEqual({ is: 'clearing', until: at(17) });
  });
});

describe('firing again after the incident is resolved', () => {
  it('re-opens the same incident within half an hour, as its next episode', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    memory.advance(at(45));
    memory.report(body(45, [alert('Down', { since: 45 })]));
    expect(memory.incidents()).toHaveLength(1);
    expect(memory.incident()).toMatchObject({ episode: 2, signal: { is: 'firing' } });
    expect(phases(memory)).toEqual(['triggered']);
    expect(memory.lines.at(-1)).toMatchObject({ type: 'Reopened', episode: 2 });
  });

  it('opens a new incident after that', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    memory.advance(at(45.1));
    memory.report(body(45.1, [alert('Down', { since: 45 })]));
    expect(phases(memory)).toEqual(['resolved', 'triggered']);
    expect(memory.incident(2).episode).toBe(1);
  });

  it('re-opens for another alert of the group as well', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    memory.advance(at(20));
    memory.report(body(20, [alert('Full', { since: 20 })]));
    expect(memory.incident()).toMatchObject({ episode: 2 });
    expect(firing(memory.incident())).toBe(1);
  });
});

describe('flapping', () => {
  it('is said once, lengthens the hold to twenty minutes, and ends when it calms down', () => {
    const memory = openMemory(rules);
    for (const from of [0, 3, 6]) cycle(memory, from, from + 1);
    expect(says(memory).filter((type) => type === 'Flapped')).toHaveLength(1);
    expect(memory.incident()).toMatchObject({ flapping: true, signal: { is: 'clearing', until: at(27) } });
    memory.advance(at(27));
    expect(phases(memory)).toEqual(['resolved']);
    memory.report(body(50, [alert('Down', { since: 50 })]));
    memory.report(body(51, [alert('Down', { since: 50, until: 51 })]));
    expect(memory.incident()).toMatchObject({ flapping: false, signal: { is: 'clearing', until: at(56) } });
  });

  it('is not three changes', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 1);
    cycle(memory, 3, 4);
    expect(says(memory)).not.toContain('Flapped');
    expect(memory.incident().signal).toEqual({ is: 'clearing', until: at(9) });
  });
});

describe('a person who closes', () => {
  const close = (memory: Memory, minute: number, reason: string) =>
    memory.record(1, { type: 'Closed', at: at(minute), by: ana, reason });

  it('must say why while something fires', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    expect(close(memory, 1, ' \n ')).toMatchObject({ refused: expect.stringContaining('Give a reason') });
    expect(phases(memory)).toEqual(['triggered']);
    close(memory, 1, 'a test system');
    expect(phases(memory)).toEqual(['closed']);
    expect(memory.lines.at(-1)).toMatchObject({ type: 'Closed', firing: true, reason: 'a test system' });
  });

  it('needs no reason when everything is clear', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    memory.advance(at(15));
    close(memory, 16, '');
    expect(phases(memory)).toEqual(['closed']);
  });

  it('ends what others may do, and they are told who closed it', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    close(memory, 1, 'a test system');
    for (const type of ['Acknowledged', 'CommandTaken'] as const) {
      expect(memory.record(1, { type, at: at(2), by: bo })).toEqual({ refused: 'Incident 1 was closed by Ana.' });
    }
    expect(close(memory, 2, 'again')).toEqual({ refused: 'Incident 1 was closed by Ana.' });
  });

  it('is not contradicted by a repeat, nor by a changed annotation, nor by the resolve', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    close(memory, 1, 'a test system');
    memory.report(body(5, [alert('Down')]));
    memory.report(body(10, [alert('Down', { summary: 'now at 97 %' })]));
    memory.report(body(15, [alert('Down', { until: 15 })]));
    expect(phases(memory)).toEqual(['closed']);
    expect(memory.incidents()).toHaveLength(1);
  });

  it('is contradicted by the same alert with a new start', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    close(memory, 1, 'a test system');
    memory.report(body(5, [alert('Down', { since: 4 })]));
    expect(memory.incident()).toMatchObject({ episode: 2, human: { is: 'open' } });
  });

  it('is contradicted by a new alert of the group', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    close(memory, 1, 'a test system');
    memory.report(body(5, [alert('Down'), alert('Full', { since: 4 })]));
    expect(memory.incident()).toMatchObject({ episode: 2, human: { is: 'open' } });
  });

  it('makes the timer of a recovery hold stale', () => {
    const memory = openMemory(rules);
    cycle(memory, 0, 10);
    close(memory, 11, 'seen');
    memory.advance(at(15));
    expect(phases(memory)).toEqual(['closed']);
    expect(says(memory)).not.toContain('Resolved');
  });
});
