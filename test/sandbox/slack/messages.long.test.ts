/** Messages over the simulated Web API, by the real client. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { defaultScopes } from '../../../sandbox/slack/workspace/seed.ts';
import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { clientOf, refusal } from './apps.ts';

let slack: SlackSandbox;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack[Symbol.asyncDispose]());

const channel = 'C0INCIDENTS';

describe('chat.postMessage', () => {
  it('answers with the message as stored, ids filled in and metadata echoed', async () => {
    const metadata = { event_type: 'incident', event_payload: { id: 12 } };
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'Hello' } }];
    const answer = await clientOf(slack).chat.postMessage({ channel, text: 'Hello', blocks, metadata });
    expect(answer.ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(answer.message).toMatchObject({ user: 'U0VIGIE', bot_id: 'B0VIGIE', app_id: 'A0VIGIE', metadata });
    expect(answer.message?.blocks?.[0]?.block_id).toMatch(/^\w{5}$/);
  });

  it('gives timestamps that are all different and sort in the order of posting', async () => {
    const client = clientOf(slack);
    const all: string[] = [];
    for (let index = 0; index < 20; index += 1)
      all.push((await client.chat.postMessage({ channel, text: 'x' })).ts ?? '');
    expect(new Set(all).size).toBe(20);
    expect(all.toSorted()).toEqual(all);
  });

  it('refuses a channel that is not there, one without the app, an archived one and an empty message', async () => {
    const { chat } = clientOf(slack);
    expect(await refusal(chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }))).toBe('channel_not_found');
    expect(await refusal(chat.postMessage({ channel: 'C0GENERAL', text: 'x' }))).toBe('not_in_channel');
    expect(await refusal(chat.postMessage({ channel, text: '' }))).toBe('no_text');
    slack.archive('ana', '#incidents');
    expect(await refusal(chat.postMessage({ channel, text: 'x' }))).toBe('is_archived');
  });

  it('takes a public channel without membership when the token has chat:write.public', async () => {
    const tokens = [{ token: 'xoxb-visitor', kind: 'bot' as const, scopes: [...defaultScopes, 'chat:write.public'] }];
    await using visiting = await startSlack({ seed: { tokens } });
    const answer = await clientOf(visiting, 'xoxb-visitor').chat.postMessage({ channel: 'C0GENERAL', text: 'x' });
    expect(answer.ok).toBe(true);
  });

  it('opens a direct conversation when the channel is a person', async () => {
    const answer = await clientOf(slack).chat.postMessage({ channel: 'U0ANA', text: 'psst' });
    expect(answer.channel).toMatch(/^D/);
  });

  it('puts replies into the thread and out of the history, except when they are broadcast', async () => {
    const { chat, conversations } = clientOf(slack);
    const { ts: root = '' } = await chat.postMessage({ channel, text: 'root' });
    await chat.postMessage({ channel, text: 'quiet', thread_ts: root });
    await chat.postMessage({ channel, text: 'loud', thread_ts: root, reply_broadcast: true });
    const history = await conversations.history({ channel });
    expect(history.messages?.map(({ text }) => text)).toEqual(['loud', 'root']);
    expect(history.messages?.[1]).toMatchObject({ reply_count: 2, thread_ts: root });
    const replies = await conversations.replies({ channel, ts: root });
    expect(replies.messages?.map(({ text }) => text)).toEqual(['root', 'quiet', 'loud']);
    expect(await refusal(conversations.replies({ channel, ts: '1.000001' }))).toBe('thread_not_found');
    expect(await refusal(chat.postMessage({ channel, text: 'x', thread_ts: '1.000001' }))).toBe(
      'cannot_reply_to_message',
    );
  });

  it('truncates texts over 40,000 characters and says so', async () => {
    const answer = await clientOf(slack).chat.postMessage({ channel, text: 'x'.repeat(40_001) });
    expect(answer.response_metadata?.warnings).toContain('message_truncated');
    expect(slack.newest(channel).text).toHaveLength(40_000);
  });

  it('refuses metadata that is no event with a payload, and markdown text next to text', async () => {
    const { chat } = clientOf(slack);
    const wrong = { event_type: '', event_payload: {} };
    expect(await refusal(chat.postMessage({ channel, text: 'x', metadata: wrong }))).toBe('invalid_metadata_format');
    const both = { channel, text: 'x', markdown_text: 'y' };
    expect(await refusal(clientOf(slack).apiCall('chat.postMessage', both))).toBe('markdown_text_conflict');
  });

  it('answers invalid blocks with the pointers and words of Slack', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }];
    const response = await fetch(`${slack.url}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-sandbox', 'content-type': 'application/json' },
      body: JSON.stringify({ channel, blocks }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [
        'failed to match all allowed schemas [json-pointer:/blocks/0/text]',
        'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
      ],
      response_metadata: {
        messages: [
          '[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]',
          '[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
        ],
      },
    });
  });
});

describe('chat.update and chat.delete', () => {
  it('change only messages of the app, in channels that are not archived', async () => {
    const { chat } = clientOf(slack);
    const { ts: hers } = slack.say('ana', 'incidents', 'mine');
    const { ts = '' } = await chat.postMessage({ channel, text: 'one' });
    expect((await chat.update({ channel, ts, text: 'two' })).text).toBe('two');
    expect(slack.newest(channel)).toMatchObject({ text: 'two', edits: 1 });
    expect(await refusal(chat.update({ channel, ts: hers, text: 'x' }))).toBe('cant_update_message');
    expect(await refusal(chat.delete({ channel, ts: hers }))).toBe('cant_delete_message');
    expect(await refusal(chat.update({ channel, ts: '1.000001', text: 'x' }))).toBe('message_not_found');
    expect(await refusal(chat.update({ channel, ts, text: 'x'.repeat(4001) }))).toBe('msg_too_long');
    await chat.delete({ channel, ts });
    expect(await refusal(chat.delete({ channel, ts }))).toBe('message_not_found');
    slack.archive('ana', 'incidents');
    expect(await refusal(chat.update({ channel, ts, text: 'x' }))).toBe('is_inactive');
  });

  it('keep blocks when only metadata is given and drop them when only text is given', async () => {
    const { chat } = clientOf(slack);
    const blocks = [{ type: 'divider' }];
    const { ts = '' } = await chat.postMessage({ channel, text: 'one', blocks });
    const metadata = { event_type: 'incident', event_payload: { id: 1 } };
    await clientOf(slack).apiCall('chat.update', { channel, ts, metadata });
    expect(slack.newest(channel).blocks).toHaveLength(1);
    await chat.update({ channel, ts, text: 'two' });
    expect(slack.newest(channel)).toMatchObject({ text: 'two', blocks: [], metadata });
  });
});

describe('chat.postEphemeral', () => {
  it('shows a message to one person in the channel, and keeps it out of the history', async () => {
    const { chat, conversations } = clientOf(slack);
    await chat.postEphemeral({ channel, user: 'U0ANA', text: 'only you' });
    expect(slack.channel(channel).ephemerals).toMatchObject([{ onlyFor: 'U0ANA', text: 'only you' }]);
    expect((await conversations.history({ channel })).messages).toEqual([]);
    expect(await refusal(chat.postEphemeral({ channel, user: 'U0NOBODY', text: 'x' }))).toBe('user_not_in_channel');
  });
});

describe('conversations.history', () => {
  it('gives metadata only when asked, and pages and bounds as Slack does', async () => {
    const { chat, conversations } = clientOf(slack);
    const metadata = { event_type: 'note', event_payload: { effect: 'e1' } };
    const { ts: first = '' } = await chat.postMessage({ channel, text: '1', metadata });
    const { ts: second = '' } = await chat.postMessage({ channel, text: '2' });
    await chat.postMessage({ channel, text: '3' });
    const texts = async (more: object): Promise<unknown> =>
      (await conversations.history({ channel, ...more })).messages?.map(({ text }) => text);
    expect(await texts({ oldest: first })).toEqual(['3', '2']);
    expect(await texts({ oldest: first, latest: second, inclusive: true })).toEqual(['2', '1']);
    const page = await conversations.history({ channel, limit: 2 });
    expect(page.has_more).toBe(true);
    expect(await texts({ limit: 2, cursor: page.response_metadata?.next_cursor })).toEqual(['1']);
    const plain = await conversations.history({ channel, oldest: '0', latest: second });
    expect(plain.messages?.[0]?.metadata).toBeUndefined();
    const full = await conversations.history({ channel, latest: second, include_all_metadata: true });
    expect(full.messages?.[0]?.metadata).toEqual(metadata);
    expect(await refusal(conversations.history({ channel: 'C0GENERAL' }))).toBe('not_in_channel');
  });

  it('keeps the lines Slack itself writes about topics and pins', async () => {
    const client = clientOf(slack);
    await client.conversations.setTopic({ channel, topic: 'on fire' });
    const { messages } = await client.conversations.history({ channel });
    expect(messages?.[0]).toMatchObject({ subtype: 'channel_topic' });
  });
});

it('chat.getPermalink names the workspace, the channel and the message', async () => {
  const { chat } = clientOf(slack);
  const { ts = '' } = await chat.postMessage({ channel, text: 'x' });
  const { permalink } = await chat.getPermalink({ channel, message_ts: ts });
  expect(permalink).toBe(`https://sandbox.slack.com/archives/${channel}/p${ts.replace('.', '')}`);
});
