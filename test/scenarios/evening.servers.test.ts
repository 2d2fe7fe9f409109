/** An evening in Slack, from the first alert to the last button: what people see, word for word. */
import { expect, test } from 'vitest';
import { productionSize } from './size.ts';
import { bodiesOf, startVigie } from './vigie.ts';
import type { Vigie } from './vigie.ts';

/** Times differ from run to run; everything else must not. */
const timeless = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>')
    .replace(/(after|lasted) \d+ (?:s|min)/g, '$1 <duration>');

const told = ({ slack }: Vigie, channel: string): string => timeless(slack.transcript({ channel }));

test('a slow checkout is announced, acknowledged, led, resolved, re-opened and closed', async () => {
  await using size = await productionSize();
  await using vigie = await startVigie({
    env: size.env,
    yaml: `incidents: {recover_hold: 6s} # longer than two card edits are apart, so that each shows
services:
  checkout: {match: ['service="checkout"'], environment: production, slack: {group: S0ONCALL}}
`,
  });
  const { slack } = vigie;
  const [slow, failing, oneBack, allClear, again] = await bodiesOf('checkout-evening');
  const report = async (body = ''): Promise<void> => {
    expect((await vigie.post(body)).status).toBe(200);
    await vigie.settled();
  };
  await report(slow);
  await report(failing);
  await slack.click('ana', '#incidents', 'newest', 'vigie.acknowledge');
  await vigie.settled();
  const late = await slack.command('ben', '#inc-1-highlatency-checkout', '/incident ack');
  expect(late.ephemeral.map(({ text }) => text)).toEqual(['ana holds incident 1. Take command if you lead now.']);
  await slack.click('ben', '#inc-1-highlatency-checkout', 'newest', 'vigie.take-command');
  await vigie.settled();
  await report(oneBack);
  await report(allClear);
  await slack.until(() => slack.transcript().includes('Resolved: all alerts stayed clear.'), 15_000);
  await vigie.settled();
  await report(again);
  const asked = await slack.click('ana', '#inc-1-highlatency-checkout', 'newest', 'vigie.resolve');
  const form = await slack.until(() => asked.view);
  const silent = await slack.submit('ana', form.id, { 'vigie.reason': '' }).catch(String);
  expect(JSON.stringify(silent)).toMatch(/reason/i);
  await slack.submit('ana', form.id, { 'vigie.reason': 'The deploy of 17:40 was rolled back' });
  await vigie.settled();
  slack.assertClean();
  // Whether the first post already has the channel's link is a race of two lanes that both ways end well.
  const announced = told(vigie, 'incidents');
  await expect(announced.slice(announced.indexOf('Severity rose'))).toMatchFileSnapshot('golden/evening-incidents.txt');
  await expect(told(vigie, 'inc-1-highlatency-checkout')).toMatchFileSnapshot('golden/evening-channel.txt');
  expect((await vigie.show(1)).brokenAt).toBeNull();
}, 60_000);
