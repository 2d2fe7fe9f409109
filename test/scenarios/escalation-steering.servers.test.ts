/** Nobody answers, up to the CTO; then people take over, keep it, and hand it on: word for word, in Slack and in PagerDuty. */
import { expect, test, vi } from 'vitest';
import { startPagerDuty } from '../../sandbox/pagerduty/server.ts';
import { productionSize } from './size.ts';
import { bodiesOf, startVigie } from './vigie.ts';

/** The standard policy, in seconds. */
const yaml = `pagerduty: {api_token: env:PD_TOKEN, from: vigie@example.com, webhook_secrets: [env:PD_HOOK], default: {routing_key: env:PD_KEY}}
services:
  checkout: {match: ['service="checkout"'], slack: {group: S0ONCALL}, pagerduty: {routing_key: env:PD_KEY, escalation_policy: PSHOP}}
policies:
  default:
    levels:
      - {id: L1, name: automated recovery, at: 0s, do: [{slack: {}}]}
      - {id: L2, name: on-call, at: 1s, do: [{pagerduty: {}}, {slack: {mention: oncall}}]}
      - {id: L3, name: engineering lead, at: 2s, do: [{pagerduty: {responders: [{user: PLEAD}]}}]}
      - {id: L4, name: CTO, at: 3s, do: [{pagerduty: {responders: [{user: PCTO}]}}]}
    ack: {lease: 4s, remind_before: 1s}
    confirm: {pagerduty: 30s}
`;

/** Times, and names with chance in them, differ from run to run; everything else must not. */
const timeless = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>')
    .replace(/\d\d:\d\d UTC/g, '<time>')
    .replace(/(after|lasted) \d+ (?:s|min)/g, '$1 <duration>')
    .replace(/\[vigie [\d-]+\]/g, '[vigie <effect>]')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>');

/** What was said, without the card and the topic: how often they are drawn is chance. What is typed comes in between. */
const said = (text: string): string =>
  text
    .split(/\n(?=\S)/)
    .filter((entry) => !/ (?:topic|purpose): | types \/|\(only \w+ sees\)/.test(entry) && !/^.*:\n {4}# /.test(entry))
    .join('\n');

test('nobody answers up to the CTO; then it is taken, kept longer, and handed on', async () => {
  await using size = await productionSize();
  await using pd = await startPagerDuty();
  const { key } = pd.seed.services[0]?.integration ?? { key: '' };
  const env = {
    ...size.env,
    ...{ PAGERDUTY_EVENTS_URL: pd.url, PAGERDUTY_API_URL: pd.url },
    ...{ PD_TOKEN: 'sandbox-account-token', PD_HOOK: pd.seed.webhookSecret, PD_KEY: key },
  };
  await using vigie = await startVigie({ env, yaml });
  const { slack } = vigie;
  pd.connectApp(`${vigie.app.publicUrl}/pagerduty/webhooks`);
  const channel = '#inc-1-higherrorrate-and-1-more-checkout';
  const says = (text: string) => slack.until(() => slack.transcript().includes(text), 15_000);
  const types = async (who: string, line: string): Promise<string> => {
    const { ephemeral } = await slack.command(who, channel, line);
    return ephemeral.map(({ text }) => text).join('\n');
  };
  const [, failing] = await bodiesOf('checkout-evening');

  expect((await vigie.post(failing ?? '')).status).toBe(200);
  await says('Level L4 CTO');
  expect(pd.incident()['title']).toContain('HighErrorRate');

  slack.join('ana', channel);
  expect(await types('ana', '/incident ack')).toBe('You hold incident 1 for 4 s.');
  await says('The acknowledgement by ana ended. Nobody holds this incident.');
  await says('Nobody holds it any more. Again level L4 CTO');
  const answered = async () => JSON.stringify((await vigie.show(1)).incident).match(/"stand":"done"/g)?.length === 5;
  await vi.waitUntil(answered, { timeout: 10_000, interval: 50 });

  await types('ana', '/incident ack');
  expect(await types('ana', '/incident snooze 2h')).toBe('You hold incident 1 for 2 h.');
  expect(await types('ana', '/incident handoff @ben the cache is full')).toBe(
    'ben is asked to take the command of incident 1.',
  );
  expect(await types('ben', '/incident handoff accept')).toBe('You command incident 1.');
  expect(await types('ben', '/incident snooze 1h')).toBe('You hold incident 1 for 60 min.');
  await says('ben took the command that ana offered.');
  await pd.until(() => JSON.stringify(pd.transcript()).includes('ben took the command'), 10_000);
  await types('ben', '/incident resolve emptied the cache');
  await pd.until(() => pd.incident().status === 'resolved', 10_000);
  await pd.idle();
  await vigie.settled();

  slack.assertClean();
  pd.assertClean();
  const told = said(timeless(slack.transcript({ channel: channel.slice(1) })));
  await expect(told).toMatchFileSnapshot('golden/escalation-steering-channel.txt');
  await expect(timeless(pd.transcript())).toMatchFileSnapshot('golden/escalation-steering-pagerduty.txt');
  expect((await vigie.show(1)).brokenAt).toBeNull();
}, 60_000);
