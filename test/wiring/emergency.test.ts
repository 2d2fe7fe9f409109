/** Pages from memory while the database is away: late enough, few enough, and once for each alert group. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openEmergency } from '../../src/wiring/emergency.ts';
import type { EmergencyParts } from '../../src/wiring/emergency.ts';
import { paged } from '../incident/samples.ts';

/** What Alertmanager posts of an alert group. */
const bodyOf = (group: number, severity = 'critical'): string =>
  JSON.stringify({
    ...{ version: '4', groupKey: `{}:{group="${group}"}`, receiver: 'vigie', groupLabels: {} },
    alerts: [
      {
        ...{ status: 'firing', labels: { alertname: `Down${group}`, severity }, annotations: {} },
        ...{ startsAt: '2026-11-16T00:00:00Z', fingerprint: String(group).padStart(16, '0') },
      },
    ],
  });

/** A bot without a database, whose pages are kept; the first `deaf` of them PagerDuty does not take. */
function openAway(deaf = 0) {
  const stack = new AsyncDisposableStack();
  const pages: string[] = [];
  let now = 0;
  let left = deaf;
  const trigger: EmergencyParts['events']['trigger'] = async (_key, dedupKey, { summary }) => {
    if (left > 0) {
      left -= 1;
      throw new Error('PagerDuty is away, too');
    }
    expect(dedupKey).toMatch(/^[0-9a-f]{64}$/);
    pages.push(summary);
  };
  const unasked = (): never => {
    throw new Error('there is no database');
  };
  const emergency = openEmergency(
    {
      config: { rules: paged },
      // It is not asked before it is back.
      engine: {
        clock: () => now,
        get db() {
          return unasked();
        },
        get store() {
          return unasked();
        },
      },
      events: { trigger, resolve: async () => unasked() },
      keyOf: () => ({ name: 'pagerduty.default.routing_key', secret: { ref: 'env:KEY', reveal: () => 'key' } }),
      ...{ log: pino({ level: 'silent' }), after: 60_000 },
    },
    stack,
  );
  const refuse = async (second: number, body: string): Promise<void> => {
    now = second * 1_000;
    emergency.refused({ source: 'main', at: now, body });
    await nextTurn();
  };
  const stored = (second: number): void => {
    now = second * 1_000;
    emergency.stored();
  };
  return { pages, refuse, stored, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('nobody is paged in the first minute, then once for an alert group however often it is posted', async () => {
  await using away = openAway();
  for (const second of [0, 30, 59]) await away.refuse(second, bodyOf(1));
  expect(away.pages).toEqual([]);
  for (const second of [60, 90, 120]) await away.refuse(second, bodyOf(1));
  expect(away.pages).toEqual(['Down1 (critical). Vigie has no database']);
});

test('what is not critical, and what is no body, wakes nobody', async () => {
  await using away = openAway();
  for (const second of [0, 60]) {
    await away.refuse(second, bodyOf(1, 'warning'));
    await away.refuse(second, 'nonsense');
  }
  expect(away.pages).toEqual([]);
});

test('of a hundred alert groups twenty page: whoever is woken by these looks at all of them', async () => {
  await using away = openAway();
  for (const second of [0, 60, 61])
    for (let group = 0; group < 100; group += 1) await away.refuse(second, bodyOf(group));
  expect(away.pages).toHaveLength(20);
  expect(new Set(away.pages).size).toBe(20);
});

test('what PagerDuty does not take is tried again when Alertmanager posts again', async () => {
  await using away = openAway(2);
  for (const second of [0, 60, 65, 70, 75]) await away.refuse(second, bodyOf(1));
  expect(away.pages).toHaveLength(1);
});

test('two short absences are no long one', async () => {
  await using away = openAway();
  await away.refuse(0, bodyOf(1));
  await away.refuse(50, bodyOf(1));
  away.stored(51);
  await away.refuse(70, bodyOf(1));
  await away.refuse(100, bodyOf(1));
  expect(away.pages).toEqual([]);
  await away.refuse(130, bodyOf(1));
  expect(away.pages).toHaveLength(1);
});
