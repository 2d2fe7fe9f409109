/** Nobody answers, up to the CTO; then people take over, keep it, and hand it on: word for word, in Slack and in PagerDuty. */
import { expect, test, vi } from 'vitest';
import { channel, startPaged } from './escalation-paged.ts';

/** The standard policy, in seconds. */
const policy = `    levels:
      - {id: L1, name: automated recovery, at: 0s, do: [{slack: {}}]}
      - {id: L2, name: on-call, at: 1s, do: [{pagerduty: {}}, {slack: {mention: oncall}}]}
      - {id: L3, name: engineering lead, at: 2s, do: [{pagerduty: {responders: [{user: PLEAD}]}}]}
      - {id: L4, name: CTO, at: 3s, do: [{pagerduty: {responders: [{user: PCTO}]}}]}
    ack: {lease: 4s, remind_before: 1s}
    confirm: {pagerduty: 30s}`;

test('nobody answers up to the CTO; then it is taken, kept longer, and handed on', async () => {
  await using paged = await startPaged({ policy });
  const { pd, says, slack, vigie } = paged;
  const types = async (who: string, line: string): Promise<string> => {
    const { ephemeral } = await slack.command(who, `#${channel}`, line);
    return ephemeral.map(({ text }) => text).join('\n');
  };

  await paged.fire();
  await says('Level L4 CTO');
  expect(pd.incident()['title']).toContain('HighErrorRate');

  slack.join('ana', `#${channel}`);
  expect(await types('ana', '/incident ack')).toBe('You hold incident 1 for 4 s.');
  await says('The acknowledgement by ana ended. Nobody holds this incident.');
  await says('Nobody holds it any more. Again level L4 CTO');
  const answered = async () => JSON.stringify((await vigie.show(1)).incident).match(/"stand":"done"/g)?.length === 5;
  await vi.waitUntil(answered, { timeout: 10_000, interval: 50 });

  await types('ana', '/incident ack');
  expect(await types('ana', '/incident snooze 2h')).toBe('You hold incident 1 for 2 h.');
  expect(await types('ana', '/incident handoff @ben the cache is full')).toBe(
    'ben is asked to take the command of incident 1.',
  );
  expect(await types('ben', '/incident handoff accept')).toBe('You command incident 1.');
  expect(await types('ben', '/incident snooze 1h')).toBe('You hold incident 1 for 60 min.');
  await says('ben took the command that ana offered.');
  await pd.until(() => JSON.stringify(pd.transcript()).includes('ben took the command'), 10_000);
  await types('ben', '/incident resolve emptied the cache');
  await pd.until(() => pd.incident().status === 'resolved', 10_000);
  await paged.ends();

  const told = paged.told();
  await expect(told.channel).toMatchFileSnapshot('golden/escalation-steering-channel.txt');
  await expect(told.pager).toMatchFileSnapshot('golden/escalation-steering-pagerduty.txt');
}, 60_000);
