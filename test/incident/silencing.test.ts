/** Silences that people ask for: what is refused, what is kept, and when they are prolonged and lifted. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/incident/event.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, body, minutes, paged } from './samples.ts';

const rules: Rules = { ...paged, able: { ...paged.able, silence: ['main'] } };
const down = alert('Down');

function fired(given = rules): Memory {
  const memory = openMemory(given);
  memory.report(body(0, [down]));
  return memory;
}

const ask = (memory: Memory, minute: number, time: number | null = minutes(60)) =>
  memory.record(1, { type: 'SilenceAsked', at: at(minute), by: ana, time, reason: 'deploying' });

const made = (memory: Memory, minute: number, until: number) =>
  memory.record(1, {
    type: 'AlertsSilenced',
    ...{ at: at(minute), mark: '1-2-0', by: ana, time: minutes(60) },
    silences: [
      {
        id: 's1',
        until: at(until),
        startedAt: at(minute),
        matchers: 'alertname="Down"',
        fingerprints: [down.fingerprint],
      },
    ],
  });

const asked = (memory: Memory): readonly string[] =>
  memory.effects.map(({ type }) => type).filter((type) => type.startsWith('alertmanager.'));
const refusal = (answer: object): string => (isRefusal(answer) ? answer.refused : 'it was accepted');
const said = (memory: Memory): string => {
  const line = memory.lines.at(-1);
  return line === undefined ? '' : sentence(line);
};

describe('a wish for silence', () => {
  it('asks for what fires, until so long after it was wished for', () => {
    const memory = fired();
    ask(memory, 2);
    expect(memory.effects.find(({ type }) => type === 'alertmanager.silence')).toMatchObject({
      ...{ source: 'main', fingerprints: [down.fingerprint], until: at(62), by: ana, reason: 'deploying' },
    });
    expect(said(memory)).toBe('Ana asked to silence 1 alert until 04:02 UTC: deploying.');
  });

  it('is refused where it can do nothing, and says what to do', () => {
    expect(refusal(ask(fired(paged), 1))).toMatch(/add sources\.main\.api to vigie\.yaml/);
    expect(refusal(ask(fired(), 1, minutes(1)))).toMatch(/at least 5 minutes/);
    const quiet = fired();
    quiet.report(body(1, [alert('Down', { until: 1 })]));
    expect(refusal(ask(quiet, 2))).toMatch(/nothing to silence/);
  });
});

describe('a silence', () => {
  it('is kept, and prolonged in its last quarter while somebody works', () => {
    const memory = fired();
    ask(memory, 0);
    made(memory, 0, 60);
    expect(said(memory)).toBe('Silenced for Ana until 04:00 UTC: alertname="Down".');
    memory.advance(at(44));
    memory.record(1, { type: 'Acknowledged', at: at(44), by: ana });
    memory.advance(at(46));
    expect(asked(memory)).toEqual(['alertmanager.silence', 'alertmanager.extend']);
    memory.record(1, { type: 'SilenceExtended', at: at(46), id: 's1', next: 's2', until: at(105) });
    expect(memory.incident().silences).toMatchObject([{ id: 's2', until: at(105), ending: false }]);
  });

  it('ends by itself when nobody works', () => {
    const memory = fired();
    made(memory, 0, 60);
    memory.advance(at(61));
    expect(asked(memory)).toEqual([]);
    expect(memory.incident().silences).toEqual([]);
    expect(memory.lines.map(sentence)).toContain('The silence is over: alertname="Down".');
  });

  it('is lifted when the incident is closed, and said to be once it is', () => {
    const memory = fired();
    made(memory, 0, 60);
    memory.record(1, { type: 'Closed', at: at(5), by: ana, reason: 'it was the deploy' });
    expect(asked(memory)).toEqual(['alertmanager.expire']);
    expect(memory.incident().silences).toMatchObject([{ ending: true }]);
    memory.record(1, { type: 'SilenceEnded', at: at(6), id: 's1', taken: null });
    expect([memory.incident().silences, said(memory)]).toEqual([[], 'The silence was lifted: alertname="Down".']);
  });

  it('is lifted when the incident is resolved, and at once when it came too late', () => {
    const memory = fired();
    made(memory, 0, 60);
    memory.report(body(5, [alert('Down', { until: 5 })]));
    memory.advance(at(11));
    expect(asked(memory)).toEqual(['alertmanager.expire']);
    const late = fired();
    late.record(1, { type: 'Closed', at: at(5), by: ana, reason: 'done' });
    made(late, 6, 66);
    expect(asked(late)).toEqual(['alertmanager.expire']);
  });

  it('that somebody made their own is left alone', () => {
    const memory = fired();
    made(memory, 0, 60);
    memory.record(1, { type: 'SilenceEnded', at: at(6), id: 's1', taken: 'Bo' });
    expect(said(memory)).toBe('Bo changed the silence in Alertmanager, so Vigie leaves it alone: alertname="Down".');
  });
});
