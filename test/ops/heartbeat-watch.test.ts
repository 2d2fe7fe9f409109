/** The heartbeat of monitoring: when its silence is a fact, when it is not, and when it is over. */
import { describe, expect, it } from 'vitest';
import type { Matcher } from '../../src/incident/rules.ts';
import {
  type Beating,
  clusterOf,
  hear,
  type HeartbeatRules,
  judgePulses,
  noPulses,
  type Pulses,
} from '../../src/ops/heartbeat-watch.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const at = (minutes: number): number => noon + minutes * 60_000;
const watchdog: Matcher = {
  ...{ label: 'alertname', sign: '=', text: 'alertname="Watchdog"' },
  test: (value) => value === 'Watchdog',
};
const rules: HeartbeatRules = {
  match: [watchdog],
  per: 'cluster',
  expected: ['eu-1'],
  missAfter: 300_000,
  grace: 900_000,
};

const beat = (cluster: string): Beating => ({ status: 'firing', labels: { alertname: 'Watchdog', cluster } });
const alert: Beating = { status: 'firing', labels: { alertname: 'HighLatency', cluster: 'eu-1' } };
const heard = (minutes: number, pulses: Pulses = noPulses, ...alerts: readonly Beating[]): Pulses =>
  hear(pulses, alerts.length === 0 ? [beat('eu-1')] : alerts, rules, at(minutes));
const judge = (minutes: number, pulses: Pulses, since = 0) =>
  judgePulses('main', pulses, rules, { at: at(minutes), since: at(since) });

describe('a heartbeat', () => {
  it('that comes is nothing to tell', () => {
    const pulses = [0, 2, 4, 6, 8].reduce((known, minutes) => heard(minutes, known), noPulses);
    expect(judge(13, pulses).facts).toEqual([]);
  });

  it('that stays away longer than configured is told once, with the cluster and since when', () => {
    const missed = judge(6, heard(0));
    expect(missed.facts).toEqual([
      {
        ...{ type: 'HeartbeatMissed', at: at(6), source: 'main', cluster: 'eu-1', heardAt: noon },
        says: 'The heartbeat of cluster eu-1 of source main was last heard 6 minutes ago: its alerts may not reach anybody. Nothing else arrives either, so look at Prometheus, Alertmanager and the way to Vigie.',
      },
    ]);
    expect(judge(7, missed.pulses).facts).toEqual([]);
    expect(judge(600, missed.pulses).facts).toEqual([]);
  });

  it('whose alerts still arrive points at Prometheus', () => {
    const pulses = heard(5, heard(0), alert);
    expect(judge(6, pulses).facts).toMatchObject([
      { says: expect.stringContaining('Other alerts arrive, so look at Prometheus') as string },
    ]);
  });

  it('is over after two beats, not after one', () => {
    const silent = judge(6, heard(0)).pulses;
    const once = judge(8, heard(8, silent));
    expect(once.facts).toEqual([]);
    const twice = judge(10, heard(10, once.pulses));
    expect(twice.facts).toEqual([
      { type: 'HeartbeatReturned', at: at(10), source: 'main', cluster: 'eu-1', silentSince: at(6) },
    ]);
    expect(judge(11, twice.pulses).facts).toEqual([]);
    expect(judge(16, twice.pulses).facts).toMatchObject([{ type: 'HeartbeatMissed', heardAt: at(10) }]);
  });

  it('that beats once and stays away again begins its count anew', () => {
    const silent = judge(6, heard(0)).pulses;
    const again = judge(14, heard(8, silent)).pulses;
    expect(judge(15, heard(15, again)).facts).toEqual([]);
  });

  it('that was never heard counts after its grace when it is expected, and never when it is not', () => {
    expect(judge(15, noPulses).facts).toEqual([]);
    expect(judge(16, noPulses).facts).toMatchObject([
      {
        type: 'HeartbeatMissed',
        cluster: 'eu-1',
        heardAt: null,
        says: expect.stringContaining('was never heard') as string,
      },
    ]);
    expect(judgePulses('main', noPulses, { ...rules, expected: [] }, { at: at(9_999), since: at(0) }).facts).toEqual(
      [],
    );
  });

  it('is watched for each cluster that was ever heard', () => {
    const pulses = heard(5, heard(0, noPulses, beat('eu-1'), beat('us-1')));
    expect(judge(6, pulses).facts).toMatchObject([{ cluster: 'us-1' }]);
  });

  it('is one for the whole source without a label to tell clusters apart', () => {
    const whole = { ...rules, per: null, expected: [''] };
    const pulses = hear(noPulses, [beat('eu-1'), beat('us-1')], whole, noon);
    expect(Object.keys(pulses.clusters)).toEqual(['']);
    expect(judgePulses('main', pulses, whole, { at: at(6), since: noon }).facts).toMatchObject([
      { cluster: '', says: expect.stringContaining('of source main was last') as string },
    ]);
  });

  it('does not count the time in which Vigie could not hear', () => {
    expect(judge(64, heard(0), 60).facts).toEqual([]);
    expect(judge(66, heard(0), 60).facts).toHaveLength(1);
  });

  it('is not told by a resolved copy, by other alerts, nor by a body that is older than the last', () => {
    const pulses = heard(4, heard(0), alert, { ...beat('eu-1'), status: 'resolved' });
    expect(pulses).toEqual({ ...heard(0), anythingAt: at(4) });
    expect(heard(-1, heard(0))).toEqual(heard(0));
    expect(heard(0, heard(0))).toEqual(heard(0));
    expect(clusterOf(alert.labels, rules)).toBeNull();
  });

  it('of a cluster that nobody expects is forgotten after a week', () => {
    const { pulses } = judge(6, heard(0, noPulses, beat('gone-1')));
    expect(judge(7, pulses).pulses.clusters).toHaveProperty('gone-1');
    expect(judge(10_081, pulses).pulses.clusters).not.toHaveProperty('gone-1');
  });

  it('can’t be made to watch a flood of clusters, nor one with an endless or a strange name', () => {
    const flood = Array.from({ length: 500 }, (_, index) => beat(`c${index}`));
    const pulses = heard(0, noPulses, ...flood, beat('x'.repeat(101)), beat('__proto__'), beat('eu-1'));
    expect(Object.keys(pulses.clusters)).toHaveLength(101);
    expect(pulses.clusters).toHaveProperty('eu-1');
    const strange = judge(6, heard(0, noPulses, beat('__proto__'), beat('constructor')));
    expect(strange.facts.map(({ cluster }) => cluster)).toEqual(['__proto__', 'constructor']);
    expect(judge(7, JSON.parse(JSON.stringify(strange.pulses)) as Pulses).facts).toEqual([]);
  });
});
