/** A source's heartbeat through the store: heard in the drain, judged in a commit, and its silence is an incident. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { translate } from '../../src/alertmanager/payload.ts';
import { parseMatcher } from '../../src/config/matcher.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { listIncidents, showIncident } from '../../src/store/queries.ts';
import { nameSources, openStore } from '../../src/store/store.ts';
import { judge, listenTo, withoutBeats } from '../../src/wiring/watchdog.ts';
import { at, paged } from '../incident/samples.ts';

const heartbeat = {
  match: [parseMatcher('alertname="Watchdog"')],
  ...{ per: 'cluster', expected: ['eu-1'], missAfter: 5 * 60_000, grace: 15 * 60_000, policy: 'production' },
};
const config = { sources: { main: { bearer: [], basic: [], api: null, heartbeat } } };

/** What Alertmanager posts of a disk that is full somewhere. */
const full = (cluster: string): string =>
  JSON.stringify({
    ...{ version: '4', groupKey: `{}:{cluster="${cluster}"}`, receiver: 'vigie', groupLabels: {} },
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'Full', cluster, severity: 'warning' },
        ...{
          annotations: {},
          startsAt: '2026-11-16T00:00:00Z',
          fingerprint: Buffer.from(cluster).toString('hex').padStart(16, '0'),
        },
      },
    ],
  });

/** What Alertmanager posts of the heartbeat; its severity alone would open an incident. */
const beat = JSON.stringify({
  ...{ version: '4', groupKey: '{}:{alertname="Watchdog"}', receiver: 'vigie', groupLabels: {} },
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Watchdog', cluster: 'eu-1', severity: 'critical' },
      ...{ annotations: {}, startsAt: '2026-11-16T00:00:00Z', fingerprint: 'abcdef0123456789' },
    },
  ],
});

/** A store in which one source has a heartbeat. */
async function openHeard() {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vigie-watchdog-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { db } = stack.use(await openDatabase({ kind: 'pglite', folder }));
  await migrate(db, at(0));
  await nameSources(db, ['main']);
  const watch = { recorded: () => undefined, refused: () => undefined, parked: () => undefined };
  let now = at(0);
  const store = openStore({ db, rules: paged, clock: () => now, ring: () => undefined, watch });
  const drain = () =>
    store.drain(
      'main',
      (source, stored) => withoutBeats(translate(source, stored, paged.severities), heartbeat),
      listenTo(config, 'main'),
    );
  const look = async (minute: number): Promise<readonly string[]> => {
    now = at(minute);
    await judge({ store }, 'main', heartbeat, { at: now, since: at(0) });
    return (await listIncidents(db, true, 10)).map(({ title, phase, severity }) => `${title}, ${severity}, ${phase}`);
  };
  const hears = async (minute: number, body = beat): Promise<void> => {
    now = at(minute);
    await store.accept({ source: 'main', at: now, body });
  };
  const running = stack.move();
  return { db, drain, look, hears, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

test('the silence of a heartbeat opens one incident, the waiting inbox is no silence, and two beats end it', async () => {
  await using heard = await openHeard();
  const { db, drain, look, hears } = heard;
  await hears(1);
  await drain();
  expect(await look(5)).toEqual([]);
  // It beat at minute 6, which is not recorded yet.
  await hears(6);
  expect(await look(7)).toEqual([]);
  await drain();
  expect(await look(11)).toEqual([]);
  expect(await look(12)).toEqual(['monitoring silent: eu-1, critical, triggered']);
  expect(await look(13)).toHaveLength(1);

  await hears(14);
  await drain();
  expect(await look(15)).toEqual(['monitoring silent: eu-1, critical, triggered']);
  await hears(16);
  await drain();
  expect(await look(17)).toEqual(['monitoring silent: eu-1, critical, resolved']);
  const shown = await showIncident(db, 1);
  expect(shown?.brokenAt).toBeNull();
  expect(shown && phaseOf(shown.incident)).toBe('resolved');
}, 60_000);

test('while a cluster is silent, nobody knows whether what fired in it still does', async () => {
  await using heard = await openHeard();
  const { db, drain, look, hears } = heard;
  const signals = async (): Promise<readonly (string | undefined)[]> =>
    Promise.all([1, 2].map(async (number) => (await showIncident(db, number))?.incident.signal.is));
  await hears(1);
  await hears(2, full('eu-1'));
  await hears(2, full('us-1'));
  await drain();
  await look(12);
  expect(await signals()).toEqual(['unknown', 'firing']);
  await hears(14, full('eu-1'));
  await drain();
  expect(await signals()).toEqual(['firing', 'firing']);
}, 60_000);
