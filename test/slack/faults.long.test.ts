/** What goes wrong with calls to Slack becomes a fault that says what was being done, and nothing of the token. */
import { describe, expect, it } from 'vitest';
import { Terminal, Throttled } from '../../src/incident/fault.ts';
import { backgroundClient, interactiveClient } from '../../src/slack/clients.ts';
import { ask } from '../../src/slack/faults.ts';
import { slackLogger } from '../../src/slack/logger.ts';
import { startSlack } from '../../sandbox/slack/server.ts';
import type { SlackSandbox } from '../../sandbox/slack/server.ts';
import type { Fault } from '../../sandbox/slack/api/faults.ts';
import { pino } from 'pino';

const log = slackLogger(pino({ level: 'silent' }));
const clientOf = (slack: SlackSandbox, token = 'xoxb-sandbox') =>
  backgroundClient({ token: () => token, apiUrl: slack.url, log });

/** The fault that posting a card meets. */
async function faultOf(slack: SlackSandbox, fault: Fault, token?: string): Promise<Error> {
  slack.fault({ method: 'chat.postMessage', fault });
  const { chat } = clientOf(slack, token);
  const post = ask('posting the card of incident 12', () => chat.postMessage({ channel: 'C0INCIDENTS', text: 'x' }));
  const met = await post.then(
    () => new Error('no fault'),
    (error: unknown) => error,
  );
  if (!(met instanceof Error)) throw new TypeError('what was thrown is no error');
  expect(met.message).not.toMatch(/xoxb/);
  return met;
}

describe('a call to Slack', () => {
  it('that is asked to wait says for how long, and does not wait itself', async () => {
    await using slack = await startSlack();
    const fault = await faultOf(slack, { status: 429, retryAfter: 30 });
    expect(fault).toBeInstanceOf(Throttled);
    expect(fault).toMatchObject({ after: 30_000, message: 'posting the card of incident 12: Slack asks to wait 30 s' });
  });

  it.each(['invalid_blocks', 'msg_blocks_too_long', 'is_archived', 'no_text', 'metadata_too_large'])(
    'that is answered %s is given up',
    async (error) => {
      await using slack = await startSlack();
      const fault = await faultOf(slack, { error });
      expect(fault).toBeInstanceOf(Terminal);
      expect(fault.message).toBe(`posting the card of incident 12: Slack answered ${error}`);
    },
  );

  it.each(['internal_error', 'token_revoked', 'invalid_auth', 'not_in_channel', 'channel_not_found', 'missing_scope'])(
    'that is answered %s is tried again: somebody may mend it',
    async (error) => {
      await using slack = await startSlack();
      const fault = await faultOf(slack, { error });
      expect(fault).not.toBeInstanceOf(Terminal);
      expect(fault.message).toBe(`posting the card of incident 12: Slack answered ${error}`);
    },
  );

  it('names the scope that is missing', async () => {
    const tokens = [{ token: 'xoxb-poor', kind: 'bot' as const, scopes: [] }];
    await using slack = await startSlack({ seed: { tokens } });
    const fault = await faultOf(slack, { delayMs: 1 }, 'xoxb-poor');
    expect(fault.message).toBe('posting the card of incident 12: Slack answered missing_scope (needs chat:write)');
  });

  it.each<[string, Fault]>([
    ['Slack answered HTTP 503', { status: 503 }],
    ['Slack answered something that is not JSON', 'garbage'],
    ['Slack could not be reached (read ECONNRESET)', 'reset'],
  ])('is tried again when %s', async (says, order) => {
    await using slack = await startSlack();
    const fault = await faultOf(slack, order);
    expect(fault.message).toBe(`posting the card of incident 12: ${says}`);
    expect(fault).not.toBeInstanceOf(Terminal);
  });

  it('that nobody answers is tried again', async () => {
    const { promise, resolve } = Promise.withResolvers<SlackSandbox>();
    resolve(await startSlack());
    const slack = await promise;
    await slack[Symbol.asyncDispose]();
    const fault = await faultOf(slack, { delayMs: 1 });
    expect(fault.message).toMatch(/^posting the card of incident 12: Slack could not be reached \(.*ECONNREFUSED/);
  });

  it('takes expected codes for answers', async () => {
    await using slack = await startSlack();
    slack.fault({ method: 'pins.add', fault: { error: 'already_pinned' } });
    const pinned = () => clientOf(slack).pins.add({ channel: 'C0INCIDENTS', timestamp: '1.1' });
    expect(await ask('pinning', pinned, ['already_pinned'])).toBe('already_pinned');
  });
});

describe('the clients', () => {
  it('of the background makes each call once, that of people twice', async () => {
    await using slack = await startSlack();
    const access = { token: () => 'xoxb-sandbox', apiUrl: slack.url, log };
    for (const client of [backgroundClient(access), interactiveClient(access)]) {
      slack.fault({ method: 'auth.test', times: 2, fault: { status: 500 } });
      await client.auth.test().catch(() => undefined);
      slack.clearFaults();
    }
    expect(slack.calls().filter(({ method }) => method === 'auth.test')).toHaveLength(3);
  });

  it('read the token at each call, so that it can be rotated', async () => {
    await using slack = await startSlack();
    let token = 'xoxb-old';
    const client = backgroundClient({ token: () => token, apiUrl: slack.url, log });
    await expect(client.auth.test()).rejects.toThrow('invalid_auth');
    token = 'xoxb-sandbox';
    expect((await client.auth.test()).bot_id).toBe('B0VIGIE');
  });

  it('are not held up by a rate limit of another call', async () => {
    await using slack = await startSlack();
    const client = clientOf(slack);
    slack.fault({ method: 'chat.postMessage', fault: { status: 429, retryAfter: 60 } });
    await client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'x' }).catch(() => undefined);
    expect((await client.auth.test()).ok).toBe(true);
  });
});
