/** The admin routes do over HTTP what the in-process object does; the command line starts it, with TLS for pdjs. */

import { Agent } from 'node:https';
import { readFileSync, rmSync } from 'node:fs';

import { api, event } from '@pagerduty/pdjs';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { startByHand } from '../by-hand.ts';
import { account, checkoutKey, enqueue, minute, trigger } from './account.ts';

let pd: PagerDutySandbox;
beforeEach(async () => {
  pd = await account();
});
afterEach(() => pd[Symbol.asyncDispose]());

const get = async (path: string): Promise<unknown> => {
  const response = await fetch(`${pd.url}/admin${path}`);
  return response.headers.get('content-type')?.startsWith('application/json') ? response.json() : response.text();
};
const post = async (name: string, body: object): Promise<unknown> => {
  const response = await fetch(`${pd.url}/admin/${name}`, { method: 'POST', body: JSON.stringify(body) });
  return response.json();
};

it('lists what there is', async () => {
  expect(await get('')).toMatchObject({
    'POST /admin/acknowledge': expect.any(String),
    'GET /admin/transcript': expect.any(String),
  });
});

it('lets people act and shows the state, the calls and the story', async () => {
  await enqueue(pd, trigger());
  expect(await post('acknowledge', { user: 'ben' })).toEqual({ ok: true });
  expect(await post('note', { user: 'ben', text: 'Looking', incident: 1 })).toEqual({ ok: true });
  expect(await post('clock', { advance: minute })).toMatchObject({ ok: true });
  expect(await get('/state?part=incidents')).toMatchObject({ incidents: [{ status: 'acknowledged', level: 1 }] });
  expect(await get('/transcript?times=1')).toContain('+0m00s #1 Ben Brandt acknowledges it\n');
  expect(await get('/calls')).toMatchObject([{ path: '/v2/enqueue', status: 202 }]);
  expect(await get('/clean')).toBe('');
});

it('orders faults, changes the account and starts over', async () => {
  await post('fault', { api: 'events', fault: { status: 503 } });
  expect((await enqueue(pd, trigger())).status).toBe(503);
  await post('hook-fault', { fault: 'twice' });
  expect(await post('on-call', { schedule: 'PSHOPCALL', user: 'ana' })).toEqual({ ok: true });
  await enqueue(pd, trigger());
  expect(await get('/transcript')).toContain('Ana Alves is paged');
  const { key } = ((await post('replace-key', { service: 'checkout' })) as { result: { key: string } }).result;
  expect((await enqueue(pd, trigger({ routing_key: key }))).status).toBe(202);
  await post('reset', {});
  expect(await get('/transcript')).toBe('');
  expect((await enqueue(pd, trigger())).status).toBe(202);
});

it('says what cannot be done, and what a body should hold', async () => {
  expect(await post('acknowledge', { user: 'ben' })).toMatchObject({
    ...{
      ok: false,
      error: 'there is no incident "newest" in this account',
      expects: '{user, incident?}: acknowledges',
    },
  });
  expect(await post('note', { user: 'ben' })).toMatchObject({ ok: false });
  expect(await post('dance', {})).toMatchObject({ ok: false });
});

it('pdjs sends events and asks the API over TLS, trusting the certificate', async () => {
  await using secure = await account({ https: true });
  // The types of pdjs refuse an agent; it goes through to node-fetch all the same.
  const trusting = { agent: new Agent({ ca: secure.ca }), requestTimeout: 0 };
  const sent = await event({ data: trigger() as never, server: secure.server, ...trusting });
  expect([sent.response.status, sent.data]).toMatchObject([202, { dedup_key: 'slow' }]);
  const found = await api({
    ...{ endpoint: '/incidents', server: secure.server, token: 'sandbox-account-token', ...trusting },
    queryParameters: { incident_key: 'slow', 'statuses[]': ['triggered', 'acknowledged'] },
  });
  expect(found.data).toMatchObject({ incidents: [{ title: 'Checkout is slow' }] });
  secure.assertClean();
});

it('npm run sandbox -- pagerduty prints keys, tokens and routes, and serves them', async () => {
  await using started = await startByHand('pagerduty', '--port', '0');
  const { text } = started;
  const file = /NODE_EXTRA_CA_CERTS\s+(\S+)/.exec(text)?.[1] ?? '';
  try {
    expect(text).toContain(checkoutKey);
    expect(text).toContain('sandbox-webhook-secret');
    expect(text).toContain('POST /admin/acknowledge');
    const server = /https:\/\/(\S+)/.exec(text)?.[1] ?? '';
    const agent = new Agent({ ca: readFileSync(file, 'utf8') });
    const asked = { endpoint: '/abilities', server, token: 'sandbox-account-token', agent, requestTimeout: 0 };
    expect((await api(asked)).data).toMatchObject({ abilities: expect.arrayContaining(['teams']) });
  } finally {
    rmSync(file, { force: true });
  }
});
