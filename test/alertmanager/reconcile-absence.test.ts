/** What a poll tells of alerts that are not listed, and what an answer may tell at all. */
import { describe, expect, it } from 'vitest';
import type { Muting } from '../../src/incident/incident.ts';
import { noMemory, reconcile, reportOf } from '../../src/alertmanager/reconcile.ts';
import { answer, at, follow, held, listed, noon, other, rules, silence } from './reconcile-world.ts';

const silenced: Muting = { is: 'silenced', id: 's1', until: at(3_600), by: 'Bo' };
const hidden = listed({ silencedBy: ['s1'] });
const bySilence = { silences: [silence()] };
const resolved = held({ alert: { status: 'resolved', endsAt: at(-60), changedAt: at(-50) } });

describe('an alert that is not listed', () => {
  const without = (...seconds: readonly number[]) => seconds.map((each) => answer(each, [other]));

  it('is gone after three polls, since the first of them', () => {
    const { told, holds } = follow([held()], without(0, 30, 60, 90));
    expect(told).toEqual([[], [], [{ fingerprint: 'a1', is: 'gone', since: noon, was: null }], []]);
    expect(holds[0]?.alert).toMatchObject({ status: 'resolved', endsAt: noon });
  });

  it('is not gone sooner because somebody polls more often', () => {
    expect(follow([held()], without(0, 1, 2, 3, 59)).told.flat()).toEqual([]);
  });

  it('is not gone when any poll between sees it: one replica of several may not know it', () => {
    const answers = [
      ...without(0, 30),
      answer(60, [listed()]),
      ...without(90, 120),
      answer(150, [listed()]),
      ...without(180),
    ];
    expect(follow([held()], answers).told.flat()).toEqual([]);
  });

  it('is not gone when a webhook told of it meanwhile', () => {
    const { memory } = follow([held()], without(0, 30));
    const again = held({ heardAt: at(45) });
    expect(follow([again], without(60, 90), rules, memory).told.flat()).toEqual([]);
    expect(follow([again], without(60, 90, 120), rules, memory).told.flat()).toHaveLength(1);
  });

  it('is not gone because Alertmanager restarted: it knows no alert until it is told of each again', () => {
    const fresh = [0, 60, 120, 300, 590].map((seconds) => answer(seconds, [], { age: seconds * 1000 }));
    const partly = [200, 400, 599].map((seconds) => answer(seconds, [other], { age: seconds * 1000 }));
    expect(follow([held()], fresh).told.flat()).toEqual([]);
    expect(follow([held()], partly).told.flat()).toEqual([]);
  });

  it('is not gone by a process whose clock makes it younger than nothing, nor by one that still joins its cluster', () => {
    const early = [0, 60, 120, 180].map((seconds) => answer(seconds, [other], { age: -60_000 }));
    const joining = [0, 60, 120, 180].map((seconds) => answer(seconds, [other], { settling: true }));
    expect(follow([held()], early).told.flat()).toEqual([]);
    expect(follow([held()], joining).told.flat()).toEqual([]);
  });

  it('is doubted longer when nothing at all is listed, and then believed', () => {
    const empty = Array.from({ length: 11 }, (_, index) => answer(30 * index, []));
    expect(follow([held()], empty).told.map((facts) => facts.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  });

  it('is nothing new when it was resolved', () => {
    expect(follow([resolved], without(0, 30, 60, 90)).told.flat()).toEqual([]);
  });
});

describe('with a heartbeat', () => {
  const beating = {
    ...rules,
    per: 'cluster',
    beatOf: (labels: Readonly<Record<string, string>>) =>
      labels['alertname'] === 'Watchdog' ? (labels['cluster'] ?? '') : null,
  };
  const beat = (cluster: string) =>
    listed({ fingerprint: `beat-${cluster}`, labels: { alertname: 'Watchdog', cluster } });
  const poll = (...clusters: readonly string[]) =>
    [0, 30, 60, 90].map((seconds) => answer(seconds, [other, ...clusters.map((cluster) => beat(cluster))]));

  it('an absence counts only while the heartbeat of its cluster is listed', () => {
    expect(follow([held()], poll('eu-1'), beating).told.flat()).toHaveLength(1);
    expect(follow([held()], poll('us-1'), beating, noMemory(['eu-1'])).told.flat()).toEqual([]);
    expect(follow([held()], poll(), beating).told.flat()).toEqual([]);
  });

  it('a heartbeat that was listed once is missed from then on', () => {
    const { memory } = follow([held()], [answer(-30, [beat('eu-1'), beat('us-1'), listed()])], beating);
    expect(follow([held()], poll('us-1'), beating, memory).told.flat()).toEqual([]);
  });

  it('any will do for an alert of a cluster that has none', () => {
    const stray = held({ alert: { labels: { alertname: 'HighLatency', cluster: 'lab' } } });
    expect(follow([stray], poll('eu-1'), beating).told.flat()).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('that is older than what a webhook told says nothing about that alert', () => {
    const late = held({ heardAt: at(0) });
    const muted = answer(0, [hidden], bySilence);
    expect(reconcile(noMemory(), [late], muted, rules).facts).toEqual([]);
  });

  it('that comes twice, or after a newer one, changes nothing', () => {
    const { memory, holds } = follow([held()], [answer(60, [hidden], bySilence)]);
    for (const seconds of [60, 30]) {
      const again = reconcile(memory, holds, answer(seconds, [other]), rules);
      expect(again).toEqual({ memory, facts: [] });
    }
  });

  it('is found again when its facts could not be recorded', () => {
    const one = answer(0, [hidden], bySilence);
    const facts = reconcile(noMemory(), [held()], one, rules).facts;
    expect(reconcile(noMemory(), [held()], { ...one, at: at(30) }, rules).facts).toEqual(facts);
  });
});

describe('a fact as a report', () => {
  it('resolves what is gone and fires what fires again, with the labels that are known', () => {
    const { labels, severity } = held().alert;
    expect(reportOf(held(), { fingerprint: 'a1', is: 'gone', since: at(30), was: null })).toMatchObject({
      ...{ status: 'resolved', startsAt: at(-600), endsAt: at(30), labels, severity },
    });
    expect(reportOf(resolved, { fingerprint: 'a1', is: 'refired', startsAt: at(5), was: null })).toMatchObject({
      ...{ status: 'firing', startsAt: at(5), endsAt: null, labels, severity },
    });
  });

  it('is none when it does not change whether the alert fires', () => {
    expect(reportOf(held(), { fingerprint: 'a1', is: 'muted', by: silenced })).toBeNull();
    expect(reportOf(held(), { fingerprint: 'a1', is: 'unmuted', was: silenced })).toBeNull();
    expect(reportOf(held(), { fingerprint: 'a1', is: 'firing' })).toBeNull();
  });
});
