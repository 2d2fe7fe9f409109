/** Bad input, as it arrives at three in the morning: a clear error or a safe rendering, nothing lost, no secret in the log. */
import { expect, test } from 'vitest';
import { productionSize } from './size.ts';
import { bodiesOf, startVigie } from './vigie.ts';

test('what can not be accepted is refused with a reason, and changes nothing', async () => {
  await using size = await productionSize();
  await using vigie = await startVigie({ env: size.env });
  const [good = ''] = await bodiesOf('single-firing');
  const refusals: [string, number, RegExp][] = [
    ['{"version": "4", "alerts": [', 400, /JSON/],
    [good.replace('"version":"4"', '"version":"5"'), 400, /version/],
    [good.replace('"fingerprint"', '"fingerprnt"'), 400, /alerts\[0\]\.fingerprint/],
    [JSON.stringify({ version: '4' }), 400, /groupKey/],
    [`{"padding":"${'x'.repeat(9 * 2 ** 20)}"}`, 413, /8 MB/],
  ];
  for (const [body, status, reason] of refusals) {
    const answer = await vigie.post(body);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(reason)]);
  }
  const denied = await vigie.post(good, { authorization: 'Bearer wrong-token-of-an-intruder' });
  expect(denied.status).toBe(401);
  const nowhere = await fetch(vigie.webhook.replace('/main', '/elsewhere'), { method: 'POST', body: good });
  expect(nowhere.status).toBe(404);
  await vigie.settled();
  expect(await vigie.list()).toEqual([]);
  expect(vigie.log()).not.toMatch(
    /wrong-token-of-an-intruder|a-token-that-no-log-may-show|xoxb-sandbox|sandbox-signing-secret/,
  );
}, 60_000);

test('commands that Slack did not sign, or signed long ago or for the future, do nothing', async () => {
  await using size = await productionSize();
  await using vigie = await startVigie({ env: size.env });
  const { slack } = vigie;
  for (const forge of [{ signature: 'wrong' }, { timestampOffset: -400 }, { timestampOffset: 120 }] as const) {
    const outcome = await slack.command('ana', '#incidents', '/incident declare Forged', { forge });
    expect([forge, outcome.status]).toEqual([forge, 401]);
  }
  await slack.command('ana', '#incidents', '/incident declare Real');
  expect((await vigie.list()).map(({ title }) => title)).toEqual(['Real']);
}, 60_000);

test('hostile text reaches Slack as text, and a secret reaches no log', async () => {
  await using size = await productionSize();
  await using vigie = await startVigie({ env: size.env });
  for (const body of await bodiesOf('unicode-and-long')) expect((await vigie.post(body)).status).toBe(200);
  await vigie.settled();
  vigie.slack.assertClean();
  const said = JSON.stringify(vigie.slack.state().channels.map(({ messages }) => messages));
  expect(said).not.toMatch(/<!(?:channel|here|everyone)|<@U0ATTACKER/);
  expect(vigie.slack.calls().filter(({ status }) => status !== 200)).toEqual([]);
  expect((await vigie.list()).length).toBeGreaterThan(0);
  expect(vigie.log()).not.toMatch(/a-token-that-no-log-may-show|xoxb-sandbox|sandbox-signing-secret/);
}, 60_000);
