/** The Events API: who hears of what, and how often it is tried. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { defaultEvents } from '../../../sandbox/slack/workspace/seed.ts';
import { startHttpApp } from './apps.ts';

/** An endpoint that keeps the headers it got and answers with the given statuses in turn, then with 200. */
async function startEndpoint(slack: SlackSandbox, statuses: number[], headers: Record<string, string> = {}) {
  const got: IncomingMessage['headers'][] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    got.push(request.headers);
    response.writeHead(statuses.shift() ?? 200, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  slack.connectApp(`http://127.0.0.1:${port}/`);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { got, [Symbol.asyncDispose]: close };
}

/** Lets deliveries that are on their way arrive. */
const settle = async (check: () => boolean): Promise<void> => {
  await expect.poll(check).toBe(true);
};

describe('a delivery that is not acknowledged', () => {
  it('is tried again at once, after a minute and after five more, and says so', async () => {
    await using slack = await startSlack({ standAt: 1_700_000_000_000 });
    await using endpoint = await startEndpoint(slack, [500, 500, 500, 500]);
    slack.join('ana', 'incidents');
    slack.react('ana', 'incidents', slack.say('ana', 'incidents', 'x').ts, 'eyes');
    await settle(() => endpoint.got.length === 2);
    await slack.clock.advance(59_999);
    expect(endpoint.got).toHaveLength(2);
    await slack.clock.advance(1);
    await settle(() => endpoint.got.length === 3);
    await slack.clock.advance(300_000);
    await settle(() => endpoint.got.length === 4);
    await slack.clock.advance(3_600_000);
    expect(endpoint.got).toHaveLength(4);
    expect(endpoint.got.map((headers) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(endpoint.got[1]).toMatchObject({ 'x-slack-retry-reason': 'http_error' });
    expect(endpoint.got[0]).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    });
    expect(endpoint.got[0]?.['x-slack-signature']).toMatch(/^v0=[0-9a-f]{64}$/);
  });

  it('is not tried again when the app asks for that', async () => {
    await using slack = await startSlack({ standAt: 1_700_000_000_000 });
    await using endpoint = await startEndpoint(slack, [500], { 'x-slack-no-retry': '1' });
    slack.archive('ana', 'incidents');
    await settle(() => endpoint.got.length === 1);
    await slack.clock.advance(3_600_000);
    expect(endpoint.got).toHaveLength(1);
  });
});

it('an event can be delivered twice, with the same id', async () => {
  await using slack = await startSlack();
  const heard: string[] = [];
  await using running = await startHttpApp(slack, () => undefined);
  running.app.event(
    'channel_archive',
    async ({ body, context }) => void heard.push(`${body.event_id} ${context.retryNum}`),
  );
  await expect(slack.redeliver()).rejects.toThrow('no event has been delivered yet');
  slack.archive('ana', 'incidents');
  await slack.redeliver();
  await settle(() => heard.length === 2);
  expect(heard.toSorted()).toEqual(['Ev000000001 1', 'Ev000000001 undefined']);
});

describe('the app hears', () => {
  it('of mentions, newcomers, reactions and archiving, each once with its own id', async () => {
    await using slack = await startSlack();
    const heard: string[] = [];
    const ids = new Set<string>();
    await using running = await startHttpApp(slack, (bolt) => {
      for (const type of ['app_mention', 'member_joined_channel', 'reaction_added', 'channel_archive'] as const) {
        bolt.event(type, async ({ event, body }) => {
          heard.push(`${event.type} ${'user' in event ? event.user : ''}`);
          ids.add(body.event_id);
        });
      }
    });
    const { conversations } = running.app.client;
    await conversations.join({ channel: 'C0GENERAL' });
    slack.mention('ana', 'incidents', 'status');
    const { ts } = slack.say('ben', 'incidents', 'hm');
    slack.react('chloe', 'incidents', ts, ':pushpin:');
    slack.archive('ana', 'incidents');
    await settle(() => heard.length === 4);
    expect(heard.toSorted()).toEqual([
      'app_mention U0ANA',
      'channel_archive U0ANA',
      'member_joined_channel U0VIGIE',
      'reaction_added U0CHLOE',
    ]);
    expect(ids.size).toBe(4);
  });

  it('nothing of channels it is not in, nor what it is not subscribed to', async () => {
    await using slack = await startSlack();
    const heard: string[] = [];
    await using running = await startHttpApp(slack, () => undefined);
    running.app.event(/.*/, async ({ event }) => void heard.push(event.type));
    slack.say('ana', 'incidents', 'plain talk');
    slack.react('ana', 'general', slack.say('ana', 'general', 'x').ts, 'eyes');
    slack.sendEvent({ type: 'app_uninstalled' });
    await settle(() => heard.length > 0);
    expect(heard).toEqual(['app_uninstalled']);
  });

  it('messages, also its own, when it subscribes to them', async () => {
    await using slack = await startSlack({ seed: { events: [...defaultEvents, 'message.channels'] } });
    const heard: unknown[] = [];
    await using running = await startHttpApp(slack, (bolt) => {
      bolt.message(async ({ message }) => void heard.push('text' in message ? message.text : ''));
    });
    slack.say('ana', 'incidents', 'hello');
    await running.app.client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'mine' });
    await settle(() => heard.length === 1);
    expect(heard).toEqual(['hello']);
  });
});
