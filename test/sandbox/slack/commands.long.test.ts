/** Commands, shortcuts and forgeries reach a real Bolt app over signed HTTP. */

import { describe, expect, it } from 'vitest';

import type { SlackSandbox } from '../../../sandbox/slack/server.ts';
import { workspaceForEachTest } from './each.ts';

const channel = 'C0INCIDENTS';
let slack: SlackSandbox;
const { serve, client } = workspaceForEachTest((fresh) => {
  slack = fresh;
});

describe('a slash command', () => {
  it('carries who, where and what, with names made into ids and control characters escaped', async () => {
    let got: object = {};
    await serve((app) => {
      app.command('/incident', async ({ ack, command }) => {
        got = command;
        await ack();
      });
    });
    const outcome = await slack.command('ana', '#incidents', '/incident note @ben see #general & <b>');
    expect(outcome).toMatchObject({ status: 200, body: '', ephemeral: [], view: null, told: [] });
    expect(got).toMatchObject({
      user_id: 'U0ANA',
      user_name: 'ana',
      channel_id: channel,
      channel_name: 'incidents',
      command: '/incident',
      text: 'note <@U0BEN|ben> see <#C0GENERAL|general> &amp; &lt;b&gt;',
      is_enterprise_install: 'false',
    });
  });

  it('shows its acknowledgement to that person, or to the channel when it says so', async () => {
    await serve((app) => {
      app.command('/quiet', ({ ack }) => ack('just you'));
      app.command('/loud', ({ ack }) => ack({ response_type: 'in_channel', text: 'everybody' }));
    });
    const quiet = await slack.command('ana', channel, '/quiet');
    expect(quiet.ephemeral).toMatchObject([{ text: 'just you', onlyFor: 'U0ANA' }]);
    const loud = await slack.command('ana', channel, '/loud');
    expect(loud.ephemeral).toEqual([]);
    expect(slack.newest(channel)).toMatchObject({ text: 'everybody', onlyFor: null });
  });

  it('can only be typed by somebody who is in the channel', async () => {
    const { id } = slack.channel('general');
    await serve(() => undefined);
    await client().conversations.create({ name: 'inc-1' });
    await expect(slack.command('ana', '#inc-1', '/incident')).rejects.toThrow('ana is not in #inc-1');
    await expect(slack.command('zoe', id, '/incident')).rejects.toThrow('nobody called "zoe"');
  });

  it('that is not answered within three seconds tells the person so', async () => {
    await serve((app) => {
      app.command('/slow', async () => undefined);
    });
    const outcome = await slack.command('ana', channel, '/slow');
    expect(outcome.status).toBe(0);
    expect(outcome.told).toEqual(['/slow failed with the error "operation_timeout"']);
    expect(outcome.ms).toBeLessThan(3500);
  });

  it('of an app that is not running tells the person so', async () => {
    slack.connectApp('http://127.0.0.1:9/slack/events');
    const outcome = await slack.command('ana', channel, '/incident');
    expect(outcome.told).toEqual(['/incident failed with the error "dispatch_failed"']);
    slack.connectApp(null);
    await expect(slack.command('ana', channel, '/incident')).rejects.toThrow('no app is connected');
  });
});

describe('a forged request', () => {
  it.each([
    ['a wrong signature', { signature: 'wrong' as const }],
    ['no signature', { signature: 'missing' as const }],
    ['a stale timestamp', { timestampOffset: -400 }],
  ])('with %s is turned away by the app', async (_name, forge) => {
    let reached = false;
    await serve((app) => {
      app.command('/incident', async ({ ack }) => {
        reached = true;
        await ack();
      });
    });
    expect((await slack.command('ana', channel, '/incident', { forge })).status).toBe(401);
    expect(reached).toBe(false);
  });

  it('with a timestamp from the future is let in by Bolt alone', async () => {
    await serve((app) => {
      app.command('/incident', ({ ack }) => ack());
    });
    const outcome = await slack.command('ana', channel, '/incident', { forge: { timestampOffset: 3600 } });
    expect(outcome.status).toBe(200);
  });
});

it('shortcuts come with a trigger, those of messages also with the message', async () => {
  const got: object[] = [];
  await serve((app) => {
    app.shortcut(/.*/, async ({ ack, body }) => {
      got.push(body);
      await ack();
    });
  });
  const { ts } = slack.say('ben', channel, 'the database is slow');
  await slack.shortcut('ana', 'declare_incident');
  await slack.messageShortcut('ana', channel, ts, 'add_to_timeline');
  expect(got).toMatchObject([
    { type: 'shortcut', callback_id: 'declare_incident' },
    {
      type: 'message_action',
      callback_id: 'add_to_timeline',
      message: { text: 'the database is slow', user: 'U0BEN' },
    },
  ]);
});
