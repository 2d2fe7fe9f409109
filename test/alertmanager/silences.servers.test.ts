/** Silences at a real Alertmanager: what they hide, that they are made once, prolonged under their id, and ended. */
import { expect, test } from 'vitest';
import { openApi, type SilenceWish } from '../../src/alertmanager/api.ts';
import { expireSilence, extendSilence, silenceAlerts } from '../../src/alertmanager/silences.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { openReal } from './reconcile-real.ts';
import { endless, order } from './silences-world.ts';

const pod = (name: string, service = 'checkout') => ({ alertname: 'HighLatency', service, pod: name });

test('a silence hides its alerts and no other, is made once, prolonged under its id, and ended', async () => {
  await using real = await openReal();
  const { api } = real;
  const parts = { api, clock: Date.now };
  const ours = [
    await real.fire(pod('a.1"\\')),
    await real.fire(pod('b|2\n')),
    await real.fire({ ...pod('c'), alertname: 'Böse 🔥' }),
  ];
  const other = await real.fire(pod('c'));
  const until = Date.now() + 60_000;
  const wish = { ...order, until, fingerprints: ours };
  const made = await silenceAlerts(parts, wish, endless());
  if (isRefusal(made)) throw new Error(made.refused);
  const idOf = (fingerprint = ''): string | undefined =>
    made.silenced.find(({ fingerprints }) => fingerprints.includes(fingerprint))?.id;

  const silencedBy = async (): Promise<Record<string, readonly string[]>> =>
    Object.fromEntries((await api.alerts(endless())).map((alert) => [alert.fingerprint, alert.silencedBy]));
  const [first, second] = [idOf(ours[0]), idOf(ours[2])];
  expect(made.silenced).toHaveLength(2);
  expect(idOf(ours[1])).toBe(first);
  expect(await silencedBy()).toEqual({
    [ours[0] ?? '']: [first],
    [ours[1] ?? '']: [first],
    [ours[2] ?? '']: [second],
    [other]: [],
  });

  expect(await silenceAlerts(parts, wish, endless())).toMatchObject({
    silenced: expect.arrayContaining([expect.objectContaining({ id: first }) as object]) as object,
  });
  expect(await api.silences(endless())).toHaveLength(2);

  const { mark } = order;
  const longer = { id: first ?? '', mark, until: until + 60_000 };
  for (const _ of [1, 2]) {
    expect(await extendSilence(parts, longer, endless())).toEqual({ is: 'lasts', id: first, until: until + 60_000 });
  }
  expect(await api.silences(endless())).toHaveLength(2);

  for (const id of made.silenced.map((one) => one.id)) {
    expect(await expireSilence(parts, { id, mark }, endless())).toEqual({ is: 'over', id });
    expect(await expireSilence(parts, { id, mark }, endless())).toEqual({ is: 'over', id });
    expect(await extendSilence(parts, { ...longer, id }, endless())).toEqual({ is: 'over', id });
  }
  expect(Object.values(await silencedBy()).flat()).toEqual([]);
}, 30_000);

test('a silence whose answer is lost is found by the next attempt', async () => {
  await using real = await openReal();
  const fingerprint = await real.fire(pod('a'));
  let lost = 0;
  const api = {
    ...real.api,
    postSilence: async (wish: SilenceWish, signal: AbortSignal): Promise<string> => {
      const id = await real.api.postSilence(wish, signal);
      lost += 1;
      if (lost === 1) throw new Error('the answer is lost');
      return id;
    },
  };
  const wish = { ...order, until: Date.now() + 60_000, fingerprints: [fingerprint] };
  await expect(silenceAlerts({ api, clock: Date.now }, wish, endless())).rejects.toThrow('lost');
  expect(await silenceAlerts({ api, clock: Date.now }, wish, endless())).toMatchObject({
    silenced: [{ fingerprints: [fingerprint] }],
  });
  expect(await api.silences(endless())).toHaveLength(1);
}, 30_000);

test('what Alertmanager refuses or does not know is said in a sentence', async () => {
  await using real = await openReal();
  const { api, alertmanager } = real;
  const unknown = '7d8dd21e-0000-4000-8000-000000000000';
  expect(await api.silence(unknown, endless())).toBeNull();
  expect(await api.expireSilence(unknown, endless())).toBe(false);
  const past: SilenceWish = {
    id: null,
    matchers: [],
    startsAt: new Date(Date.now() - 120_000).toISOString(),
    endsAt: Date.now() - 60_000,
    createdBy: 'Ana',
    comment: 'x',
  };
  await expect(api.postSilence(past, endless())).rejects.toThrow(
    /does not do this: answered 422: matchers in body should have at least 1 items\. Trying again does not help/,
  );
  const name = { name: 'alertname', value: 'A', isRegex: false, isEqual: true };
  await expect(api.postSilence({ ...past, matchers: [name] }, endless())).rejects.toThrow(
    /answered 400: .*end time can't be in the past/,
  );
  await using lost = openApi({ source: 'main', url: `${alertmanager.url}/prefix`, auth: null });
  await expect(lost.status(endless())).rejects.toThrow(
    /has no API v2 there .*: put its own address in sources\.main\.api\.url/,
  );
  const { age, version } = await api
    .status(endless())
    .then(({ now, startedAt, ...status }) => ({ ...status, age: (now ?? 0) - startedAt }));
  expect(version).toMatch(/^0\.\d+\.\d+$/);
  expect(Math.abs(age)).toBeLessThan(60_000);
}, 30_000);
