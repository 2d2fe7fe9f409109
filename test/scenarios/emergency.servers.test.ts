/** The database is away while critical alerts come: PagerDuty hears of each group once, and the incident takes that page over. */
import { expect, test } from 'vitest';
import { startPagerDuty } from '../../sandbox/pagerduty/server.ts';
import { startPostgres } from '../servers/postgres.ts';
import { redis } from '../servers/redis.ts';
import { bodiesOf, startVigie } from './vigie.ts';

test('a critical alert pages although nothing can be stored, once, and its page ends with the incident', async () => {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (server) => server.stop());
  const database = await postgres.createDatabase();
  const bell = await redis.createDatabase();
  stack.defer(() => bell.drop());
  const pd = stack.use(await startPagerDuty());
  const vigie = stack.use(
    await startVigie({
      yaml: `incidents: {recover_hold: 1s}
pagerduty: {default: {routing_key: env:PD_KEY}}
policies: {default: {levels: [{id: L1, at: 2h, do: [{pagerduty: {}}]}]}}`,
      env: {
        ...{ DATABASE_URL: database.url, REDIS_URL: bell.url },
        ...{ PAGERDUTY_EVENTS_URL: pd.url, PD_KEY: pd.seed.services[0]?.integration.key ?? '' },
      },
      pace: { emergency: 1_000 },
    }),
  );
  const [, failing = '', oneBack = '', allClear = ''] = await bodiesOf('checkout-evening');
  const post = async (body: string): Promise<number> => (await vigie.post(body)).status;
  const paged = (): number => pd.state().incidents.length;

  await postgres.kill();
  expect(await post(failing)).toBe(503);
  expect(paged()).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(await post(allClear)).toBe(503);
  expect(await post(failing)).toBe(503);
  expect(await post(failing)).toBe(503);
  await pd.until(() => paged() === 1, 5_000);
  expect(pd.incident()).toMatchObject({ status: 'triggered' });
  expect(await post(failing)).toBe(503);

  await postgres.restart();
  await expect.poll(() => post(failing), { timeout: 15_000, interval: 300 }).toBe(200);
  await vigie.slack.until(
    () => vigie.slack.transcript().includes('While its database was away, Vigie paged PagerDuty from memory at'),
    20_000,
  );
  for (const body of [oneBack, allClear]) expect(await post(body)).toBe(200);
  await pd.until(() => pd.incident().status === 'resolved', 15_000);
  await pd.idle();
  expect(paged()).toBe(1);
  expect(await vigie.list()).toHaveLength(1);
  pd.assertClean();
  vigie.slack.assertClean();
}, 90_000);
