/** How an incident begins, what the card offers, and what is said where. */
import { describe, expect, it } from 'vitest';
import { choicesOf } from '../../src/incident/choices.ts';
import type { Decision } from '../../src/incident/draft.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { phaseOf, vigie } from '../../src/incident/incident.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, body, rules } from './samples.ts';

const notes = (decision: Decision): readonly string[] =>
  decision.effects.flatMap((effect) =>
    effect.type === 'slack.note' ? [`${effect.to}${effect.broadcast ? '!' : ''}`] : [],
  );

const accepted = (answer: ReturnType<Memory['record']>): Decision => {
  if (isRefusal(answer)) throw new Error(answer.refused);
  return answer;
};

describe('an incident that alerts open', () => {
  it('takes its title, service, severity and policy from the firing alerts', () => {
    const memory = openMemory(rules);
    const checkout = { service: 'checkout' };
    memory.report(
      body(0, [
        alert('HighLatency', { severity: 'warning', labels: checkout }),
        alert('HighErrorRate', { labels: checkout }),
      ]),
    );
    expect(memory.incident()).toMatchObject({
      kind: 'alert',
      title: 'HighErrorRate and 1 more · checkout',
      service: 'checkout',
      severity: 'critical',
      policy: { name: 'production' },
      config: 'c0ffee',
      version: 1,
      episode: 1,
    });
  });

  it('is opened by Vigie, announced, and given a channel and a card; no note repeats what the announcement says', () => {
    const memory = openMemory(rules);
    const [decision] = memory.report(body(0, [alert('Down')]));
    expect(decision?.lines[0]).toMatchObject({ type: 'Opened', by: vigie });
    expect(decision?.effects).toEqual([
      { type: 'slack.announcement' },
      { type: 'slack.channel' },
      { type: 'slack.card' },
    ]);
  });
});

describe('an incident that a person declares', () => {
  it('has that person as its first responder, no alerts, and stays until somebody closes it', () => {
    const memory = openMemory(rules);
    memory.declare({ type: 'Declared', at: at(0), by: ana, title: 'The shop\nlooks odd', severity: 'high' });
    expect(memory.incident()).toMatchObject({
      kind: 'declared',
      title: 'The shop looks odd',
      source: null,
      responders: [ana],
    });
    memory.advance(at(10_000));
    expect(phaseOf(memory.incident())).toBe('triggered');
    accepted(memory.record(1, { type: 'Closed', at: at(10_001), by: ana, reason: 'it was the cache' }));
    expect(phaseOf(memory.incident())).toBe('closed');
  });
});

describe('what the card offers', () => {
  it('follows the phase', () => {
    const memory = openMemory(rules);
    const offered = (minute: number) => choicesOf(memory.incident(), at(minute));
    memory.report(body(0, [alert('Down')]));
    expect(offered(0)).toEqual(['acknowledge', 'take-command', 'page', 'resolve']);
    memory.record(1, { type: 'Acknowledged', at: at(1), by: ana });
    expect(offered(1)).toEqual(['unack', 'snooze', 'take-command', 'page', 'resolve']);
    memory.report(body(2, [alert('Down', { until: 2 })]));
    expect(offered(2)).toEqual(['unack', 'take-command', 'page', 'resolve']);
    memory.record(1, { type: 'Closed', at: at(3), by: ana, reason: 'done' });
    expect(offered(3)).toEqual([]);
  });
});

describe('what is said', () => {
  it('goes to the channel, and loudly to the announcement for severity, mitigation and the end', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Slow', { severity: 'warning' })]));
    const [rose] = memory.report(body(1, [alert('Down', { since: 1 })]));
    const acknowledged = accepted(memory.record(1, { type: 'Acknowledged', at: at(2), by: ana }));
    const [cleared] = memory.report(
      body(3, [alert('Slow', { severity: 'warning', until: 3 }), alert('Down', { since: 1, until: 3 })]),
    );
    expect([rose, acknowledged, cleared].map((decision) => decision && notes(decision))).toEqual([
      ['channel', 'announcement!'],
      ['channel', 'announcement'],
      ['channel', 'announcement!'],
    ]);
  });

  it('of alerts that come and go is only the card and its thread', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    const [decision] = memory.report(body(1, [alert('Down'), alert('Full', { since: 1 })]));
    expect(decision?.effects).toEqual([{ type: 'slack.card' }, { type: 'slack.thread' }]);
  });

  it('about an effect that was given up stands on the card, the last three', () => {
    const memory = openMemory(rules);
    memory.report(body(0, [alert('Down')]));
    for (const why of ['one', 'two', 'three', 'four']) {
      memory.record(1, { type: 'EffectGivenUp', at: at(1), effect: 'slack.channel', why, visit: null, run: null });
    }
    expect(memory.incident().troubles).toEqual(['slack.channel: two', 'slack.channel: three', 'slack.channel: four']);
  });
});
