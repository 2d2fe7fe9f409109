/** Steering an escalation in Slack: typed and pressed, answered to one, and seen by all. */
import { describe, expect, it } from 'vitest';
import { paged } from '../incident/samples.ts';
import { alertAt, startEvening } from './evening.ts';
import type { Evening } from './evening.ts';

const channel = '#inc-1-higherrorrate-checkout';

async function triggered(): Promise<Evening> {
  const evening = await startEvening({ rules: { policies: paged.policies, able: paged.able } });
  evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
  await evening.perform();
  for (const name of ['ana', 'ben']) evening.slack.join(name, channel);
  return evening;
}

async function type({ slack }: Evening, who: string, line: string): Promise<string> {
  const { ephemeral } = await slack.command(who, channel, line);
  return ephemeral.map(({ text }) => text).join('\n');
}

/** The pinned card as it is now. */
const card = ({ slack }: Evening) => {
  const found = slack.channel(channel).messages.find(({ blocks }) => JSON.stringify(blocks).includes('"header"'));
  return { ts: found?.ts ?? '', shows: JSON.stringify(found?.blocks ?? []) };
};

/** Whatever stands in the channel. */
const said = ({ slack }: Evening): string => slack.transcript({ channel: channel.slice(1) });

describe('typed', () => {
  it('page calls somebody by name, who is invited, and everybody sees who asked and why', async () => {
    await using evening = await triggered();
    expect(await type(evening, 'ana', '/incident page @chloe you know the cache')).toBe(
      'Called for incident 1: chloe. What comes of it stands on the card.',
    );
    await evening.perform();
    expect(evening.slack.channel(channel).members).toContain('U0CHLOE');
    expect(said(evening)).toContain('ana pages chloe: you know the cache.');
    expect(evening.slack.newest(channel).text).toContain('<@U0CHLOE>');
    expect(await type(evening, 'ana', '/incident page database')).toMatch(/^vigie\.yaml has no policy "database"/);
    expect(await type(evening, 'ana', '/incident page @vigie')).toMatch(/^Choose a person|^That is a bot/);
    evening.slack.assertClean();
  });

  it('escalate calls the next level, or the one that is named', async () => {
    await using evening = await triggered();
    expect(await type(evening, 'ana', '/incident escalate 3 shops are down')).toMatch(/^Called for incident 1: L2\./);
    expect(evening.memory.lines.some((line) => 'reason' in line && line.reason === '3 shops are down')).toBe(true);
    expect(await type(evening, 'ben', '/incident escalate')).toBe(
      'L3 was called less than a minute ago. Wait for an answer first.',
    );
    expect(await type(evening, 'ben', '/incident escalate l3 all of it')).toMatch(/^Called for incident 1: L3\./);
    expect(await type(evening, 'ben', '/incident escalate L7')).toMatch(/^There is no level "L7"/);
  });

  it('handoff offers the command with what was tried, and is accepted with a button', async () => {
    await using evening = await triggered();
    await type(evening, 'ana', '/incident ack');
    expect(await type(evening, 'ana', '/incident handoff @ben over to you')).toBe(
      'ben is asked to take the command of incident 1.',
    );
    await evening.perform();
    const offer = evening.slack.newest(channel);
    expect(offer.text).toMatch(/^<@U0BEN> ben, ana offers you the command: over to you\.|^ben, ana offers/);
    expect(JSON.stringify(offer.blocks)).toContain('1 alert firing (HighErrorRate), ana has it until');
    expect(card(evening).shows).toContain('*Command offered*');
    const wrong = await evening.slack.click('ana', channel, card(evening).ts, 'Accept command');
    expect((await evening.slack.until(() => wrong.ephemeral[0])).text).toMatch(/^ana offers the command to ben\./);
    await evening.slack.click('ben', channel, card(evening).ts, 'Accept command');
    await evening.perform();
    expect(evening.memory.incident()).toMatchObject({ commander: { id: 'U0BEN' }, handoff: null });
    expect(said(evening)).toContain('ben took the command that ana offered.');
    expect(card(evening).shows).not.toContain('vigie.accept-handoff');
    evening.slack.assertClean();
  });

  it('snooze extends what one holds, and the card says until when; unack ends it', async () => {
    await using evening = await triggered();
    expect(await type(evening, 'ana', '/incident snooze 2h')).toBe('Nobody holds incident 1. Acknowledge it first.');
    await type(evening, 'ana', '/incident ack');
    expect(await type(evening, 'ana', '/incident snooze 2h')).toBe('You hold incident 1 for 2 h.');
    await evening.perform();
    expect(card(evening).shows).toContain('*Snoozed*\\nby <@U0ANA> until <!date^');
    expect(await type(evening, 'ben', '/incident unack')).toMatch(/^ana holds incident 1, not you\./);
    expect(await type(evening, 'ana', '/incident unack')).toBe('You do not hold incident 1 any more.');
    await evening.perform();
    expect(card(evening).shows).toContain('vigie.acknowledge');
    expect(said(evening)).toContain('ana let go of it. Nobody holds this incident.');
  });

  it('catchup shows the brief to whoever asks, and to nobody else', async () => {
    await using evening = await triggered();
    const { ephemeral } = await evening.slack.command('ben', channel, '/incident catchup');
    expect(JSON.stringify(ephemeral[0])).toContain('Nobody commands it.');
    expect(
      evening.slack
        .channel(channel)
        .messages.every(({ blocks }) => !JSON.stringify(blocks).includes('Nobody commands it.')),
    ).toBe(true);
    evening.slack.assertClean();
  });
});

describe('pressed', () => {
  it('Un-acknowledge and Snooze stand where Acknowledge was', async () => {
    await using evening = await triggered();
    expect(card(evening).shows).toContain('nobody commands this');
    await evening.slack.click('ana', channel, card(evening).ts, 'Acknowledge');
    await evening.perform();
    expect(card(evening).shows).not.toContain('vigie.acknowledge');
    await evening.slack.click('ana', channel, card(evening).ts, 'Snooze 60 min');
    await evening.perform();
    expect(card(evening).shows).toContain('*Snoozed*');
    await evening.slack.click('ana', channel, card(evening).ts, 'Un-acknowledge');
    await evening.perform();
    expect(evening.memory.incident().human).toEqual({ is: 'open' });
  });

  it('Escalate names whom it calls, and calls them once', async () => {
    await using evening = await triggered();
    expect(card(evening).shows).toContain('Call L2 for incident 1 now?');
    const { ts } = card(evening);
    await evening.slack.click('ana', channel, ts, 'Escalate');
    await evening.perform();
    expect(evening.memory.incident().pager.pages.at(-1)?.levels).toEqual([{ id: 'L2', name: 'L2' }]);
    expect(card(evening).shows).not.toContain('vigie.escalate');
    evening.slack.assertClean();
  });

  it('Page asks for whom, refuses a bot, and calls a person', async () => {
    await using evening = await triggered();
    const opened = await evening.slack.click('ana', channel, card(evening).ts, 'Page');
    const view = await evening.slack.until(() => opened.view);
    const bot = await evening.slack.submit('ana', view.id, { 'vigie.person': 'vigie' });
    expect(bot.body).toContain('Choose a person');
    await evening.slack.submit('ana', view.id, { 'vigie.person': 'ben', 'vigie.reason': 'the cache' });
    await evening.perform();
    expect(said(evening)).toContain('ana pages ben: the cache.');
    evening.slack.assertClean();
  });
});
