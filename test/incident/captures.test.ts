/** Every recorded Alertmanager scenario, from the raw bodies to incidents: once, several times, and with late copies. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translate } from '../../src/alertmanager/payload.ts';
import type { AlertsReported } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Instant } from '../../src/incident/incident.ts';
import { captures } from '../alertmanager/captures.ts';
import type { Capture } from '../alertmanager/captures.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { firing, rules } from './samples.ts';

/** One incident a line: its phase, how many alerts fire, how many it holds. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'alert-vanishes-by-silence': ['triggered 4/4'],
  'all-resolved': ['recovering 0/2'],
  'annotation-change': ['triggered 1/1'],
  // Their alerts are information, which opens nothing.
  'auth-basic': [],
  'auth-bearer': [],
  'auth-custom-scheme': [],
  'checkout-evening': ['recovering 0/3'],
  'connection-reset-then-200': ['triggered 1/1'],
  flapping: ['triggered 1/1'],
  'group-by-nothing': ['triggered 2/2'],
  'group-of-three-one-resolved': ['triggered 2/3'],
  'ha-pair-healthy': ['triggered 1/1'],
  'ha-pair-slow-receiver': ['triggered 1/1'],
  inhibited: ['triggered 1/1', 'triggered 1/1'],
  'max-alerts-truncation': ['triggered 3/3'],
  'native-pagerduty-receiver': ['recovering 0/2'],
  'no-grouping': ['triggered 1/1', 'triggered 1/1'],
  'one-group-of-200': ['triggered 200/200'],
  'prometheus-to-alertmanager': [],
  redirects: ['triggered 1/1'],
  'reload-unchanged': ['triggered 6/6'],
  'repeat-notification': ['triggered 1/1'],
  'resolve-timeout': ['recovering 0/1'],
  'resolved-refused-once': ['recovering 0/1'],
  restart: ['triggered 1/1'],
  'retry-500-then-200': ['triggered 1/1'],
  'send-resolved-false': ['triggered 2/2'],
  'silenced-then-resolved': ['triggered 1/1'],
  'single-firing': ['triggered 1/1'],
  'slow-receiver-15s-interval': ['triggered 1/1'],
  'slow-receiver-timeout': ['triggered 1/1'],
  'status-400': ['triggered 1/1'],
  'status-401': ['triggered 1/1'],
  'status-429': ['triggered 1/1'],
  'status-429-then-ended': ['triggered 1/1'],
  'two-groups': ['triggered 1/1', 'triggered 1/1'],
  'unicode-and-long': ['triggered 1/1'],
};

const summary = (memory: Memory): readonly string[] =>
  memory
    .incidents()
    .map((incident) => `${phaseOf(incident)} ${firing(incident)}/${Object.keys(incident.alerts).length}`);

/** What must not depend on copies: the incidents with their phase, and each alert's state. */
const essence = (memory: Memory) =>
  memory.incidents().map((incident) => ({
    phase: phaseOf(incident),
    severity: incident.severity,
    groups: Object.keys(incident.groups).toSorted(),
    alerts: Object.fromEntries(
      Object.entries(incident.alerts).map(([key, { status, startsAt, endsAt, labels }]) => [
        key,
        { status, startsAt, endsAt, labels },
      ]),
    ),
  }));

/** When the scenario began, on the clock of the machine that recorded it. */
const beginning = Date.UTC(2026, 10, 21, 1, 20);

/** Delivers a scenario's requests in the given order; the first delivery of each comes when it was recorded. */
function replayed({ webhooks }: Capture, order: readonly number[]): Memory {
  const memory = openMemory(rules);
  const seen = new Set<number>();
  let now: Instant = beginning;
  for (const index of order) {
    const request = webhooks[index];
    if (request === undefined) throw new Error(`there is no request ${index}`);
    now = seen.has(index) ? now + 7 : Math.max(now + 1, beginning + request.offset_ms);
    seen.add(index);
    const event: AlertsReported = translate('main', { seq: index, at: now, body: request.body }, rules.severities);
    memory.report(event);
  }
  return memory;
}

const once = ({ webhooks }: Capture): readonly number[] => webhooks.map((_request, index) => index);

/** Orders that keep the first delivery of each request in sequence, with late copies anywhere after it. */
const ordersWithCopies = (count: number): fc.Arbitrary<readonly number[]> =>
  fc
    .array(fc.tuple(fc.nat(Math.max(0, count - 1)), fc.nat(50)), { maxLength: 4 * count, size: 'max' })
    .map((copies) => {
      const order = Array.from({ length: count }, (_value, index) => index);
      for (const [index, place] of copies) {
        const first = order.indexOf(index);
        order.splice(first + 1 + (place % (order.length - first)), 0, index);
      }
      return order;
    });

it('every capture has its expectation', () => {
  expect(captures.map(({ name }) => name).toSorted()).toEqual(Object.keys(expected).toSorted());
});

describe.each(captures.map((capture) => [capture.name, capture] as const))('%s', (name, capture) => {
  it('ends as it should', () => {
    expect(summary(replayed(capture, once(capture)))).toEqual(expected[name]);
  });

  it('ends the same with every request delivered two to five times in a row', () => {
    const right = essence(replayed(capture, once(capture)));
    for (const times of [2, 3, 4, 5]) {
      const order = once(capture).flatMap((index) => Array.from({ length: times }, () => index));
      expect(essence(replayed(capture, order))).toEqual(right);
    }
  });

  it('ends the same however late copies fall in between', () => {
    const right = essence(replayed(capture, once(capture)));
    fc.assert(
      fc.property(ordersWithCopies(capture.webhooks.length), (order) => {
        expect(essence(replayed(capture, order))).toEqual(right);
      }),
      { numRuns: capture.name === 'one-group-of-200' ? 3 : 30 },
    );
  });
});
