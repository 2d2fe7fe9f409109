/** A real Alertmanager drives the bot: it fires, groups, resolves and fires again, and retries while the bot can't store. */
import { expect, test } from 'vitest';
import { phaseOf } from '../../src/incident/incident.ts';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { startPostgres } from '../servers/postgres.ts';
import { redis } from '../servers/redis.ts';
import { startVigie } from './vigie.ts';
import type { Vigie } from './vigie.ts';

const route = ({ webhook, token }: Vigie): string => `
route: {receiver: vigie, group_by: [service], group_wait: 1s, group_interval: 2s, repeat_interval: 1h}
receivers:
- name: vigie
  webhook_configs:
  - url: ${webhook}
    send_resolved: true
    http_config: {authorization: {credentials: ${token}}}
`;

interface Sent {
  readonly name: string;
  readonly since: Date;
  readonly until?: Date;
}

const seconds = (count: number): Date => new Date(Date.now() + count * 1000);

test('fires, groups, resolves, fires again, and is retried while the database is away', async () => {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (server) => server.stop());
  const database = await postgres.createDatabase();
  const bell = await redis.createDatabase();
  stack.defer(() => bell.drop());
  const vigie = stack.use(
    await startVigie({
      yaml: 'incidents: {recover_hold: 2s}',
      env: { DATABASE_URL: database.url, REDIS_URL: bell.url },
    }),
  );
  const alertmanager = stack.adopt(await startAlertmanager({ config: route(vigie) }), (server) => server.stop());
  const send = async (...alerts: readonly Sent[]): Promise<void> => {
    const body = alerts.map(({ name, since, until }) => ({
      labels: { alertname: name, service: 'checkout', severity: 'critical' },
      annotations: { summary: `${name} is wrong` },
      startsAt: since,
      ...(until === undefined ? {} : { endsAt: until }),
    }));
    const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  };
  const reaches = async (number: number, wanted: string): Promise<void> => {
    await expect
      .poll(
        async () => {
          const { incident } = await vigie.show(number);
          const firing = Object.values(incident.alerts).filter(({ status }) => status === 'firing').length;
          return `${phaseOf(incident)}, episode ${incident.episode}, ${firing} of ${Object.keys(incident.alerts).length} firing`;
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(wanted);
  };
  const opened = async (count: number): Promise<void> => {
    await expect.poll(async () => (await vigie.list()).length, { timeout: 20_000, interval: 100 }).toBe(count);
  };

  const began = seconds(0);
  await send({ name: 'HighErrorRate', since: began }, { name: 'HighLatency', since: began });
  await opened(1);
  await reaches(1, 'triggered, episode 1, 2 of 2 firing');

  await send({ name: 'HighErrorRate', since: began, until: seconds(-0.1) });
  await reaches(1, 'triggered, episode 1, 1 of 2 firing');
  await send({ name: 'HighLatency', since: began, until: seconds(-0.1) });
  await reaches(1, 'resolved, episode 1, 0 of 2 firing');

  await postgres.kill();
  const again = seconds(0);
  await send({ name: 'HighErrorRate', since: again });
  await expect
    .poll(async () => (await fetch(`${alertmanager.url}/metrics`)).text(), { timeout: 20_000, interval: 200 })
    .toMatch(/alertmanager_notification_requests_failed_total\{integration="webhook"\} [1-9]/);
  await postgres.restart();
  await reaches(1, 'triggered, episode 2, 1 of 2 firing');
  await opened(1);
  await vigie.settled();
  vigie.slack.assertClean();
  expect(vigie.slack.state().channels.filter(({ name }) => name.startsWith('inc-'))).toHaveLength(1);
}, 90_000);
