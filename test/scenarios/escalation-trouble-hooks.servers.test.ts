/** What comes from PagerDuty is forged, replayed, in the wrong order, twenty times the same, or can't be stored: nothing changes twice. */
import { expect, test } from 'vitest';
import { hook, sign, user } from '../pagerduty/hooks.ts';
import { startPostgres } from '../servers/postgres.ts';
import { endsWell, policyOf, yaml } from './escalation-outage.ts';
import { startPaged } from './escalation-paged.ts';
import type { Paged } from './escalation-paged.ts';
import type { Vigie } from './vigie.ts';

const ben = user('PBEN', 'Ben Brandt');

/** An event about the incident that PagerDuty has, so many milliseconds from now. */
const event = ({ pd }: Paged, type: string, id: string, after = 0): string =>
  hook(`incident.${type}`, {
    ...{ id, agent: ben, at: new Date(Date.now() + after).toISOString() },
    data: { id: pd.incident().id, incident_key: null },
  });

const post = async ({ app }: Vigie, body: string, secret: string): Promise<number> => {
  const headers = { 'x-pagerduty-signature': sign(secret, body), 'content-type': 'application/json' };
  return (await fetch(`${app.publicUrl}/pagerduty/webhooks`, { method: 'POST', body, headers })).status;
};

/** What the incident has become, and how often which line stands in its timeline. */
async function standOf({ vigie }: Paged): Promise<{ readonly human: string; readonly lines: string }> {
  const { incident, timeline } = await vigie.show(1);
  const heard = ['Acknowledged', 'AcknowledgementFell', 'PagerJoined', 'PagerTold', 'Closed'];
  const lines = timeline.map(({ line }) => line.type).filter((type) => heard.includes(type));
  return { human: incident.human.is, lines: lines.join(' ') };
}

/** Whatever waits is drained once a second. */
const drained = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 2_500));

test('to two bots come forgeries, one event twenty times, replays, and what happened before the end', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml });
  const { pd, says, vigie } = paged;
  const { webhookSecret: secret } = pd.seed;
  await paged.fire();
  await says('PagerDuty has it');
  await using other = await paged.another();
  const bots = [vigie, other];
  const send = (body: string, times: number, by = secret): Promise<readonly number[]> =>
    Promise.all(Array.from({ length: times }, (_, turn) => post(bots[turn % 2] ?? vigie, body, by)));
  const acknowledged = event(paged, 'acknowledged', 'E1');

  expect(new Set(await send(acknowledged, 20, 'not the secret'))).toEqual(new Set([401]));
  await drained();
  expect(await standOf(paged)).toEqual({ human: 'open', lines: '' });

  expect(new Set(await send(acknowledged, 20))).toEqual(new Set([202]));
  await says(' acknowledged in PagerDuty for 30 min.');
  expect(await standOf(paged)).toEqual({ human: 'acknowledged', lines: 'Acknowledged' });

  expect(await send(event(paged, 'unacknowledged', 'E2', 10), 2)).toEqual([202, 202]);
  await says('does not hold it in PagerDuty any more');
  // Who recorded a signed body may send it again for ever: it is the same event, or one of an earlier time.
  expect(await send(acknowledged, 4)).toEqual([202, 202, 202, 202]);
  expect(await send(acknowledged.replace('"E1"', '"E3"'), 2)).toEqual([202, 202]);
  await drained();
  expect(await standOf(paged)).toEqual({ human: 'open', lines: 'Acknowledged AcknowledgementFell' });

  const before = event(paged, 'acknowledged', 'E4', 20);
  expect(await send(event(paged, 'resolved', 'E5', 30), 2)).toEqual([202, 202]);
  await says(' closed the incident');
  expect(await send(before, 2)).toEqual([202, 202]);
  await drained();
  expect(await standOf(paged)).toEqual({ human: 'closed', lines: 'Acknowledged AcknowledgementFell Closed' });
  await paged.ends();
}, 60_000);

test('what Ben does comes in the wrong order, and twice', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml });
  const { pd, says } = paged;
  await paged.fire();
  await says('PagerDuty has it');
  pd.hookFault({ event: 'incident.acknowledged', fault: 'swapped' });
  pd.hookFault({ event: 'incident.resolved', fault: 'twice' });
  pd.acknowledgeAs('ben');
  pd.resolveAs('ben');
  await says(' closed the incident');
  await pd.idle();
  await drained();
  expect(await standOf(paged)).toEqual({ human: 'closed', lines: 'Closed' });
  const sent = pd.state().deliveries.map(({ type, status }) => `${type.replace('incident.', '')} ${status}`);
  expect(sent).toEqual(['triggered 202', 'resolved 202', 'resolved 202', 'acknowledged 202']);
  await paged.ends();
}, 60_000);

test('the database is away: PagerDuty is told to come again, and what it brings then is taken in once', async () => {
  const postgres = await startPostgres();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => postgres.stop());
  const { url } = await postgres.createDatabase();
  const paged = stack.use(await startPaged({ policy: policyOf(), yaml, env: { DATABASE_URL: url } }));
  const { pd, says } = paged;
  await paged.fire();
  await says('PagerDuty has it');
  await postgres.kill();
  pd.acknowledgeAs('ben');
  await pd.idle();
  expect(pd.state().deliveries.at(-1)).toMatchObject({ type: 'incident.acknowledged', status: 503, verdict: 'again' });
  await postgres.restart();
  await expect.poll(async () => (await pd.redeliver()).status, { timeout: 20_000, interval: 300 }).toBe(202);
  await pd.clock.advance(61_000);
  await pd.idle();
  await says(' acknowledged in PagerDuty for 30 min.');
  await drained();
  expect(await standOf(paged)).toEqual({ human: 'acknowledged', lines: 'Acknowledged' });
  await endsWell(paged, null);
}, 90_000);
