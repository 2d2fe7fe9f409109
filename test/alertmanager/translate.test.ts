/** From a stored body to the event it reports: real bodies, and hostile ones. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bounds } from '../../src/alertmanager/payload.ts';
import { bodyOf, captureOf, captures } from './captures.ts';
import { alert, body, read } from './samples.ts';

describe.each(captures.map((capture) => [capture.name, capture.webhooks] as const))(
  'the capture %s',
  (_name, webhooks) => {
    it('is translated: every alert, every time, and the group', () => {
      for (const { body: text } of webhooks) {
        const sent = JSON.parse(text) as {
          groupKey: string;
          truncatedAlerts: number;
          alerts: Record<string, string>[];
        };
        const { group, alerts, ...rest } = read(text);
        expect(rest).toEqual({ type: 'AlertsReported', at: 1_000, source: 'main' });
        expect(group?.key).toBe(createHash('sha256').update(sent.groupKey).digest('hex'));
        expect(group?.truncated).toBe(sent.truncatedAlerts);
        expect(
          alerts.map(({ fingerprint, status, startsAt, endsAt }) => ({ fingerprint, status, startsAt, endsAt })),
        ).toEqual(
          sent.alerts.map(({ fingerprint, status, startsAt = '', endsAt = '' }) => ({
            fingerprint,
            status,
            startsAt: Date.parse(startsAt),
            endsAt: endsAt === '0001-01-01T00:00:00Z' ? null : Date.parse(endsAt),
          })),
        );
      }
    });
  },
);

describe('a translated body', () => {
  it('has the group key that Alertmanager’s own PagerDuty receiver uses as its dedup key', () => {
    expect(captureOf('native-pagerduty-receiver').webhooks).toHaveLength(2);
    expect(read(bodyOf('native-pagerduty-receiver')).group?.key).toMatch(/^cbc7a356b874c7d0332c73753d5082204bea3/);
  });

  it('has the receiver as it is configured, without the backslashes of a regular expression', () => {
    expect(read(body([], { receiver: String.raw`pay\.ops\+bot \(eu\)` })).group?.receiver).toBe('pay.ops+bot (eu)');
  });

  it('has times to the millisecond, with any fraction and any offset', () => {
    const starts = (startsAt: string) => read(body([alert({ startsAt })])).alerts[0]?.startsAt;
    expect(starts('2026-11-21T01:19:49Z')).toBe(Date.UTC(2026, 10, 21, 1, 19, 49));
    expect(starts('2026-11-21T01:19:49.123456789Z')).toBe(Date.UTC(2026, 10, 21, 1, 19, 49, 123));
    expect(starts('2026-11-21T03:19:49.5+02:00')).toBe(Date.UTC(2026, 10, 21, 1, 19, 49, 500));
  });

  it('has no end where Go wrote its zero time, whatever the zone, or nothing', () => {
    for (const endsAt of [
      '0001-01-01T00:00:00Z',
      '0001-01-01T00:09:21+00:09',
      '0000-12-31T19:00:00-05:00',
      null,
      undefined,
    ]) {
      expect(read(body([alert({ endsAt })])).alerts[0]?.endsAt).toBeNull();
    }
  });

  it('has the severity that the labels stand for, and leaves out what is ignored', () => {
    const labelled = (fingerprint: string, labels: object): object => alert({ fingerprint, labels });
    const { alerts } = read(
      body([
        labelled('aa', { priority: 'critical' }),
        labelled('bb', { severity: 'none' }),
        labelled('cc', { severity: 'odd' }),
        labelled('dd', {}),
      ]),
    );
    expect(alerts.map(({ fingerprint, severity }) => `${fingerprint} ${severity}`)).toEqual([
      'aa critical',
      'cc warning',
      'dd warning',
    ]);
  });

  it('may have unknown keys, label names in any script, and lack what has an obvious nothing', () => {
    const [only] = read(
      body([{ ...alert({ labels: { 'Größe 📏.x': 'y' } }), annotations: null, generatorURL: undefined, novel: [1] }], {
        notification_reason: 'first notification',
        groupLabels: undefined,
        truncatedAlerts: undefined,
      }),
    ).alerts;
    expect(only).toMatchObject({ labels: { 'Größe 📏.x': 'y' }, annotations: {}, generatorUrl: '' });
  });

  it('has one alert of each fingerprint: the firing one, then the one that started last', () => {
    const twice = (...alerts: readonly object[]) =>
      read(body(alerts)).alerts.map(({ status, startsAt }) => [status, startsAt]);
    const resolved = alert({ status: 'resolved', startsAt: '2026-11-21T02:00:00Z', endsAt: '2026-11-21T03:00:00Z' });
    const older = alert({ startsAt: '2026-11-21T01:00:00Z' });
    const newer = alert({ startsAt: '2026-11-21T01:30:00Z' });
    expect(twice(resolved, older, newer)).toEqual([['firing', Date.UTC(2026, 10, 21, 1, 30)]]);
    expect(twice(newer, older, resolved)).toEqual([['firing', Date.UTC(2026, 10, 21, 1, 30)]]);
  });
});

describe('hostile text', () => {
  it('of 40,000 units is cut to what is kept, between two characters', () => {
    const [only] = read(bodyOf('unicode-and-long')).alerts;
    const longest = Object.values(only?.annotations ?? {}).toSorted((a, b) => b.length - a.length)[0] ?? '';
    expect([...longest]).toHaveLength(bounds.value);
    expect(longest.endsWith('…')).toBe(true);
  });

  it('loses what PostgreSQL refuses: NUL and half surrogate pairs', () => {
    const evil = 'a\u0000b\ud800c\udc00';
    const { group, alerts } = read(
      body([alert({ labels: { [evil]: evil }, annotations: { x: evil } })], {
        receiver: evil,
        groupLabels: { x: evil },
      }),
    );
    const mild = 'a\uFFFDb\uFFFDc\uFFFD';
    expect(group).toMatchObject({ receiver: mild, labels: { x: mild } });
    expect(alerts[0]).toMatchObject({ labels: { [mild]: mild }, annotations: { x: mild } });
  });

  it('in great numbers keeps the first names, and the severity wherever it stands', () => {
    const labels = {
      ...Object.fromEntries(Array.from({ length: 500 }, (_v, n) => [`a${n}`, 'x'])),
      severity: 'critical',
    };
    const [only] = read(body([alert({ labels })])).alerts;
    expect(Object.keys(only?.labels ?? {})).toHaveLength(bounds.entries);
    expect(only?.severity).toBe('critical');
  });

  it('named like JavaScript’s own properties stays text', () => {
    const [only] = read(
      body([]).replace('[]', `[${JSON.stringify(alert()).replace('"alertname"', '"__proto__":"x","constructor"')}]`),
    ).alerts;
    expect(Object.keys(only?.labels ?? {})).toContain('constructor');
    expect(Object.getPrototypeOf(only?.labels)).toBe(Object.prototype);
  });

  it('is no link unless it is a whole one, over http or https', () => {
    const link = (generatorURL: string) => read(body([alert({ generatorURL })])).alerts[0]?.generatorUrl;
    expect(link('https://prometheus.example/graph?x=1')).toBe('https://prometheus.example/graph?x=1');
    for (const bad of ['javascript:alert(1)', 'http://a b', '', `http://x/${'y'.repeat(bounds.url)}`])
      expect(link(bad)).toBe('');
  });
});
