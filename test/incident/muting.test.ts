/** Alerts that fire and are hidden, as a poll of Alertmanager tells of them; and the silence of a heartbeat. */
import { describe, expect, it } from 'vitest';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Muting } from '../../src/incident/incident.ts';
import { openForSilence } from '../../src/incident/opening.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { transition } from '../../src/incident/transition.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { alert, ana, at, body, climbing, minutes, paged } from './samples.ts';

const byBo: Muting = { is: 'silenced', id: 's1', until: at(60), by: 'Bo' };
const of = (name: string): string => alert(name).fingerprint;

const mute = (memory: Memory, minute: number, names: readonly string[], by: Muting = byBo) =>
  memory.record(1, {
    type: 'AlertsMuted',
    ...{ at: at(minute), source: 'main' },
    alerts: names.map((name) => ({ fingerprint: of(name), by })),
  });
const unmute = (memory: Memory, minute: number, names: readonly string[]) =>
  memory.record(1, {
    type: 'AlertsUnmuted',
    ...{ at: at(minute), source: 'main' },
    alerts: names.map((name) => ({ fingerprint: of(name), was: byBo })),
  });

function fired(...names: readonly string[]): Memory {
  const memory = openMemory(paged);
  memory.report(
    body(
      0,
      names.map((name) => alert(name)),
    ),
  );
  return memory;
}

const phase = (memory: Memory): string => phaseOf(memory.incident());
const last = (memory: Memory): string => {
  const line = memory.lines.findLast(({ type }) => type !== 'LevelsCalled');
  return line === undefined ? '' : sentence(line);
};

describe('an incident whose alerts are hidden', () => {
  it('is suppressed once all that fires is hidden, and its ladder is held', () => {
    const memory = fired('Down', 'Full');
    mute(memory, 5, ['Down']);
    expect([phase(memory), last(memory)]).toEqual(['triggered', '1 alert silenced by Bo until 04:00 UTC: Down.']);
    mute(memory, 6, ['Full']);
    expect(phase(memory)).toBe('suppressed');
    expect(last(memory)).toBe('1 alert silenced by Bo until 04:00 UTC: Full. Nothing else fires, so nobody is called.');
    expect(memory.incident().ladder).toMatchObject({ is: 'held', elapsed: minutes(6) });
    memory.advance(at(40));
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.trigger')).toEqual([]);
  });

  it('goes on where its ladder stood when they are hidden no more', () => {
    const memory = fired('Down');
    mute(memory, 6, ['Down']);
    unmute(memory, 36, ['Down']);
    expect([phase(memory), last(memory)]).toEqual(['triggered', '1 alert fires unhidden again: Down.']);
    memory.advance(at(44.9));
    expect(memory.effects.some(({ type }) => type === 'pagerduty.trigger')).toBe(false);
    memory.advance(at(45));
    expect(memory.effects.some(({ type }) => type === 'pagerduty.trigger')).toBe(true);
    expect(climbing.levels[1]?.at).toBe(minutes(15));
  });

  it('is told of the same thing once', () => {
    const memory = fired('Down');
    mute(memory, 5, ['Down']);
    const { version } = memory.incident();
    mute(memory, 6, ['Down']);
    mute(memory, 7, ['Other']);
    expect(memory.incident().version).toBe(version);
    mute(memory, 8, ['Down'], { ...byBo, until: at(120) });
    expect(memory.incident().version).toBe(version + 1);
    expect(memory.incident().alerts[of('Down')]?.muted).toEqual({ ...byBo, until: at(120) });
  });

  it('does not believe a poll that is older than what a body told', () => {
    const memory = fired('Down');
    memory.report(body(5, [alert('Down', { since: 5, labels: {} })]));
    mute(memory, 4, ['Down']);
    expect(phase(memory)).toBe('triggered');
  });

  it('fires again by a body, which tells of nothing that is hidden', () => {
    const memory = fired('Down');
    mute(memory, 5, ['Down']);
    memory.report(body(10, [alert('Down', { since: 9 })]));
    expect(phase(memory)).toBe('triggered');
    expect(memory.incident().alerts[of('Down')]?.muted).toBeNull();
  });

  it('recovers when they end, and is suppressed when only hidden ones are left', () => {
    const memory = fired('Down', 'Full');
    mute(memory, 5, ['Down']);
    memory.report(body(6, [alert('Full', { until: 6 })]));
    expect(phase(memory)).toBe('suppressed');
    expect(memory.effects.at(-1)).toBeDefined();
    memory.report(body(8, [alert('Down', { until: 8 })]));
    expect(phase(memory)).toBe('recovering');
  });

  it('stays acknowledged underneath', () => {
    const memory = fired('Down');
    memory.record(1, { type: 'Acknowledged', at: at(1), by: ana });
    mute(memory, 5, ['Down'], { is: 'inhibited', by: ['a', 'b'] });
    expect(last(memory)).toMatch(/^1 alert hidden by 2 other alerts that Alertmanager puts first: Down\./);
    expect(phase(memory)).toBe('suppressed');
    unmute(memory, 6, ['Down']);
    expect(phase(memory)).toBe('acknowledged');
  });

  it('is redrawn where it is announced, for its phase changed', () => {
    const memory = fired('Down');
    const before = memory.effects.filter(({ type }) => type === 'slack.announcement').length;
    mute(memory, 5, ['Down']);
    expect(memory.effects.filter(({ type }) => type === 'slack.announcement')).toHaveLength(before + 1);
  });
});

describe('a heartbeat that fell silent', () => {
  const says = 'The heartbeat of cluster eu-1 of source main was last heard 6 minutes ago.';
  const missed = {
    type: 'HeartbeatMissed',
    at: at(0),
    source: 'main',
    cluster: 'eu-1',
    says,
    policy: 'production',
  } as const;

  it('opens a critical incident with its policy, and its return resolves it', () => {
    const { incident, lines } = openForSilence(7, missed, paged);
    expect(incident).toMatchObject({
      title: 'monitoring silent: eu-1',
      severity: 'critical',
      ladder: { is: 'running' },
    });
    expect(incident.policy.name).toBe('production');
    expect(lines.map(sentence)).toContain(says);
    const back = {
      type: 'HeartbeatReturned',
      at: at(20),
      source: 'main',
      cluster: 'eu-1',
      silentSince: at(0),
    } as const;
    const decision = transition(incident, back, paged);
    expect('incident' in decision && phaseOf(decision.incident)).toBe('resolved');
    expect('lines' in decision && decision.lines.map(sentence)).toEqual([
      'The heartbeat of eu-1 is heard again, after 20 minutes of silence.',
      'Resolved: the heartbeat is heard again.',
    ]);
  });
});

describe('an incident whose source fell silent', () => {
  const lose = (memory: Memory, minute: number) =>
    memory.record(1, { type: 'SignalLost', at: at(minute), source: 'main', cluster: 'eu-1' });
  const signal = (memory: Memory): string => memory.incident().signal.is;

  it('is not known to fire, and the ladder goes on all the same', () => {
    const memory = fired('Down');
    lose(memory, 5);
    lose(memory, 6);
    expect([signal(memory), phase(memory), last(memory)]).toEqual([
      'unknown',
      'triggered',
      'Nothing is heard of eu-1 any more, so it is not known whether this still fires. The escalation goes on.',
    ]);
    memory.advance(at(15));
    expect(memory.effects.some(({ type }) => type === 'pagerduty.trigger')).toBe(true);
    memory.advance(at(120));
    expect(phase(memory)).toBe('triggered');
  });

  it('fires again as soon as a mere repeat or a poll says so, and recovers when its alerts ended', () => {
    const memory = fired('Down');
    lose(memory, 5);
    memory.report(body(6, [alert('Down')]));
    expect([signal(memory), last(memory)]).toEqual(['firing', 'Alertmanager still lists 1 alert: Down.']);
    lose(memory, 7);
    memory.record(1, { type: 'AlertsSeen', at: at(8), source: 'main', fingerprints: [of('Down')] });
    expect(signal(memory)).toBe('firing');
    lose(memory, 9);
    memory.report(body(10, [alert('Down', { until: 10 })]));
    expect(phase(memory)).toBe('recovering');
  });

  it('is left alone while it recovers, is hidden or is over', () => {
    const memory = fired('Down');
    mute(memory, 5, ['Down']);
    lose(memory, 6);
    expect(phase(memory)).toBe('suppressed');
    memory.report(body(8, [alert('Down', { until: 8 })]));
    lose(memory, 9);
    expect(phase(memory)).toBe('recovering');
    memory.advance(at(60));
    lose(memory, 61);
    expect(phase(memory)).toBe('resolved');
  });
});
