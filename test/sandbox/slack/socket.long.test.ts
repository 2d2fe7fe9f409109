/** Socket Mode with the real client: hello, envelopes, acknowledgements, disconnects. */

import { describe, expect, it } from 'vitest';

import { startSlack } from '../../../sandbox/slack/server.ts';
import { startSocketApp } from './apps.ts';

describe('over a socket', () => {
  it('commands, presses and events arrive and are acknowledged', async () => {
    await using slack = await startSlack();
    const heard: string[] = [];
    await using running = await startSocketApp(slack, (app) => {
      app.command('/incident', ({ ack, command }) => ack(`you said ${command.text}`));
      app.action('ack', async ({ ack, body }) => {
        heard.push(body.user.id);
        await ack();
      });
      app.event('app_mention', async ({ event }) => void heard.push(event.text));
    });
    expect(slack.state().sockets).toBe(1);
    const outcome = await slack.command('ana', 'incidents', '/incident list');
    expect(outcome).toMatchObject({ status: 200, ephemeral: [{ text: 'you said list' }] });
    const element = { type: 'button', action_id: 'ack', text: { type: 'plain_text', text: 'Ack' } };
    const card = { channel: 'C0INCIDENTS', text: 'x'.repeat(2000), blocks: [{ type: 'actions', elements: [element] }] };
    await running.app.client.apiCall('chat.postMessage', card);
    await slack.click('ben', 'incidents', 'newest', 'ack');
    slack.mention('ana', 'incidents', 'x'.repeat(70_000));
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[0]).toBe('U0BEN');
    expect(heard[1]).toHaveLength('<@U0VIGIE> '.length + 70_000);
  });

  it('a client that is asked to go comes back with a new connection', async () => {
    await using slack = await startSlack();
    await using running = await startSocketApp(slack, () => undefined);
    running.app.command('/incident', ({ ack }) => ack('back'));
    slack.disconnectSockets();
    await slack.until(() => slack.state().calls['apps.connections.open'] === 2);
    await expect.poll(() => slack.state().sockets).toBe(1);
    const outcome = await slack.command('ana', 'incidents', '/incident');
    expect(outcome.ephemeral).toMatchObject([{ text: 'back' }]);
  });

  it('a ticket is good for one connection', async () => {
    await using slack = await startSlack();
    const answer = await fetch(`${slack.url}apps.connections.open`, {
      method: 'POST',
      headers: { authorization: 'Bearer xapp-sandbox' },
    });
    const { url } = (await answer.json()) as { url: string };
    const first = new WebSocket(url);
    await new Promise((resolve) => first.addEventListener('message', resolve));
    const second = new WebSocket(url);
    await new Promise((resolve) => second.addEventListener('error', resolve));
    expect(slack.state().sockets).toBe(1);
    first.close();
    await expect.poll(() => slack.state().sockets).toBe(0);
  });
});
