/** PagerDuty is in trouble: what is tried instead and how soon, what is said of it, and that nobody is paged twice when it is back. */
import { expect, test } from 'vitest';
import { confirm, endsWell, keysOf, policyOf, took, yaml } from './escalation-outage.ts';
import { startPaged } from './escalation-paged.ts';

test('PagerDuty answers 5xx: the second pager is told in time, and PagerDuty pages once it is back', async () => {
  await using paged = await startPaged({ policy: policyOf(['1h']), yaml });
  const { pd, second, says } = paged;
  pd.fault({ api: 'events', fault: { status: 503 }, times: null });
  await paged.fire();
  expect(await took(() => second.length === 1)).toBeLessThan(2 * confirm);
  expect(pd.state().incidents).toEqual([]);
  pd.clearFaults();
  await pd.until(() => pd.state().incidents.length === 1, 3 * confirm);
  pd.acknowledgeAs('ben');
  await says(' acknowledged in PagerDuty for');
  await endsWell(paged, '5xx');
  expect(second).toHaveLength(1);
  expect([second[0]?.dedup_key]).toEqual(keysOf(paged));
}, 60_000);

test('PagerDuty answers 429 for ten minutes: each level is told otherwise in time, and PagerDuty is not pressed', async () => {
  await using paged = await startPaged({ policy: policyOf(['3s', '6s']), yaml });
  const { pd, second, says } = paged;
  pd.fault({ api: 'events', fault: { status: 429 }, forMs: 600_000 });
  await paged.fire();
  expect(await took(() => second.length === 1)).toBeLessThan(confirm);
  await took(() => second.length === 2);
  expect(new Set(second.map(({ id }) => id)).size).toBe(2);
  // Each key was tried once for each page: what has to wait longer than there is time is not tried again.
  expect(pd.calls().filter(({ api }) => api === 'events')).toHaveLength(4);
  pd.clearFaults();
  await pd.until(() => pd.state().incidents.length === 1, 10_000);
  pd.acknowledgeAs('ben');
  await says(' acknowledged in PagerDuty for');
  await endsWell(paged, '429');
  expect(second).toHaveLength(2);
  expect(
    pd.calls().filter(({ status, body }) => status === 202 && JSON.stringify(body).includes('trigger')),
  ).toHaveLength(1);
}, 60_000);

test('PagerDuty takes pages in and nothing comes of it: the second key pages in time, and the channel says why', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml });
  const { pd, second } = paged;
  pd.setService('checkout', { status: 'disabled' });
  await paged.fire();
  expect(await took(() => pd.state().incidents.length === 1)).toBeLessThan(confirm + 2_000);
  expect(pd.incident()).toMatchObject({ status: 'triggered', service: { summary: 'ledger' } });
  await paged.says('made no incident of it');
  await endsWell(paged, 'swallowed');
  expect(second).toEqual([]);
}, 60_000);

test('PagerDuty does not answer: nobody waits for it longer than the policy says', async () => {
  await using paged = await startPaged({ policy: policyOf(['1h'], '{webhook: {url: env:SECOND_PAGER}}'), yaml });
  const { pd, second, says } = paged;
  pd.fault({ api: 'events', fault: 'hang', times: null });
  await paged.fire();
  expect(await took(() => second.length === 1)).toBeLessThan(confirm + 2_500);
  pd.clearFaults();
  await pd.until(() => pd.state().incidents.length === 1, 3 * confirm);
  pd.acknowledgeAs('ben');
  await says(' acknowledged in PagerDuty for');
  await endsWell(paged, 'hanging');
  expect(second).toHaveLength(1);
}, 60_000);

test('the answers of PagerDuty are lost: it is told again, and wakes Ben once', async () => {
  await using paged = await startPaged({ policy: policyOf(), yaml });
  const { pd, second, says } = paged;
  pd.fault({ api: 'events', fault: { status: 500, when: 'after' }, times: 2 });
  await paged.fire();
  await says('PagerDuty has it');
  await endsWell(paged, 'lost-answers');
  expect(second).toEqual([]);
}, 60_000);
