/** Calling people anew, and looking for what webhooks did not bring, against the simulated PagerDuty. */
import { expect, it } from 'vitest';
import { startPagerDuty } from '../../sandbox/pagerduty/server.ts';
import type { PagerEffect } from '../../src/incident/pager.ts';
import { openClient } from '../../src/pagerduty/client.ts';
import { reportOfLook } from '../../src/pagerduty/look.ts';
import { basesOf } from '../../src/pagerduty/settings.ts';
import { endless, setting } from './pager.ts';
import { perform, trigger } from './working.ts';

const noon = Date.parse('2026-01-05T12:00:00Z');
const later = noon + 60_000;
const again: PagerEffect = { ...trigger, again: true };

async function openStage() {
  const pd = await startPagerDuty({ standAt: noon });
  const client = openClient({
    bases: basesOf('us', { PAGERDUTY_EVENTS_URL: pd.url, PAGERDUTY_API_URL: pd.url }),
    api: { token: setting('pagerduty.api_token', 'sandbox-account-token'), from: 'vigie@example.com' },
    clock: () => pd.clock.now(),
    deadline: 1_000,
  });
  const key = setting('services.checkout.pagerduty.routing_key', '0123456789abcdef0123456789abc001');
  const receipts = new Map<string, string>();
  const other = setting('services.ledger.pagerduty.routing_key', '0123456789abcdef0123456789abc002');
  const keyOf = (routing: string) => (routing === 'service' ? key : other);
  const act = (effect: PagerEffect, since: number, writes = true) =>
    perform(client, effect, { since, now: since, receipts, parts: { keyOf, writes } });
  const look = async () => {
    const found = await client.rest?.incident(pd.incident().id, endless());
    return found === undefined || found === null ? null : reportOfLook(found, pd.clock.now());
  };
  return { pd, act, look, [Symbol.asyncDispose]: () => pd[Symbol.asyncDispose]() };
}

it('a page that comes again calls whoever has acknowledged it anew, once, whoever dies when', async () => {
  await using stage = await openStage();
  const { pd, act } = stage;
  await act(trigger, noon);
  pd.acknowledgeAs('Ben Brandt');
  expect(await act(again, later)).toMatchObject({ type: 'PageSent' });
  await act(again, later);
  expect(pd.transcript().match(/Ben Brandt is paged/g)).toHaveLength(2);
  expect(pd.incident().status).toBe('triggered');
  pd.assertClean();
});

it('a page by two keys calls the people of both anew, each once', async () => {
  await using stage = await openStage();
  const { pd, act } = stage;
  await act({ ...trigger, keys: ['service', 'ledger'] }, noon);
  expect(pd.state().incidents).toHaveLength(2);
  const before = pd.transcript().match(/ is paged/g)?.length ?? 0;
  await act({ ...again, keys: ['service', 'ledger'] }, later);
  await act({ ...again, keys: ['service', 'ledger'] }, later);
  expect(pd.transcript().match(/ is paged/g)).toHaveLength(2 * before);
});

it('one that comes again to a resolved incident makes a new one, and calls nobody twice', async () => {
  await using stage = await openStage();
  const { pd, act } = stage;
  await act(trigger, noon);
  pd.resolveAs('Ben Brandt');
  await act(again, noon);
  expect(pd.transcript().match(/Ben Brandt is paged/g)).toHaveLength(2);
  expect(pd.state().incidents).toHaveLength(2);
});

it('without a user in whose name it may write, it is only triggered', async () => {
  await using stage = await openStage();
  const { pd, act } = stage;
  await act(trigger, noon);
  pd.acknowledgeAs('Ben Brandt');
  await act(again, later, false);
  expect(pd.incident().status).toBe('acknowledged');
});

it('a look tells who acknowledged and who resolved, and nothing of what an integration did', async () => {
  await using stage = await openStage();
  const { pd, act, look } = stage;
  await act(trigger, noon);
  expect(await look()).toBeNull();
  await act({ type: 'pagerduty.acknowledge', keys: ['service'], dedupKey: 'vigie-12-1' }, noon);
  expect(await look()).toBeNull();
  pd.reassign('Ana Alves', 'Ben Brandt');
  pd.acknowledgeAs('Ben Brandt');
  const by = { id: 'pagerduty:PBEN', name: 'Ben Brandt' };
  expect(await look()).toMatchObject({ type: 'PagerAcknowledged', by });
  pd.resolveAs('Ben Brandt');
  expect(await look()).toMatchObject({ type: 'PagerResolved', by });
});
