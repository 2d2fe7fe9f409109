/** A real Alertmanager and the whole of Vigie: what people silence here, what others silence there, and what only a poll can see. */
import { expect, test } from 'vitest';
import { phaseOf } from '../../src/incident/incident.ts';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { freePort } from '../servers/child.ts';
import { productionSize } from './size.ts';
import { startVigie } from './vigie.ts';

const seconds = (count: number): Date => new Date(Date.now() + count * 1000);

test('alerts are silenced from Slack until the incident is over; what others silence is seen, and so is what fires again', async () => {
  await using stack = new AsyncDisposableStack();
  const size = stack.use(await productionSize());
  // Each must know the other's address, so a proxy's place is kept free for Alertmanager.
  const port = await freePort();
  const yaml = `incidents: {recover_hold: 1s, reopen_within: 1h}
policies: {default: {levels: [{id: L1, at: 0s, do: [{slack: {}}]}, {id: L2, at: 1h, do: [{slack: {}}]}]}}`;
  const api = `, api: {url: 'http://127.0.0.1:${port}'}`;
  const vigie = stack.use(await startVigie({ env: size.env, yaml, source: api, pace: { poll: 400 } }));
  const { slack } = vigie;
  const config = `
route: {receiver: vigie, group_by: [alertname], group_wait: 500ms, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: vigie
  webhook_configs:
  - {url: ${vigie.webhook}, send_resolved: true, http_config: {authorization: {credentials: ${vigie.token}}}}
`;
  const alertmanager = stack.adopt(await startAlertmanager({ config, port }), (server) => server.stop());
  const ask = async <T>(path: string, body?: object, method = 'POST'): Promise<T> => {
    const answer = await fetch(`${alertmanager.url}/api/v2${path}`, {
      ...(body === undefined && method === 'POST' ? {} : { method }),
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    // Alertmanager's own answers; the expectations are what checks them.
    return (text === '' ? null : JSON.parse(text)) as T;
  };
  const send = (name: string, since: Date, until?: Date): Promise<unknown> =>
    ask('/alerts', [
      {
        labels: { alertname: name, service: 'checkout', severity: 'critical' },
        startsAt: since,
        ...(until === undefined ? {} : { endsAt: until }),
      },
    ]);
  const reaches = async (number: number, phase: string): Promise<void> => {
    await expect
      .poll(async () => phaseOf((await vigie.show(number)).incident), { timeout: 10_000, interval: 50 })
      .toBe(phase);
  };
  const says = (text: string) => slack.until(() => slack.transcript().includes(text), 10_000);
  const silences = async (): Promise<readonly string[]> => {
    const all = await ask<readonly { comment: string; status: { state: string } }[]>('/silences');
    return all.map(({ comment, status }) => `${status.state}: ${comment.replace(/vigie [\w-]+/, 'vigie <mark>')}`);
  };

  // Ana silences what fires.
  const began = seconds(0);
  await send('HighLatency', began);
  await expect.poll(async () => (await vigie.list()).length, { timeout: 10_000, interval: 50 }).toBe(1);
  await reaches(1, 'triggered');
  await slack.command('ana', 'incidents', '/incident silence #1 1h deploying');
  await reaches(1, 'suppressed');
  await says('Silenced for ana');
  expect(await silences()).toEqual(['active: Incident 1: deploying [vigie <mark>]']);
  expect((await vigie.show(1)).incident.ladder).toMatchObject({ is: 'held' });
  // It is over, so the silence is lifted.
  await slack.command('ana', 'incidents', '/incident resolve #1 it was the deploy');
  await reaches(1, 'closed');
  await expect
    .poll(silences, { timeout: 10_000, interval: 50 })
    .toEqual(['expired: Incident 1: deploying [vigie <mark>]']);
  await says('The silence was lifted');

  // Bo silences another one in Alertmanager.
  const first = seconds(0);
  await send('DiskFull', first);
  await expect.poll(async () => (await vigie.list()).length, { timeout: 10_000, interval: 50 }).toBe(2);
  const { silenceID } = await ask<{ silenceID: string }>('/silences', {
    matchers: [{ name: 'alertname', value: 'DiskFull', isRegex: false, isEqual: true }],
    ...{ startsAt: seconds(0), endsAt: seconds(3_600), createdBy: 'Bo', comment: 'known' },
  });
  await reaches(2, 'suppressed');
  await says('1 alert silenced by Bo until');
  expect((await vigie.show(2)).incident.ladder).toMatchObject({ is: 'held' });

  // Under the silence it ends and fires again, and Alertmanager tells of neither.
  await send('DiskFull', first, seconds(-0.05));
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const again = seconds(0);
  await send('DiskFull', again);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await ask(`/silence/${silenceID}`, {}, 'DELETE');
  await reaches(2, 'triggered');
  await says('The silence of Bo on 1 alert ended');
  const [alert] = Object.values((await vigie.show(2)).incident.alerts);
  expect(alert).toMatchObject({ status: 'firing', muted: null, startsAt: again.getTime() });
  expect((await vigie.show(2)).incident.ladder).toMatchObject({ is: 'running' });
  await vigie.settled();
  slack.assertClean();
  for (const number of [1, 2]) expect((await vigie.show(number)).brokenAt).toBeNull();
}, 60_000);
