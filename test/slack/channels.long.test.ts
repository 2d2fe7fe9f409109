/** Incident channels: names, adoption after a crash, people, links, and what may fail without holding up the card. */
import { describe, expect, it } from 'vitest';
import { channelName } from '../../src/slack/perform/name.ts';
import { defaultSeed } from '../../sandbox/slack/workspace/seed.ts';
import type { UserSeed } from '../../sandbox/slack/workspace/seed.ts';
import { alertAt, startEvening } from './evening.ts';
import type { Evening } from './evening.ts';

const name = 'inc-1-higherrorrate-checkout';

function report(evening: Evening): void {
  evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
}

/** Calls Slack as Vigie did in an earlier life. */
async function earlier({ slack }: Evening, method: string, args: Record<string, string>): Promise<string> {
  const headers = { authorization: 'Bearer xoxb-sandbox' };
  const answer = await fetch(`${slack.url}${method}`, { method: 'POST', headers, body: new URLSearchParams(args) });
  const { channel } = (await answer.json()) as { channel?: { id?: string } };
  return channel?.id ?? '';
}

describe('the name of a channel', () => {
  it.each([
    ['HighErrorRate · checkout', 1, 'inc-12-higherrorrate-checkout'],
    ['Café fermé: ça brûle!', 1, 'inc-12-cafe-ferme-ca-brule'],
    ['データベース', 1, 'inc-12'],
    ['x'.repeat(200), 1, `inc-12-${'x'.repeat(73)}`],
    ['x'.repeat(200), 3, `inc-12-${'x'.repeat(71)}-3`],
    [`${'x'.repeat(72)} y`, 1, `inc-12-${'x'.repeat(72)}`],
  ])('of "%s", try %d, is %s', (title, nth, expected) => {
    expect(channelName({ number: 12, title }, nth)).toBe(expected);
    expect(expected.length).toBeLessThanOrEqual(80);
  });
});

describe('a name that is taken', () => {
  it('by somebody else gets a number', async () => {
    await using evening = await startEvening({
      slack: {
        seed: {
          channels: [
            ...defaultSeed.channels,
            { id: 'C0OTHER', name, members: ['U0ANA'] },
            { id: 'C0OLD', name: `${name}-2`, members: ['U0VIGIE'], isArchived: true },
          ],
        },
      },
    });
    report(evening);
    await evening.perform();
    expect(evening.faults).toEqual([]);
    expect(evening.slack.channel(`#${name}-3`).pins).toHaveLength(1);
    expect(evening.slack.channel('C0OTHER').messages).toEqual([]);
  });

  it('by ourselves, before we could say for whom, is adopted', async () => {
    await using evening = await startEvening();
    const made = await earlier(evening, 'conversations.create', { name });
    report(evening);
    await evening.perform();
    expect(evening.places.get('1 channel')).toBe(made);
    expect(evening.slack.channel(made).purpose.value).toMatch(/^Vigie incident 1, opened 20/);
  });

  it('by an incident of an earlier database is left alone', async () => {
    await using evening = await startEvening();
    const made = await earlier(evening, 'conversations.create', { name });
    const purpose = 'Vigie incident 1, opened 2020-01-01T00:00:00.000Z';
    await earlier(evening, 'conversations.setPurpose', { channel: made, purpose });
    report(evening);
    await evening.perform();
    expect(evening.slack.channel(`#${name}-2`).id).toBe(evening.places.get('1 channel'));
    expect(evening.slack.channel(made).purpose.value).toBe(purpose);
  });
});

describe('people', () => {
  const guest: UserSeed = { id: 'U0GUEST', name: 'gus', realName: 'Gus', kind: 'single-channel guest' };
  const gone: UserSeed = { id: 'U0GONE', name: 'gone', realName: 'Gone', kind: 'person', deleted: true };
  const seed = {
    users: [...defaultSeed.users, guest, gone],
    channels: [...defaultSeed.channels, { id: 'C0GUESTS', name: 'guests', members: ['U0GUEST'] }],
    userGroups: [{ id: 'S0SHOP', handle: 'shop', name: 'Shop', users: ['U0BEN', 'U0GUEST', 'U0GONE', 'U0VIGIE'] }],
  };

  it('of the service are invited once, and those who cannot be are named', async () => {
    await using evening = await startEvening({
      slack: { seed },
      parts: { teamOf: () => ({ channel: null, group: 'S0SHOP' }) },
    });
    report(evening);
    await evening.perform();
    expect(evening.faults).toEqual([]);
    expect(evening.slack.channel(`#${name}`).members).toEqual(['U0VIGIE', 'U0BEN']);
    const told = evening.slack.transcript({ channel: name });
    expect(told).toContain('Could not be invited: @gus (ura max channels) @gone (cant invite)');
    await evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await evening.perform();
    expect(evening.slack.calls().filter(({ method }) => method === 'usergroups.users.list')).toHaveLength(1);
    expect(evening.slack.channel(`#${name}`).members).toEqual(['U0VIGIE', 'U0BEN', 'U0ANA']);
  });

  it('who were let in already are no fault', async () => {
    await using evening = await startEvening();
    report(evening);
    await evening.perform();
    evening.slack.join('ana', `#${name}`);
    await evening.slack.click('ana', `#${name}`, 'newest', 'Acknowledge');
    await evening.perform();
    expect(evening.faults).toEqual([]);
    expect(evening.slack.transcript({ channel: name })).not.toContain('Could not be invited');
  });
});

it('the topic is written only when it changes, as each change is a line in the channel', async () => {
  await using evening = await startEvening();
  report(evening);
  await evening.perform();
  const topics = () => evening.slack.calls().filter(({ method }) => method === 'conversations.setTopic').length;
  for (const expected of [2, 2]) {
    await evening.slack.command('ana', '#incidents', '/incident ack 1');
    await evening.wait(120_000);
    await evening.perform();
    expect(topics()).toBe(expected);
  }
});

describe('what is good to have', () => {
  it('is left out when only a person can make it possible, told on the card once, and does not keep the card waiting', async () => {
    const tokens = [
      { token: 'xoxb-sandbox', kind: 'bot' as const, scopes: ['commands', 'chat:write', 'channels:manage'] },
    ];
    await using evening = await startEvening({
      slack: { seed: { tokens } },
      parts: { teamOf: () => ({ channel: null, group: 'S0ONCALL' }) },
    });
    report(evening);
    await evening.perform();
    const told = evening.slack.transcript({ channel: name });
    expect(told).toContain(
      'Vigie gave up slack.channel: reading the members of S0ONCALL for incident 1: Slack answered',
    );
    expect(told).toContain('missing_scope (needs usergroups:read)');
    expect(told).toContain('missing_scope (needs pins:write)');
    expect(evening.outbox).toEqual([]);
    expect(evening.faults).toEqual([]);
    const { version } = evening.memory.incident();
    await evening.slack.command('ana', '#incidents', '/incident ack 1');
    await evening.perform();
    expect(evening.memory.incident().version).toBe(version + 1);
  });

  it('is tried until it works while Slack is troubled', async () => {
    await using evening = await startEvening({ parts: { teamOf: () => ({ channel: null, group: 'S0ONCALL' }) } });
    evening.slack.fault({ method: 'usergroups.users.list', times: 8, fault: { status: 503 } });
    report(evening);
    await evening.perform(9);
    expect(evening.faults).toHaveLength(8);
    expect(evening.slack.channel(`#${name}`).members).toEqual(['U0VIGIE', 'U0BEN', 'U0CHLOE']);
  });

  it('waits when Slack asks to', async () => {
    await using evening = await startEvening();
    evening.slack.fault({ method: 'bookmarks.add', times: 4, fault: { status: 429, retryAfter: 5 } });
    report(evening);
    await evening.perform();
    expect(evening.faults.filter((fault) => fault.startsWith('Throttled bookmarking'))).toHaveLength(4);
    expect(evening.slack.channel(`#${name}`).bookmarks.map(({ title }) => title)).toEqual(['Runbook', 'Query']);
  });
});
