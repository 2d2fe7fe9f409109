/** Which silences are made of an incident's alerts, for how long, and what is never made. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cover,
  hides,
  type Labels,
  matchersOf,
  planCovers,
  refuseBroad,
} from '../../src/alertmanager/silences-plan.ts';
import { printMatchers } from '../../src/alertmanager/silences.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { renewedUntil, silenceBounds, silenceFor } from '../../src/incident/silence-times.ts';
import { at, noon } from './reconcile-world.ts';

const slow = (pod: string, more: Labels = {}): Labels => ({
  alertname: 'HighLatency',
  service: 'checkout',
  pod,
  ...more,
});

/** The silences as people would write them; or the refusal. */
function plan(ours: readonly Labels[], others: readonly Labels[] = []): readonly string[] | string {
  const covers = planCovers(ours, others);
  return isRefusal(covers) ? covers.refused : covers.map((cover) => printMatchers(matchersOf(cover)));
}

describe('the silences for an incident', () => {
  it('are one for one alert, with all of its labels', () => {
    expect(plan([slow('a')])).toEqual(['alertname="HighLatency", service="checkout", pod="a"']);
  });

  it('are one for alerts of one name, with the labels that they share', () => {
    expect(plan([slow('a'), slow('b'), slow('c')])).toEqual(['alertname="HighLatency", service="checkout"']);
  });

  it('are one an alert name, because labels of different alerts have too little in common', () => {
    expect(plan([slow('a'), { alertname: 'PodNotReady', service: 'checkout' }])).toEqual([
      'alertname="HighLatency", service="checkout", pod="a"',
      'alertname="PodNotReady", service="checkout"',
    ]);
  });

  it('name the values that differ when they would hide an alert of somebody else', () => {
    expect(plan([slow('a.1'), slow('b|2')], [slow('x')])).toEqual([
      String.raw`alertname="HighLatency", service="checkout", pod=~"a\\.1|b\\|2"`,
    ]);
  });

  it('are one an alert when even that would', () => {
    const ours = [slow('a', { zone: '1' }), slow('b', { zone: '2' })];
    expect(plan(ours, [slow('a', { zone: '2' })])).toEqual([
      'alertname="HighLatency", service="checkout", pod="a", zone="1"',
      'alertname="HighLatency", service="checkout", pod="b", zone="2"',
    ]);
  });

  it('spare an alert that has the same labels and more', () => {
    expect(plan([slow('a')], [slow('a', { tenant: 'big' })])).toEqual([
      'alertname="HighLatency", service="checkout", pod="a", tenant=""',
    ]);
  });

  it('hold on to two labels at least when the alert has no name', () => {
    expect(plan([{ service: 'checkout', pod: 'a' }])).toEqual(['service="checkout", pod="a"']);
    expect(plan([{ severity: 'critical' }])).toMatch(/too few labels/);
    expect(plan([{ alertname: '', severity: 'critical' }])).toMatch(/too few labels/);
  });

  it('are refused when there would be too many to look after', () => {
    expect(plan(Array.from({ length: 11 }, (_, index) => ({ alertname: `A${index}` })))).toMatch(/11 silences/);
  });

  it('are never empty and never hide everything', () => {
    expect(refuseBroad({ matchers: [] })).not.toBeNull();
    expect(refuseBroad({ matchers: [{ name: 'alertname', values: ['', 'A'] }] })).not.toBeNull();
    expect(refuseBroad({ matchers: [{ name: 'alertname', values: [] }] })).not.toBeNull();
  });

  it('hide all that was asked for and nothing else that fires, or are refused', () => {
    const value = fc.constantFrom('', 'a', 'b', '.*', 'a|b', '$', 'a\nb');
    const labels = fc.dictionary(fc.constantFrom('alertname', 'pod', 'zone', 'tenant', 'severity'), value, {
      minKeys: 1,
    });
    const alerts = fc.uniqueArray(labels, { minLength: 1, maxLength: 8, selector: normal });
    fc.assert(
      fc.property(alerts, fc.nat(7), (all, split) => {
        const [ours, others] = [all.slice(0, split + 1), all.slice(split + 1)];
        const covers = planCovers(ours, others);
        if (isRefusal(covers)) return;
        for (const one of ours) expect(covers.some((cover) => hides(cover, one))).toBe(true);
        for (const one of others) expect(covers.some((cover) => hides(cover, one))).toBe(false);
        for (const cover of covers) {
          expect(refuseBroad(cover)).toBeNull();
          for (const one of all) expect(asAlertmanager(cover, one)).toBe(hides(cover, one));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A label without a value is one that is not there. */
const normal = (labels: Labels): string =>
  Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map((entry) => JSON.stringify(entry))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join();

/** Alertmanager's own reading: anchored at both ends, and a missing label is empty. */
const asAlertmanager = (cover: Cover, labels: Labels): boolean =>
  matchersOf(cover).every(({ name, value, isRegex }) =>
    isRegex ? new RegExp(`^(?:${value})$`).test(labels[name] ?? '') : value === (labels[name] ?? ''),
  );

describe('the time of a silence', () => {
  it('is an hour unless said otherwise, and between five minutes and a day', () => {
    expect(silenceFor(null)).toBe(3_600_000);
    expect(silenceFor(silenceBounds.least)).toBe(300_000);
    expect(silenceFor(silenceBounds.most)).toBe(86_400_000);
    for (const wrong of [0, 299_999, 86_400_001, -1, Number.NaN, Infinity]) {
      expect(silenceFor(wrong)).toMatchObject({ refused: expect.stringMatching(/at least 5 minutes/) as string });
    }
  });

  const renewal = { at: at(2_800), worked: true, startedAt: noon, until: at(3_600), time: 3_600_000 };

  it('is prolonged in its last quarter while somebody works', () => {
    expect(renewedUntil(renewal)).toBe(at(2_800 + 3_600));
    expect(renewedUntil({ ...renewal, worked: false })).toBeNull();
    expect(renewedUntil({ ...renewal, at: at(2_600) })).toBeNull();
    expect(renewedUntil({ ...renewal, at: at(3_600) })).toBeNull();
  });

  it('is never longer than a day in all', () => {
    const long = { ...renewal, startedAt: at(-82_000) };
    expect(renewedUntil(long)).toBe(at(-82_000 + 86_400));
    expect(renewedUntil({ ...long, until: at(4_400), at: at(4_000) })).toBeNull();
  });
});
