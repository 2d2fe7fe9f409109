/** Only what is really shown can be pressed or chosen, and pressing it reaches a real Bolt app. */

import { describe, expect, it } from 'vitest';

import type { SlackSandbox } from '../../../sandbox/slack/server.ts';
import { workspaceForEachTest } from './each.ts';

const channel = 'C0INCIDENTS';
const button = (actionId: string, text: string, more: object = {}): object => ({
  type: 'button',
  action_id: actionId,
  text: { type: 'plain_text', text },
  ...more,
});

let slack: SlackSandbox;
const { serve, client } = workspaceForEachTest((fresh) => {
  slack = fresh;
});
const post = async (elements: readonly object[], text = 'card'): Promise<string> => {
  const blocks = [{ type: 'actions', block_id: 'b1', elements }];
  await client().apiCall('chat.postMessage', { channel, text, blocks });
  return slack.newest(channel).ts;
};

describe('a press of a button', () => {
  it('carries the value, the message as stored, the container and a response URL', async () => {
    let got: object = {};
    await serve((app) => {
      app.action('ack', async ({ ack, body }) => {
        got = body;
        await ack();
      });
    });
    const ts = await post([button('ack', 'Acknowledge', { value: 'incident-12', style: 'primary' })]);
    const outcome = await slack.click('ana', '#incidents', ts, 'ack');
    expect(outcome.status).toBe(200);
    expect(got).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0ANA', name: 'ana' },
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      channel: { id: channel, name: 'incidents' },
      message: { ts, text: 'card', bot_id: 'B0VIGIE', blocks: [{ block_id: 'b1' }] },
      state: { values: {} },
      actions: [{ type: 'button', action_id: 'ack', block_id: 'b1', value: 'incident-12', style: 'primary' }],
    });
    expect('response_url' in got && got.response_url).toMatch(/\/response\/R\d+$/);
    expect('trigger_id' in got && got.trigger_id).toMatch(/^\d+\.\d+\.[0-9a-f]{32}$/);
  });

  it('is possible by label, and in the newest message that shows it', async () => {
    const pressed: string[] = [];
    await serve((app) => {
      app.action('ack', async ({ ack, body }) => {
        pressed.push('message' in body ? (body.message?.ts ?? '') : '');
        await ack();
      });
    });
    await post([button('ack', 'Acknowledge')]);
    const newer = await post([button('ack', 'Acknowledge')]);
    await post([button('other', 'Other')]);
    await slack.click('ben', channel, 'newest', 'Acknowledge');
    expect(pressed).toEqual([newer]);
  });

  it('is impossible when the button is not shown: no dead buttons', async () => {
    await serve(() => undefined);
    const ts = await post([button('ack', 'Acknowledge')]);
    await expect(slack.click('ana', channel, ts, 'resolve')).rejects.toThrow(
      'ana is shown no "resolve"; what is shown: Acknowledge (ack)',
    );
    await client().chat.update({ channel, ts, text: 'gone' });
    await expect(slack.click('ana', channel, ts, 'ack')).rejects.toThrow('nothing to press');
    await expect(slack.click('ana', channel, 'newest', 'ack')).rejects.toThrow('no message in #incidents shows ana');
    await expect(slack.click('ana', channel, '1.000001', 'ack')).rejects.toThrow('ana sees no message');
  });

  it('of two alike needs to say which block', async () => {
    const blocks: string[] = [];
    await serve((app) => {
      app.action('ack', async ({ ack, action }) => {
        blocks.push('block_id' in action ? action.block_id : '');
        await ack();
      });
    });
    const actions = (id: string): object => ({ type: 'actions', block_id: id, elements: [button('ack', 'Ack')] });
    const both = { channel, text: 'x', blocks: [actions('one'), actions('two')] };
    await client().apiCall('chat.postMessage', both);
    const { ts } = slack.newest(channel);
    await expect(slack.click('ana', channel, ts, 'ack')).rejects.toThrow('is shown 2 times');
    await slack.click('ana', channel, ts, 'ack', { blockId: 'two' });
    expect(blocks).toEqual(['two']);
  });

  it('in an ephemeral message is only for the one who sees it, and carries no message', async () => {
    let got: object = {};
    await serve((app) => {
      app.action('retry', async ({ ack, body }) => {
        got = body;
        await ack();
      });
    });
    const blocks = [{ type: 'actions', elements: [button('retry', 'Retry')] }];
    await client().apiCall('chat.postEphemeral', { channel, user: 'U0ANA', text: 'x', blocks });
    const ts = slack.channel(channel).ephemerals[0]?.ts ?? '';
    await expect(slack.click('ben', channel, 'newest', 'retry')).rejects.toThrow('shows ben');
    await expect(slack.click('ben', channel, ts, 'retry')).rejects.toThrow('ben sees no message');
    await slack.click('ana', channel, 'newest', 'retry');
    expect(got).toMatchObject({ container: { is_ephemeral: true } });
    expect(got).not.toHaveProperty('message');
  });

  it('in an archived channel is impossible', async () => {
    await serve(() => undefined);
    const ts = await post([button('ack', 'Acknowledge')]);
    slack.archive('ana', channel);
    await expect(slack.click('ana', channel, ts, 'ack')).rejects.toThrow('archived');
  });

  it('that the app does not answer well shows this person a warning', async () => {
    await serve((app) => {
      app.action('ack', async () => {
        throw new Error('no');
      });
    });
    const ts = await post([button('ack', 'Acknowledge')]);
    const outcome = await slack.click('ana', channel, ts, 'ack');
    expect(outcome.told).toEqual(['This app did not respond. Try again?']);
  });

  it('can be sent again as it was, as people and networks do', async () => {
    const seen: string[] = [];
    await serve((app) => {
      app.action('ack', async ({ ack, body }) => {
        seen.push(
          'actions' in body ? body.actions.map((each) => String('action_ts' in each && each.action_ts)).join() : '',
        );
        await ack();
      });
    });
    const outcome = await slack.click('ana', channel, await post([button('ack', 'Acknowledge')]), 'ack');
    expect((await outcome.again()).status).toBe(200);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(seen[0]);
  });
});

describe('a choice in a menu', () => {
  const option = (value: string): object => ({ text: { type: 'plain_text', text: `Severity ${value}` }, value });
  const menu = { type: 'static_select', action_id: 'severity', options: [option('high'), option('low')] };

  it('carries the option, and only an option that is there', async () => {
    let got: unknown;
    await serve((app) => {
      app.action('severity', async ({ ack, action }) => {
        got = action;
        await ack();
      });
    });
    const ts = await post([menu]);
    await slack.selectOption('ana', channel, ts, 'severity', 'low');
    expect(got).toMatchObject({ type: 'static_select', selected_option: { value: 'low' }, block_id: 'b1' });
    expect(got).not.toHaveProperty('options');
    await expect(slack.selectOption('ana', channel, ts, 'severity', 'huge')).rejects.toThrow(
      'no option "huge" in severity; it shows: Severity high (high), Severity low (low)',
    );
  });
});

it('what was chosen in a message travels with the next press in it, for that person only', async () => {
  const values: unknown[] = [];
  await serve((app) => {
    app.action('severity', ({ ack }) => ack());
    app.action('go', async ({ ack, body }) => {
      if (body.type === 'block_actions') values.push(body.state?.values['b1']?.['severity']?.selected_option?.value);
      await ack();
    });
  });
  const options = [{ text: { type: 'plain_text', text: 'High' }, value: 'high' }];
  const ts = await post([{ type: 'static_select', action_id: 'severity', options }, button('go', 'Go')]);
  await slack.selectOption('ana', channel, ts, 'severity', 'High');
  await slack.click('ana', channel, ts, 'go');
  await slack.click('ben', channel, ts, 'go');
  expect(values).toEqual(['high', undefined]);
});
