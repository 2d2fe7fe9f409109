/** The story as text: golden, so equal runs must give equal words. */

import { expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { startHttpApp } from './apps.ts';

const plain = (text: string): { type: 'plain_text'; text: string } => ({ type: 'plain_text', text });
const button = (action: string, text: string, more: object = {}): object => ({
  type: 'button',
  action_id: action,
  text: plain(text),
  ...more,
});

/** A short incident, told through every kind of thing people can see. */
async function play(slack: SlackSandbox): Promise<void> {
  await using running = await startHttpApp(slack, (app) => {
    app.action('ack', ({ ack }) => ack());
    app.action('declare', async ({ ack, body, client }) => {
      await ack();
      if (!('trigger_id' in body)) return;
      const element = { type: 'plain_text_input' as const, action_id: 'title', placeholder: plain('In a few words') };
      const field = { type: 'input' as const, block_id: 'title', label: plain('Title'), element };
      const view = {
        type: 'modal' as const,
        callback_id: 'form',
        title: plain('Declare'),
        submit: plain('Go'),
        blocks: [field],
      };
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    app.view('form', ({ ack }) => ack());
    app.command('/incident', ({ ack }) => ack('Nothing is open for <@U0ANA>.'));
  });
  const call = (method: string, args: object): Promise<unknown> => running.app.client.apiCall(method, { ...args });
  await call('conversations.create', { name: 'inc-12-checkout' });
  const channel = slack.channel('inc-12-checkout').id;
  await call('conversations.setTopic', { channel, topic: 'high · checkout' });
  await call('conversations.invite', { channel, users: 'U0ANA' });
  const card = (phase: string, buttons: object[]): object => ({
    channel,
    text: 'fallback',
    blocks: [
      { type: 'header', text: plain('High error rate in checkout') },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `*Phase* ${phase}\n<https://grafana.example.com/d/1|Board> &amp; &lt;runbook&gt;`,
        },
        fields: ['*Severity* high', '*Commander* <@U0BEN>', '*Since* 12:03'].map((text) => ({ type: 'mrkdwn', text })),
        accessory: { type: 'overflow', action_id: 'more', options: [{ text: plain('Silence'), value: 's' }] },
      },
      { type: 'divider' },
      {
        type: 'plan',
        title: 'Runbook',
        tasks: [
          { type: 'task_card', task_id: '1', title: 'Look', status: 'complete' },
          { type: 'task_card', task_id: '2', title: 'Restart', status: 'in_progress' },
        ],
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'in <#C0INCIDENTS>' }, plain('as of now')] },
      ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : []),
    ],
  });
  await call(
    'chat.postMessage',
    card('triggered', [
      button('ack', 'Acknowledge', { confirm: { title: plain('Take it?'), text: plain('Yours then') } }),
      button('declare', 'Declare'),
    ]),
  );
  const { ts } = slack.newest(channel);
  await call('pins.add', { channel, timestamp: ts });
  await call('bookmarks.add', {
    channel_id: channel,
    type: 'link',
    title: 'Board',
    link: 'https://grafana.example.com/d/1',
  });
  await slack.click('ana', channel, ts, 'Acknowledge');
  await slack.clock.advance(65_000);
  await call('chat.update', { ...card('acknowledged', []), ts });
  await call('chat.postMessage', { channel, thread_ts: ts, text: 'Ana takes it' });
  slack.say('ana', channel, 'looking', ts);
  slack.react('ana', channel, ts, 'eyes');
  await slack.command('ana', channel, '/incident list');
  await call('chat.postMessage', {
    channel: 'U0BEN',
    text: 'You are wanted',
    blocks: [{ type: 'actions', elements: [button('declare', 'Declare')] }],
  });
  const outcome = await slack.click('ben', 'direct', 'newest', 'Declare');
  const view = await slack.until(() => outcome.view);
  await slack.submit('ben', view.id, { Title: 'DNS is down' });
  await call('conversations.archive', { channel });
}

const story = `\
Vigie creates #inc-12-checkout
#inc-12-checkout topic: high · checkout
ana joins #inc-12-checkout (invited by Vigie)
#inc-12-checkout Vigie:
    # High error rate in checkout
    *Phase* triggered [⋯ Silence]
    Board (https://grafana.example.com/d/1) & <runbook>
    *Severity* high   |   *Commander* @ben
    *Since* 12:03
    ───
    Runbook
    [x] Look
    [~] Restart
    · in #incidents · as of now
    [Acknowledge] [Declare]
Vigie pins “High error rate in checkout” in #inc-12-checkout
Vigie bookmarks “Board” (https://grafana.example.com/d/1) in #inc-12-checkout
#inc-12-checkout ana presses [Acknowledge] and confirms “Take it?”
#inc-12-checkout Vigie edited:
    # High error rate in checkout
    *Phase* acknowledged [⋯ Silence]
    Board (https://grafana.example.com/d/1) & <runbook>
    *Severity* high   |   *Commander* @ben
    *Since* 12:03
    ───
    Runbook
    [x] Look
    [~] Restart
    · in #incidents · as of now
#inc-12-checkout ↳ Vigie:
        Ana takes it
#inc-12-checkout ↳ ana:
        looking
ana reacts :eyes: to “High error rate in checkout”
#inc-12-checkout ana types /incident list
#inc-12-checkout Vigie (only ana sees):
    Nothing is open for @ana.
@ben Vigie:
    [Declare]
@ben ben presses [Declare]
ben gets a form:
    ┌ Declare
    │ Title: [In a few words]
    └ [Cancel] [Go]
ben submits “Declare”, Title: DNS is down
Vigie archives #inc-12-checkout
`;

it('tells what people saw, in order, the same each time', async () => {
  for (let run = 1; run <= 2; run += 1) {
    await using slack = await startSlack({ standAt: 1_700_000_000_000 });
    await play(slack);
    expect(slack.transcript()).toBe(story);
    slack.assertClean();
  }
});

it('can be about one channel, and can say when things happened', async () => {
  await using slack = await startSlack({ standAt: 1_700_000_000_000 });
  await play(slack);
  expect(slack.transcript({ channel: '@ben' })).toBe('@ben Vigie:\n    [Declare]\n@ben ben presses [Declare]\n');
  expect(slack.transcript({ times: true })).toContain('\n+1m05s #inc-12-checkout Vigie edited:\n');
  expect(slack.transcript({ times: true })).toMatch(/^\+0s Vigie creates/);
});
