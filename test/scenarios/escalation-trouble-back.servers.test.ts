/** PagerDuty comes back, or only in part: whatever it has of an incident in the end is seen here, added to, and proved. */
import { expect, test } from 'vitest';
import { confirm, endsWell, policyOf, took, yaml } from './escalation-outage.ts';
import { startPaged } from './escalation-paged.ts';

test('who acknowledges what the second key paged is seen here, and nobody else is called', async () => {
  await using paged = await startPaged({ policy: policyOf(['1h']), yaml });
  const { pd, second, vigie, says } = paged;
  pd.setService('checkout', { status: 'disabled' });
  await paged.fire();
  await took(() => pd.state().incidents.length === 1);
  pd.acknowledgeAs('ben');
  await says(' acknowledged in PagerDuty for 30 min.');
  expect((await vigie.show(1)).incident).toMatchObject({
    human: { is: 'acknowledged' },
    ladder: { is: 'held' },
  });
  await endsWell(paged, 'second-key');
  expect(second).toEqual([]);
}, 60_000);

test('PagerDuty takes in everything and nothing comes of it, by either key: the second pager is told', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml });
  const { pd, second } = paged;
  pd.fault({ api: 'events', action: 'trigger', fault: 'swallowed', times: null });
  await paged.fire();
  expect(await took(() => second.length === 1)).toBeLessThan(2 * confirm + 2_000);
  await endsWell(paged, 'all-swallowed', 0);
}, 60_000);

test('a level that adds people to what PagerDuty never took in pages it, so that there is something to add to', async () => {
  const policy = `    levels:
      - {id: L1, name: on-call, at: 0s, do: [{pagerduty: {}}]}
      - {id: L2, name: engineering lead, at: 8s, do: [{pagerduty: {responders: [{user: PLEAD}]}}]}
    confirm: {pagerduty: 4s}
    fallback: [{webhook: {url: env:SECOND_PAGER}}]`;
  await using paged = await startPaged({ policy, yaml });
  const { pd, second, says } = paged;
  pd.fault({ api: 'events', fault: { status: 503 }, times: null });
  await paged.fire();
  await took(() => second.length === 1);
  pd.clearFaults();
  await says('Level L2 engineering lead');
  await pd.until(() => pd.transcript().includes('Lena Lund is asked by Vigie to help'), 10_000);
  await endsWell(paged, 'added-later');
  expect(second).toHaveLength(1);
}, 60_000);
