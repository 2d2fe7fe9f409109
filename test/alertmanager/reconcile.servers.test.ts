/** A real Alertmanager hides alerts and says nothing; the poller notices. */
import { expect, test } from 'vitest';
import { silenceAlerts } from '../../src/alertmanager/silences.ts';
import { openReal } from './reconcile-real.ts';
import { rules } from './reconcile-world.ts';
import { endless, order } from './silences-world.ts';

const slow = { alertname: 'HighLatency', service: 'checkout', severity: 'critical', node: 'n1' };
const warm = { alertname: 'NodeWarm', severity: 'warning', node: 'n1' };
const down = { alertname: 'NodeDown', severity: 'critical', node: 'n1' };

test('an alert that ends under a silence and fires again after it is told, although no webhook is', async () => {
  await using real = await openReal();
  const fingerprint = await real.fire(slow);
  await expect.poll(() => real.bodies.length, { timeout: 10_000 }).toBe(1);
  real.watch();
  await real.polled(2);
  expect(real.facts).toEqual([]);

  const until = Date.now() + 4_000;
  const parts = { api: real.api, clock: Date.now };
  await silenceAlerts(parts, { ...order, until, fingerprints: [fingerprint] }, endless());
  const muted = await real.told('muted', fingerprint);
  expect(muted).toMatchObject({ by: { is: 'silenced', until, by: 'Ana by Vigie' } });

  await real.post(slow, Date.now() - 60_000, Date.now() - 1);
  expect(await real.told('gone', fingerprint)).toMatchObject({ was: { is: 'silenced' } });
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, until + 300 - Date.now())));
  await real.post(slow, Date.now());
  await real.told('refired', fingerprint);
  await real.polled(4);
  expect(real.facts.map(({ is }) => is)).toEqual(['muted', 'gone', 'refired']);
  // Of the end nobody was told; of the new beginning nobody will be, until repeat_interval has passed.
  expect(real.bodies).toHaveLength(1);
  expect(real.troubles).toEqual([]);
}, 40_000);

test('an alert that still fires when its silence ends is told at once', async () => {
  await using real = await openReal();
  const fingerprint = await real.fire(slow);
  real.watch();
  const until = Date.now() + 2_500;
  await silenceAlerts({ api: real.api, clock: Date.now }, { ...order, until, fingerprints: [fingerprint] }, endless());
  await real.told('muted', fingerprint);
  await real.told('unmuted', fingerprint);
  expect(Date.now()).toBeGreaterThanOrEqual(until);
  await real.polled(3);
  expect(real.facts.map(({ is }) => is)).toEqual(['muted', 'unmuted']);
}, 30_000);

test('an alert is inhibited by another one, then not, then ends', async () => {
  await using real = await openReal();
  const fingerprint = await real.fire(warm);
  real.watch();
  await real.polled(1);
  const began = Date.now() - 1_000;
  await real.post(down, began);
  const muted = await real.told('muted', fingerprint);
  const inhibitor = (await real.api.alerts(endless())).find(({ labels }) => labels['alertname'] === 'NodeDown');
  expect(muted).toMatchObject({ by: { is: 'inhibited', by: [inhibitor?.fingerprint] } });
  await real.post(down, began, Date.now() - 1);
  await real.told('unmuted', fingerprint);
  await real.post(warm, Date.now() - 60_000, Date.now() - 1);
  await real.told('gone', fingerprint);
  expect(real.facts.map(({ is }) => is)).toEqual(['muted', 'unmuted', 'gone']);
}, 30_000);

test('an Alertmanager that restarts knows no alert, and nothing is gone by that', async () => {
  await using real = await openReal({ ...rules, polls: 2, emptyPolls: 2, absentFor: 200 });
  const fingerprint = await real.fire(slow);
  await silenceAlerts(
    { api: real.api, clock: Date.now },
    { ...order, until: Date.now() + 600_000, fingerprints: [fingerprint] },
    endless(),
  );
  real.watch();
  await real.told('muted', fingerprint);
  await real.alertmanager.restart();
  await real.polled(5);
  expect(await real.api.alerts(endless())).toEqual([]);
  // Its Prometheus tells it again, with the time of the beginning; the silence was kept.
  await real.post(slow, Date.now() - 60_000);
  await real.polled(3);
  expect(real.facts.map(({ is }) => is)).toEqual(['muted']);
  expect(real.troubles.length % 2).toBe(0);
}, 40_000);
