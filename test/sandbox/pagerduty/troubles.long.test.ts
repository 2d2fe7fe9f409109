/** Ordered faults: refusals, delays, lost answers, and events that are accepted and swallowed. */

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { account, ask, enqueue, follow, minute, put, trigger } from './account.ts';

let pd: PagerDutySandbox;
beforeEach(async () => {
  pd = await account();
});
afterEach(() => pd[Symbol.asyncDispose]());

it('an event is accepted and nothing comes of it, or something only later', async () => {
  pd.fault({ api: 'events', fault: 'swallowed' });
  pd.fault({ api: 'events', fault: { lateMs: 2 * minute } });
  expect((await enqueue(pd, trigger())).status).toBe(202);
  expect((await enqueue(pd, trigger())).status).toBe(202);
  expect(pd.state().incidents).toEqual([]);
  await pd.clock.advance(2 * minute);
  expect(pd.incident()).toMatchObject({ triggers: 1 });
});

it('429 for some time tells how long it will be, but for events, which are told nothing', async () => {
  pd.fault({ fault: { status: 429 }, forMs: 10 * minute });
  await pd.clock.advance(4 * minute);
  const rest = await ask(pd, 'GET', '/incidents');
  expect([rest.status, rest.headers.get('ratelimit-remaining'), rest.headers.get('ratelimit-reset')]).toEqual([
    ...[429, '0', '360'],
  ]);
  expect(rest.body).toEqual({ error: { code: 2020, message: 'Rate Limit Exceeded' } });
  const event = await enqueue(pd, trigger());
  expect([event.status, event.headers.get('ratelimit-reset')]).toEqual([429, null]);
  await pd.clock.advance(6 * minute);
  expect((await enqueue(pd, trigger())).status).toBe(202);
});

it('a 429 may be bare, a 5xx may come before or after the work', async () => {
  pd.fault({ api: 'events', fault: { status: 503 } });
  pd.fault({ api: 'events', fault: { status: 500, when: 'after' } });
  pd.fault({ api: 'rest', fault: { status: 429, bare: true } });
  expect((await enqueue(pd, trigger())).status).toBe(503);
  expect(pd.state().incidents).toEqual([]);
  expect((await enqueue(pd, trigger())).status).toBe(500);
  expect(pd.state().incidents).toHaveLength(1);
  const bare = await ask(pd, 'GET', '/incidents');
  expect([bare.status, bare.text, bare.headers.get('ratelimit-reset')]).toEqual([429, '', null]);
});

it('the connection is cut before or after the work', async () => {
  pd.fault({ action: 'trigger', fault: { cut: 'before' } });
  pd.fault({ action: 'trigger', fault: { cut: 'after' } });
  await expect(enqueue(pd, trigger())).rejects.toThrow('fetch failed');
  expect(pd.state().incidents).toEqual([]);
  await expect(enqueue(pd, trigger())).rejects.toThrow('fetch failed');
  expect(pd.state().incidents).toHaveLength(1);
  expect(pd.calls().map(({ status }) => status)).toEqual([0, 0]);
});

it('answers hang, come late, are empty or a proxy’s page', async () => {
  pd.fault({ api: 'events', fault: 'hang' });
  const hanging = fetch(`${pd.url}/v2/enqueue`, {
    method: 'POST',
    body: JSON.stringify(trigger()),
    signal: AbortSignal.timeout(100),
  });
  await expect(hanging).rejects.toThrow('timeout');
  pd.fault({ api: 'events', fault: { delayMs: 30 } });
  pd.fault({ api: 'events', fault: 'empty' });
  pd.fault({ api: 'events', fault: 'garbage' });
  const started = performance.now();
  expect((await enqueue(pd, trigger())).status).toBe(202);
  expect(performance.now() - started).toBeGreaterThan(25);
  const empty = await enqueue(pd, trigger());
  expect([empty.status, empty.text]).toEqual([202, '']);
  expect((await enqueue(pd, trigger())).text).toContain('502 Bad Gateway');
});

it('orders choose by method, path and action, how many they skip, and how often they happen', async () => {
  pd.fault({ method: 'PUT', path: '/incidents/*', times: null, fault: { status: 500 } });
  pd.fault({ action: 'resolve', skip: 1, times: 2, fault: { status: 500 } });
  await enqueue(pd, trigger());
  const { id } = pd.incident();
  expect((await put(pd, id, { status: 'acknowledged' })).status).toBe(500);
  expect((await put(pd, id, { status: 'acknowledged' })).status).toBe(500);
  expect((await ask(pd, 'GET', `/incidents/${id}`)).status).toBe(200);
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await enqueue(pd, follow('resolve'))).status);
  expect(statuses).toEqual([202, 500, 500, 202]);
  pd.clearFaults();
  expect(pd.state().faults).toEqual([]);
});
