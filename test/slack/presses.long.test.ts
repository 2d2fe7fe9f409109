/** Pressing buttons: recorded first, drawn again at once, and nobody presses in vain. */
import { describe, expect, it, vi } from 'vitest';
import { alertAt, startEvening } from './evening.ts';
import type { Evening, EveningOptions } from './evening.ts';

async function triggered(options: EveningOptions = {}): Promise<Evening> {
  const evening = await startEvening(options);
  evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
  await evening.perform();
  return evening;
}

const card = '#inc-1-higherrorrate-checkout';

/** What the newest message of a channel shows, as text. */
const shown = ({ slack }: Evening, channel: string): string => JSON.stringify(slack.newest(channel).blocks);

/** What only this person was told since a press. */
async function told(
  { slack }: Evening,
  outcome: { readonly ephemeral: readonly { readonly text: string }[] },
): Promise<string> {
  return (await slack.until(() => outcome.ephemeral[0])).text;
}

describe('a press', () => {
  it('changes the message at once, before the outbox does', async () => {
    await using evening = await triggered();
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await evening.slack.until(() => shown(evening, '#incidents').includes('held by'));
    expect(shown(evening, '#incidents')).not.toContain('vigie.acknowledge');
    expect(evening.memory.incident().human).toMatchObject({ is: 'acknowledged', by: { id: 'U0ANA', name: 'ana' } });
    expect(evening.outbox.map(({ effect }) => effect.type)).toContain('slack.card');
  });

  it('delivered twice is recorded once', async () => {
    await using evening = await triggered();
    const outcome = await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    const { version } = evening.memory.incident();
    expect((await outcome.again()).status).toBe(200);
    expect(evening.memory.incident().version).toBe(version);
  });

  it('is named after what the person saw, so that a later press of a newer card is another one', async () => {
    const causes: string[] = [];
    await using evening = await triggered({
      record: (usual) => (deed, number, cause, actor) => {
        causes.push(cause);
        return usual(deed, number, cause, actor);
      },
    });
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await evening.perform();
    await evening.slack.click('ben', card, 'newest', 'Take command');
    expect(causes).toEqual(['click:1:1:acknowledge:U0ANA', 'click:1:2:take-command:U0BEN']);
  });

  it('of two people is recorded for the first, and the second is told who was faster', async () => {
    await using evening = await triggered();
    evening.slack.join('ben', card);
    const stale = evening.slack.newest('#incidents').ts;
    const [first, second] = await Promise.all([
      evening.slack.click('ana', '#incidents', stale, 'Acknowledge'),
      evening.slack.click('ben', '#incidents', stale, 'Acknowledge'),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const holder = evening.memory.incident().human;
    const late = holder.is === 'acknowledged' && holder.by.name === 'ana' ? second : first;
    expect(await told(evening, late)).toMatch(/holds incident 1\. Take command if you lead now\.$/);
    evening.slack.assertClean();
  });

  it('of a stale button is refused with a sentence, and the button goes', async () => {
    await using evening = await triggered();
    evening.memory.record(1, {
      type: 'Closed',
      at: evening.slack.clock.now(),
      by: { id: 'U0BEN', name: 'ben' },
      reason: 'x',
    });
    const outcome = await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    expect(await told(evening, outcome)).toBe('Incident 1 was closed by ben.');
    await evening.slack.until(() => !shown(evening, '#incidents').includes('vigie.buttons'));
    expect(shown(evening, '#incidents')).toContain('Closed after');
  });

  it('to take command from somebody asks first', async () => {
    await using evening = await triggered();
    await evening.slack.click('ana', '#incidents', 'newest', 'Take command');
    await evening.slack.until(() => shown(evening, '#incidents').includes('commander'));
    expect(shown(evening, '#incidents')).toContain('ana commands incident 1. Take over?');
    await evening.slack.click('ben', '#incidents', 'newest', 'Take command');
    await evening.slack.until(() => shown(evening, '#incidents').includes('U0BEN'));
    expect(evening.memory.incident().commander).toEqual({ id: 'U0BEN', name: 'ben' });
  });
});

describe('when the store does not answer in time', () => {
  it('the person is told to press again, and pressing again records it once', async () => {
    let away = true;
    await using evening = await triggered({
      record:
        (usual) =>
        async (...deed) => {
          if (!away) return usual(...deed);
          away = false;
          // The commit may come late: after the deadline has told the person that nothing was recorded.
          await usual(...deed);
          throw new Error('the database did not answer within 1500 ms');
        },
    });
    const first = await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    expect(first.status).toBe(200);
    expect(await told(evening, first)).toBe('Not recorded, press again.');
    const { version } = evening.memory.incident();
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await evening.slack.until(() => shown(evening, '#incidents').includes('held by'));
    expect(evening.memory.incident().version).toBe(version);
  });
});

describe('nothing is recorded', () => {
  it.each([
    [
      'people of another workspace',
      { id: 'U0EVE', name: 'eve', team_id: 'T0OTHER' },
      'You belong to another workspace, and only people of this one can act here. Ask one of them.',
    ],
    [
      'bots',
      { id: 'U0BOT', name: 'bot', team_id: 'T0SANDBOX', is_bot: true },
      "Bots can't act on incidents: a person must do it.",
    ],
    [
      'Vigie itself',
      { id: 'U0VIGIE', name: 'vigie', team_id: 'T0SANDBOX' },
      "Bots can't act on incidents: a person must do it.",
    ],
  ])('for %s, who are told so', async (_who, user, says) => {
    await using evening = await triggered();
    const container = { type: 'message', message_ts: evening.slack.newest('#incidents').ts, channel_id: 'C0INCIDENTS' };
    const action = {
      type: 'button',
      action_id: 'vigie.acknowledge',
      block_id: 'vigie.buttons',
      value: 'v1:1:1:announcement',
    };
    const team = { id: 'T0SANDBOX', domain: 'sandbox' };
    const press = { type: 'block_actions', user, team, container, trigger_id: '1.2.x', actions: [action] };
    expect(await evening.send(press)).toBe(200);
    await vi.waitFor(() => expect(evening.heard).toHaveLength(2));
    expect(evening.heard[0]).toMatchObject({ response_type: 'ephemeral', text: says });
    expect(evening.memory.incident().human.is).toBe('open');
  });

  it('for a button of another release, whose presser is told so', async () => {
    await using evening = await triggered();
    const blocks = [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'vigie.restart', text: { type: 'plain_text', text: 'Restart' } }],
      },
      {
        type: 'actions',
        elements: [
          { type: 'button', action_id: 'vigie.acknowledge', value: 'v9:1', text: { type: 'plain_text', text: 'Ack' } },
        ],
      },
    ];
    const old = { channel: 'C0INCIDENTS', text: 'x', blocks: JSON.stringify(blocks) };
    const headers = { authorization: 'Bearer xoxb-sandbox' };
    await fetch(`${evening.slack.url}chat.postMessage`, { method: 'POST', headers, body: new URLSearchParams(old) });
    for (const label of ['Restart', 'Ack']) {
      const outcome = await evening.slack.click('ana', '#incidents', 'newest', label);
      expect(outcome.status).toBe(200);
      expect(await told(evening, outcome)).toContain('another release');
    }
    expect(evening.memory.incident().version).toBe(1);
  });
});
