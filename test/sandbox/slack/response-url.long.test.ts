/** Response URLs: how often, how long, and what they can do. */

import { RespondError } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { startHttpApp, type RunningApp } from './apps.ts';

const channel = 'C0INCIDENTS';
let slack: SlackSandbox;
let running: RunningApp;
let respond: (body: object) => Promise<unknown>;

beforeEach(async () => {
  slack = await startSlack({ standAt: 1_700_000_000_000 });
  running = await startHttpApp(slack, (app) => {
    app.command('/incident', async ({ ack, respond: say }) => {
      respond = say;
      await ack();
    });
    app.action('ack', async ({ ack, respond: say }) => {
      respond = say;
      await ack();
    });
  });
});
afterEach(async () => {
  await running[Symbol.asyncDispose]();
  await slack[Symbol.asyncDispose]();
});

const press = async (): Promise<string> => {
  const element = { type: 'button', action_id: 'ack', text: { type: 'plain_text', text: 'Ack' } };
  const blocks = [{ type: 'actions', elements: [element] }];
  await running.app.client.apiCall('chat.postMessage', { channel, text: 'card', blocks });
  const { ts } = slack.newest(channel);
  await slack.click('ana', channel, ts, 'ack');
  return ts;
};

describe('a response URL', () => {
  it('takes five answers, seen only by whoever acted unless they are for the channel', async () => {
    const outcome = await slack.command('ana', channel, '/incident');
    await respond({ text: 'one' });
    await respond({ text: 'two', response_type: 'in_channel' });
    for (const text of ['three', 'four', 'five']) await respond({ text });
    expect(outcome.ephemeral.map(({ text }) => text)).toEqual(['one', 'three', 'four', 'five']);
    expect(slack.newest(channel).text).toBe('two');
    await expect(respond({ text: 'six' })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('lasts half an hour', async () => {
    await slack.command('ana', channel, '/incident');
    await slack.clock.advance(30 * 60_000);
    await respond({ text: 'just in time' });
    await slack.clock.advance(1);
    await expect(respond({ text: 'too late' })).rejects.toBeInstanceOf(RespondError);
  });

  it('replaces or deletes the message it came from', async () => {
    const ts = await press();
    await respond({ text: 'taken by Ana', replace_original: true });
    expect(slack.newest(channel)).toMatchObject({ ts, text: 'taken by Ana', blocks: [], edits: 1 });
    await respond({ delete_original: true });
    expect(slack.channel(channel).messages).toEqual([]);
  });

  it('answers in the thread it names', async () => {
    const ts = await press();
    await respond({ text: 'in the thread', response_type: 'in_channel', thread_ts: ts });
    expect(slack.newest(channel)).toMatchObject({ threadTs: ts });
  });

  it('takes blocks only when they are valid, and does not count the others', async () => {
    await slack.command('ana', channel, '/incident');
    await expect(respond({ text: 'x', blocks: [{ type: 'nonsense' }] })).rejects.toMatchObject({ statusCode: 400 });
    expect(() => slack.assertClean()).toThrow('response_url was refused: invalid_blocks');
    for (const text of ['1', '2', '3', '4', '5']) await respond({ text });
  });
});
