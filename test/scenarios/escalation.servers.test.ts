/** Nobody answers in Slack, so PagerDuty pages; somebody acknowledges there, and it is seen here: word for word. */
import { expect, test } from 'vitest';
import { startPagerDuty } from '../../sandbox/pagerduty/server.ts';
import { productionSize } from './size.ts';
import { bodiesOf, startVigie } from './vigie.ts';

const yaml = `incidents: {recover_hold: 2s}
pagerduty: {api_token: env:PD_TOKEN, from: vigie@example.com, webhook_secrets: [env:PD_HOOK], default: {routing_key: env:PD_KEY}}
services:
  checkout:
    match: ['service="checkout"']
    slack: {group: S0ONCALL}
    pagerduty: {routing_key: env:PD_KEY, escalation_policy: PSHOP}
policies:
  default:
    levels:
      - {id: L1, name: first look, at: 0s, do: [{slack: {mention: group}}]}
      - {id: L2, name: on-call, at: 3s, do: [{pagerduty: {}}, {slack: {mention: oncall}}]}
      - {id: L3, name: engineering lead, at: 1h, do: [{pagerduty: {responders: [{user: PLEAD}]}}]}
    confirm: {pagerduty: 30s}
`;

/** Times, and names with chance in them, differ from run to run; everything else must not. */
const timeless = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>')
    .replace(/(after|lasted) \d+ (?:s|min)/g, '$1 <duration>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>');

/** What was said, without the card and the topic: how often they are drawn is chance. */
const said = (text: string): string =>
  text
    .split(/\n(?=\S)/)
    .filter((entry) => !/ (?:topic|purpose): /.test(entry) && !/^.*:\n {4}# /.test(entry))
    .join('\n');

test('an alert that nobody answers pages by PagerDuty, where somebody acknowledges it', async () => {
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
  const says = (text: string) => slack.until(() => slack.transcript().includes(text), 15_000);
  const [, failing, oneBack, allClear] = await bodiesOf('checkout-evening');

  expect((await vigie.post(failing ?? '')).status).toBe(200);
  await says('Level L1 first look');
  await says('Level L2 on-call: PagerDuty pages checkout');
  await says('PagerDuty has it');
  expect(pd.incident()).toMatchObject({ status: 'triggered' });

  pd.acknowledgeAs('Ben Brandt');
  await says('Ben Brandt acknowledged in PagerDuty for 30 min.');
  await says('*Held* by Ben Brandt until');
  await vigie.settled();
  expect((await vigie.show(1)).incident).toMatchObject({
    human: { is: 'acknowledged', by: { id: 'pagerduty:PBEN', name: 'Ben Brandt' } },
    ladder: { is: 'held' },
  });

  for (const body of [oneBack, allClear]) {
    expect((await vigie.post(body ?? '')).status).toBe(200);
    await vigie.settled();
  }
  await says('Resolved: all alerts stayed clear.');
  await pd.until(() => pd.incident().status === 'resolved', 10_000);
  await pd.idle();
  await vigie.settled();

  slack.assertClean();
  pd.assertClean();
  const channel = said(timeless(slack.transcript({ channel: 'inc-1-higherrorrate-and-1-more-checkout' })));
  await expect(channel).toMatchFileSnapshot('golden/escalation-channel.txt');
  await expect(timeless(pd.transcript())).toMatchFileSnapshot('golden/escalation-pagerduty.txt');
  expect((await vigie.show(1)).brokenAt).toBeNull();
}, 60_000);
