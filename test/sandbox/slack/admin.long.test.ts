/** The admin routes do what the in-process object does, over HTTP. */

import { afterEach, beforeEach, expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { startHttpApp, type RunningApp } from './apps.ts';

let slack: SlackSandbox;
let running: RunningApp;

beforeEach(async () => {
  slack = await startSlack({ rates: 'slack' });
  running = await startHttpApp(slack, (app) => {
    app.command('/incident', ({ ack }) => ack('here you are'));
    app.action('ack', ({ ack }) => ack());
  });
});
afterEach(async () => {
  await running[Symbol.asyncDispose]();
  await slack[Symbol.asyncDispose]();
});

const get = async (path: string): Promise<unknown> => {
  const response = await fetch(`${slack.baseUrl}${path}`);
  return response.headers.get('content-type')?.startsWith('application/json') ? response.json() : response.text();
};
const post = async (name: string, body: object): Promise<unknown> => {
  const response = await fetch(`${slack.baseUrl}/admin/${name}`, { method: 'POST', body: JSON.stringify(body) });
  return response.json();
};

it('lists what there is', async () => {
  const index = await get('/admin');
  expect(index).toHaveProperty(['POST /admin/command']);
  expect(index).toHaveProperty(['GET /admin/transcript']);
});

it('types, presses and shows state, calls and the story', async () => {
  const typed = await post('command', { user: 'ana', channel: 'incidents', text: '/incident' });
  expect(typed).toMatchObject({ ok: true, result: { status: 200, ephemeral: [{ text: 'here you are' }] } });
  const elements = [{ type: 'button', action_id: 'ack', text: { type: 'plain_text', text: 'Acknowledge' } }];
  const card = { channel: 'C0INCIDENTS', text: 'card', blocks: [{ type: 'actions', elements }] };
  await running.app.client.apiCall('chat.postMessage', card);
  expect(await post('click', { user: 'ana', channel: 'incidents', action: 'Acknowledge' })).toMatchObject({ ok: true });
  expect(
    await post('react', { user: 'ana', channel: 'incidents', ts: slack.newest('incidents').ts, emoji: 'eyes' }),
  ).toEqual({ ok: true });
  expect(await get('/admin/state')).toMatchObject({ team: { id: 'T0SANDBOX' }, calls: { 'chat.postMessage': 1 } });
  expect(await get('/admin/calls')).toMatchObject([{ method: 'chat.postMessage', answer: { ok: true } }]);
  expect(await get('/admin/transcript?channel=incidents')).toContain('#incidents ana presses [Acknowledge]\n');
});

it('says what cannot be done, and what a body should hold', async () => {
  const dead = await post('click', { user: 'ana', channel: 'incidents', action: 'nothing' });
  expect(dead).toMatchObject({ ok: false, error: 'no message in #incidents shows ana a "nothing"' });
  const wrong = await post('command', { user: 'ana' });
  expect(wrong).toMatchObject({ ok: false, expects: '{user, channel, text}: types a slash command' });
  expect(await post('dance', {})).toMatchObject({ ok: false });
});

it('orders faults, moves the clock, reconnects the app and starts over', async () => {
  await post('fault', { method: 'auth.test', fault: { status: 500 } });
  await expect(running.app.client.auth.test()).rejects.toThrow('500');
  await post('fault', { method: 'auth.test', times: 5, fault: 'hang' });
  await post('clear-faults', {});
  expect(await running.app.client.auth.test()).toMatchObject({ ok: true });
  const before = slack.clock.now();
  await post('clock', { advance: 3_600_000 });
  expect(slack.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  await post('connect', { url: 'http://127.0.0.1:9/' });
  const lost = await post('command', { user: 'ana', channel: 'incidents', text: '/incident' });
  expect(lost).toMatchObject({ result: { status: 0, told: ['/incident failed with the error "dispatch_failed"'] } });
  await post('reset', {});
  expect(await get('/admin/transcript')).toBe('');
});
