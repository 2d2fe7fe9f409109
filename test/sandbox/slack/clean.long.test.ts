/** assertClean: what no correct app ever does is found. */

import { afterEach, beforeEach, expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { defaultSeed } from '../../../sandbox/slack/workspace/seed.ts';
import { clientOf, refusal } from './apps.ts';

const channel = 'C0INCIDENTS';
let slack: SlackSandbox;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack[Symbol.asyncDispose]());

it('a well-behaved app is clean, also when the world is in its way', async () => {
  const { chat, conversations } = clientOf(slack);
  const metadata = (id: number): { event_type: string; event_payload: { id: number } } => ({
    event_type: 'note',
    event_payload: { id },
  });
  await chat.postMessage({ channel, text: 'x', metadata: metadata(1) });
  await chat.postMessage({ channel, text: 'x', metadata: metadata(2) });
  slack.fault({ method: '*', fault: { error: 'invalid_blocks' } });
  await refusal(chat.postMessage({ channel, text: 'x' }));
  await refusal(conversations.create({ name: 'general' }));
  expect(() => slack.assertClean()).not.toThrow();
});

it('a message posted twice is found by its metadata', async () => {
  const { chat } = clientOf(slack);
  const metadata = { event_type: 'note', event_payload: { effect: 'e1' } };
  await chat.postMessage({ channel, text: 'x', metadata });
  await chat.postMessage({ channel, text: 'x', metadata });
  expect(() => slack.assertClean()).toThrow('two messages were posted with the metadata');
});

it('invalid blocks, invalid views and unknown methods are found, with reasons', async () => {
  const client = clientOf(slack);
  await refusal(client.chat.postMessage({ channel, text: 'x', blocks: [{ type: 'nonsense' }] }));
  await refusal(client.views.publish({ user_id: 'U0ANA', view: { type: 'home', blocks: [{ type: 'plan' }] } }));
  await refusal(client.apiCall('chat.shout'));
  expect(() => slack.assertClean()).toThrow(
    [
      'the app did what no correct app does:',
      '- chat.postMessage was refused: invalid_blocks [ERROR] unsupported type: nonsense [json-pointer:/blocks/0/type]',
      '- views.publish was refused: invalid_arguments [ERROR] unsupported type: plan [json-pointer:/view/blocks/0/type]',
      '- chat.shout was refused: unknown_method',
    ].join('\n'),
  );
});

it('two channels of one name are found', async () => {
  const channels = [...defaultSeed.channels, { id: 'C0TWIN', name: 'incidents', members: [] }];
  await using twins = await startSlack({ seed: { channels } });
  expect(() => twins.assertClean()).toThrow('two channels are called #incidents');
});
