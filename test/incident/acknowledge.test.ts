/** Acknowledging: a lease that freezes the ladder, reminds its owner, and falls by time or by a rise in severity. */
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/incident/draft.ts';
import type { Deed, Refusal } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import type { Person } from '../../src/incident/incident.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, bo, body, minutes, rules } from './samples.ts';

const press = (
  memory: Memory,
  minute: number,
  by: Person,
  type: 'Acknowledged' | 'CommandTaken' = 'Acknowledged',
): Decision | Refusal => memory.record(1, { type, at: at(minute), by } satisfies Deed);

const says = (memory: Memory): readonly string[] => memory.lines.map(({ type }) => type);

/** One critical alert fires since minute 0; the lease of its policy is 30 minutes, with a reminder 5 minutes before its end. */
function fired(): Memory {
  const memory = openMemory(rules);
  memory.report(body(0, [alert('Down')]));
  return memory;
}

describe('an acknowledgement', () => {
  it('is a lease: it names who holds the incident, until when, and for which severity', () => {
    const memory = fired();
    press(memory, 2, ana);
    expect(memory.incident().human).toEqual({
      is: 'acknowledged',
      by: ana,
      until: at(32),
      reminded: false,
      severity: 'critical',
    });
    expect(phaseOf(memory.incident())).toBe('acknowledged');
    expect(memory.incident().responders).toEqual([ana]);
  });

  it('reminds its owner by name five minutes before the lease ends', () => {
    const memory = fired();
    press(memory, 2, ana);
    const reminder = memory.due(at(27));
    if (reminder === undefined) throw new Error('there is no reminder');
    const answer = memory.record(1, reminder.event);
    const notes = isRefusal(answer) ? [] : answer.effects.filter(({ type }) => type === 'slack.note');
    expect(notes).toMatchObject([{ to: 'channel', mention: ana, text: expect.stringContaining('ends in 5 min') }]);
  });

  it('falls when the lease ends, says so, and the incident is nobody’s again', () => {
    const memory = fired();
    press(memory, 2, ana);
    memory.advance(at(32));
    expect(memory.incident().human).toEqual({ is: 'open' });
    expect(phaseOf(memory.incident())).toBe('triggered');
    expect(memory.lines.at(-1)).toMatchObject({ type: 'AcknowledgementFell', by: ana, why: 'lease ended' });
  });

  it('is renewed by its owner, and the timers of the first lease are refused', () => {
    const memory = fired();
    press(memory, 2, ana);
    press(memory, 20, ana);
    expect(memory.incident().human).toMatchObject({ until: at(50) });
    memory.advance(at(40));
    expect(says(memory)).not.toContain('AcknowledgementFell');
    memory.advance(at(50));
    expect(says(memory).filter((type) => type === 'LeaseEnding')).toHaveLength(1);
    expect(memory.incident().human).toEqual({ is: 'open' });
  });

  it('is the same press when it comes again within a minute', () => {
    const memory = fired();
    press(memory, 2, ana);
    const { version } = memory.incident();
    expect(press(memory, 2.9, ana)).toMatchObject({ lines: [], effects: [] });
    expect(memory.incident().version).toBe(version);
  });

  it('is refused to a second person, who is told to take command', () => {
    const memory = fired();
    press(memory, 2, ana);
    expect(press(memory, 3, bo)).toEqual({ refused: 'Ana holds incident 1. Take command if you lead now.' });
  });

  it('is refused when there is nothing to acknowledge any more', () => {
    const memory = fired();
    memory.report(body(1, [alert('Down', { until: 1 })]));
    expect(press(memory, 2, ana)).toEqual({ refused: 'Incident 1 is recovering: there is nothing to acknowledge.' });
    memory.advance(at(6));
    expect(press(memory, 7, ana)).toEqual({ refused: 'Incident 1 is resolved: there is nothing to acknowledge.' });
  });

  it('falls when the severity rises above what was acknowledged', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Slow', { severity: 'warning' })]));
    press(memory, 1, ana);
    memory.report(body(2, [alert('Down', { severity: 'critical', since: 2 })]));
    expect(memory.incident()).toMatchObject({ severity: 'critical', human: { is: 'open' } });
    expect(says(memory).slice(-2)).toEqual(['SeverityRose', 'AcknowledgementFell']);
  });

  it('stays when more of the same severity fires, or less', () => {
    const memory = fired();
    press(memory, 1, ana);
    memory.report(body(2, [alert('Down too', { since: 2 }), alert('Slow', { severity: 'warning', since: 2 })]));
    expect(memory.incident()).toMatchObject({ severity: 'critical', human: { is: 'acknowledged', by: ana } });
  });

  it('outlives the all-clear: nothing is closed under a working human, and its end is not announced', () => {
    const memory = fired();
    press(memory, 1, ana);
    memory.report(body(2, [alert('Down', { until: 2 })]));
    memory.advance(at(7));
    expect(phaseOf(memory.incident())).toBe('resolved');
    expect(memory.incident().human).toMatchObject({ is: 'acknowledged', by: ana });
    memory.advance(at(31));
    expect(memory.lines.at(-1)).toMatchObject({ type: 'AcknowledgementFell', why: 'incident over' });
    expect(says(memory)).not.toContain('LeaseEnding');
  });

  it('uses the lease of the policy that the incident opened with', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Slow', { severity: 'warning' })]));
    press(memory, 0, ana);
    expect(memory.incident().human).toMatchObject({ until: at(0) + minutes(120) });
    expect(memory.timers().map(({ wake }) => wake.type)).toEqual(['LeaseEnded']);
  });
});

describe('taking command', () => {
  it('leads and acknowledges in one press', () => {
    const memory = fired();
    press(memory, 1, ana, 'CommandTaken');
    expect(memory.incident()).toMatchObject({ commander: ana, human: { is: 'acknowledged', by: ana, until: at(31) } });
  });

  it('moves the lease to the new commander, and the timers of the old one are refused', () => {
    const memory = fired();
    press(memory, 1, ana);
    press(memory, 10, bo, 'CommandTaken');
    expect(memory.incident()).toMatchObject({ commander: bo, responders: [ana, bo], human: { by: bo, until: at(40) } });
    memory.advance(at(39));
    expect(memory.incident().human).toMatchObject({ is: 'acknowledged', by: bo });
  });

  it('is refused to the commander', () => {
    const memory = fired();
    press(memory, 1, ana, 'CommandTaken');
    expect(press(memory, 2, ana, 'CommandTaken')).toEqual({ refused: 'You command incident 1 already.' });
  });

  it('while recovering leads without acknowledging', () => {
    const memory = fired();
    memory.report(body(1, [alert('Down', { until: 1 })]));
    press(memory, 2, bo, 'CommandTaken');
    expect(memory.incident()).toMatchObject({ commander: bo, human: { is: 'open' }, signal: { is: 'clearing' } });
  });
});
