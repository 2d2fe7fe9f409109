/** The Web API's front door: tokens, scopes, unknown methods, rate limits and ordered faults. */

import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { clientOf, refusal } from './apps.ts';

const channel = 'C0INCIDENTS';

async function raw(slack: SlackSandbox, method: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(`${slack.url}${method}`, { method: 'POST', ...init });
  expect(response.status).toBe(200);
  return response.json();
}

describe('tokens', () => {
  it('are taken from the header or the form, and refused when missing or unknown', async () => {
    await using slack = await startSlack();
    expect(await raw(slack, 'auth.test')).toEqual({ ok: false, error: 'not_authed' });
    expect(await refusal(clientOf(slack, 'xoxb-other').auth.test())).toBe('invalid_auth');
    const form = new URLSearchParams({ token: 'xoxb-sandbox' });
    expect(await raw(slack, 'auth.test', { body: form })).toMatchObject({ ok: true, user_id: 'U0VIGIE' });
    const json = { body: JSON.stringify({ token: 'xoxb-sandbox' }), headers: { 'content-type': 'application/json' } };
    expect(await raw(slack, 'auth.test', json)).toEqual({ ok: false, error: 'not_authed' });
    expect((await clientOf(slack).auth.test()).bot_id).toBe('B0VIGIE');
  });

  it('say which scope is missing, by kind of channel', async () => {
    const tokens = [{ token: 'xoxb-poor', kind: 'bot' as const, scopes: ['chat:write', 'channels:manage'] }];
    await using slack = await startSlack({ seed: { tokens } });
    const header = { headers: { authorization: 'Bearer xoxb-poor' } };
    expect(await raw(slack, 'users.list', header)).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write,channels:manage',
    });
    const { conversations } = clientOf(slack, 'xoxb-poor');
    expect(await refusal(conversations.create({ name: 'secret', is_private: true }))).toBe('missing_scope');
    expect((await conversations.create({ name: 'open' })).ok).toBe(true);
  });

  it('of revoked installations and of the wrong kind are refused', async () => {
    const tokens = [{ token: 'xoxb-old', kind: 'bot' as const, scopes: [], revoked: true }];
    await using slack = await startSlack({ seed: { tokens } });
    expect(await refusal(clientOf(slack, 'xoxb-old').auth.test())).toBe('token_revoked');
    await using usual = await startSlack();
    expect(await refusal(clientOf(usual, 'xapp-sandbox').auth.test())).toBe('not_allowed_token_type');
  });
});

it('an unknown method is answered with status 200 and unknown_method', async () => {
  await using slack = await startSlack();
  expect(await raw(slack, 'chat.shout')).toMatchObject({ ok: false, error: 'unknown_method' });
});

describe('rate limits', () => {
  it('let 20 calls of a tier 2 method through in a minute, then say how long to wait', async () => {
    await using slack = await startSlack({ rates: 'slack', standAt: 1_700_000_000_000 });
    const { pins, chat } = clientOf(slack);
    const call = (): Promise<unknown> => pins.list({ channel });
    for (let index = 0; index < 20; index += 1) await call();
    await slack.clock.advance(45_000);
    await expect(call()).rejects.toMatchObject({ retryAfter: 15 });
    expect((await chat.postMessage({ channel, text: 'another method is free' })).ok).toBe(true);
    await slack.clock.advance(14_000);
    await expect(call()).rejects.toMatchObject({ retryAfter: 1 });
    await slack.clock.advance(1001);
    await call();
  });

  it('let a short burst into a channel, then one message a second', async () => {
    await using slack = await startSlack({ rates: 'slack', standAt: 1_700_000_000_000 });
    const { chat, conversations } = clientOf(slack);
    const send = (to = channel): Promise<unknown> => chat.postMessage({ channel: to, text: 'x' });
    for (let index = 0; index < 3; index += 1) await send();
    await expect(send()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    const { channel: other } = await conversations.create({ name: 'other' });
    await send(other?.id);
    await slack.clock.advance(1000);
    await send();
    await expect(send()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
  });

  it('are off unless asked for', async () => {
    await using slack = await startSlack();
    const { chat } = clientOf(slack);
    for (let index = 0; index < 30; index += 1) await chat.postMessage({ channel, text: 'x' });
    expect(slack.state().calls['chat.postMessage']).toBe(30);
  });
});

describe('a fault that was ordered', () => {
  it('is used up by as many calls as it was ordered for, of that method only', async () => {
    await using slack = await startSlack();
    slack.fault({ method: 'auth.test', times: 2, fault: { error: 'internal_error' } });
    const client = clientOf(slack);
    expect((await client.api.test()).ok).toBe(true);
    expect(await refusal(client.auth.test())).toBe('internal_error');
    expect(await refusal(client.auth.test())).toBe('internal_error');
    expect((await client.auth.test()).ok).toBe(true);
  });

  it('can be a 429 with Retry-After, a 500, or an HTML page', async () => {
    await using slack = await startSlack();
    const client = clientOf(slack);
    slack.fault({ method: '*', fault: { status: 429, retryAfter: 3 } });
    await expect(client.auth.test()).rejects.toMatchObject({ retryAfter: 3 });
    slack.fault({ method: '*', fault: { status: 500 } });
    await expect(client.auth.test()).rejects.toBeInstanceOf(WebAPIHTTPError);
    slack.fault({ method: '*', fault: 'garbage' });
    await expect(client.auth.test()).rejects.toThrow('<!DOCTYPE html>');
    expect((await client.auth.test()).ok).toBe(true);
  });

  it('can lose the answer after the message was posted, or cut the line before', async () => {
    await using slack = await startSlack();
    const { chat } = clientOf(slack);
    slack.fault({ method: 'chat.postMessage', fault: 'reset' });
    await expect(chat.postMessage({ channel, text: 'never' })).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(slack.channel(channel).messages).toHaveLength(0);
    slack.fault({ method: 'chat.postMessage', fault: 'lost' });
    await expect(chat.postMessage({ channel, text: 'posted' })).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(slack.channel(channel).messages).toMatchObject([{ text: 'posted' }]);
    expect(slack.calls().at(-1)).toMatchObject({ status: 0, fault: 'lost', answer: { ok: true } });
  });

  it('can leave the caller hanging, or keep it waiting', async () => {
    await using slack = await startSlack();
    slack.fault({ method: 'auth.test', fault: 'hang' });
    const impatient = fetch(`${slack.url}auth.test`, { method: 'POST', signal: AbortSignal.timeout(100) });
    await expect(impatient).rejects.toThrow(/timeout/);
    slack.fault({ method: 'auth.test', fault: { delayMs: 80 } });
    const started = performance.now();
    await clientOf(slack).auth.test();
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
  });
});

it('the log of calls keeps arguments and answers, but no token', async () => {
  await using slack = await startSlack();
  const form = new URLSearchParams({
    token: 'xoxb-sandbox',
    channel,
    text: 'x',
    metadata: '{"event_type":"a","event_payload":{}}',
  });
  await raw(slack, 'chat.postMessage', { body: form });
  const [call] = slack.calls();
  expect(call).toMatchObject({ method: 'chat.postMessage', status: 200, answer: { ok: true } });
  expect(call?.args).toEqual({ channel, text: 'x', metadata: { event_type: 'a', event_payload: {} } });
  expect(JSON.stringify(slack.calls())).not.toContain('xoxb');
});
