/** Slack is down: people are paged and heard all the same, and the channel and its history come later, marked as late. */
import { expect, test } from 'vitest';
import { confirm, endsWell, letPass, policyOf, took, yaml } from './escalation-outage.ts';
import { startPaged } from './escalation-paged.ts';
import type { Paged } from './escalation-paged.ts';

const quarter = 15 * 60_000;
const isHeldByBen = async ({ vigie }: Paged): Promise<void> => {
  const human = async (): Promise<unknown> => (await vigie.show(1)).incident.human;
  await expect.poll(human, { timeout: 10_000 }).toMatchObject({ is: 'acknowledged' });
};
const down = { method: '*', times: 1_000_000, fault: { status: 503 } } as const;

test('Slack is down: PagerDuty pages, Ben has it there, and a quarter of an hour later Slack shows all of it', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml });
  const { pd, slack, says } = paged;
  slack.fault(down);
  await paged.fire();
  expect(await took(() => pd.state().incidents.length === 1)).toBeLessThan(confirm);
  pd.acknowledgeAs('ben');
  await isHeldByBen(paged);
  expect(slack.state().channels.filter(({ name }) => name.startsWith('inc-'))).toEqual([]);
  letPass(quarter);
  slack.clearFaults();
  await says('posted 15 min late: Slack was unreachable');
  await says(' acknowledged in PagerDuty for 30 min.');
  await endsWell(paged, 'slack-down');
  expect(slack.transcript({ channel: 'incidents' })).toContain('posted 15 min late: Slack was unreachable');
}, 60_000);

test('PagerDuty and Slack are both down: the second pager is told, and both tell what was when they are back', async () => {
  await using paged = await startPaged({ policy: policyOf(['9s']), yaml });
  const { pd, second, slack, says } = paged;
  slack.fault(down);
  pd.fault({ fault: { status: 500 }, times: null });
  await paged.fire();
  expect(await took(() => second.length === 1)).toBeLessThan(2 * confirm);
  pd.clearFaults();
  await pd.until(() => pd.state().incidents.length === 1, 10_000);
  pd.acknowledgeAs('ben');
  await isHeldByBen(paged);
  letPass(quarter);
  slack.clearFaults();
  await says(' acknowledged in PagerDuty for 30 min.');
  await says('posted 15 min late: Slack was unreachable');
  await endsWell(paged, 'both-down');
  expect(second).toHaveLength(1);
}, 60_000);

test('PagerDuty and Slack are both down: a message in Slack that is tried first does not hold up the second pager', async () => {
  const list = '{slack: {channel: C0INCIDENTS, mention: channel}}, {webhook: {url: env:SECOND_PAGER}}';
  await using paged = await startPaged({ policy: policyOf([], list), yaml });
  const { pd, second, slack } = paged;
  slack.fault(down);
  pd.fault({ fault: { status: 500 }, times: null });
  await paged.fire();
  expect(await took(() => second.length === 1)).toBeLessThan(2 * confirm + 2_000);
  pd.clearFaults();
  slack.clearFaults();
  letPass(quarter);
  await pd.until(() => pd.state().incidents.length === 1, 10_000);
  await endsWell(paged, 'both-down-slack-first');
  expect(second).toHaveLength(1);
}, 60_000);
