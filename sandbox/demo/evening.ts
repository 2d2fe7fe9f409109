/** The evening that the demo plays: real recorded webhooks, and what people do about them. */
import { z } from 'zod';
import type { Stage } from './stage.ts';

/** An expectation of the evening that did not come true. */
export class Disappointment extends Error {
  override readonly name = 'Disappointment';
}

/** The recorded evening: a slow checkout, failing requests, one pod recovers, all clear, one fails again, all clear. */
const capture = 'test/fixtures/alertmanager/checkout-evening.json';

/** Plays the evening. `say` hears of each step; a `Disappointment` says which expectation failed. */
export async function playEvening(stage: Stage, say: (text: string) => void): Promise<void> {
  const { slack, webhook } = stage;
  const vigie: Vigie = (...args) => stage.vigie(...args);
  const inChannel = (text: string): Promise<string> => shows(() => slack.transcript(), text);
  say('Alertmanager reports a slow checkout (a recorded evening, replayed)');
  const replayed = vigie('fire', capture, '--url', webhook, '--token-env', 'AM_TOKEN');
  replayed.catch(() => undefined);
  const channel = await until(
    'an incident channel',
    () => slack.state().channels.find(({ name }) => name.startsWith('inc-1-'))?.name,
  );
  await inChannel('HighLatency');
  say(`Vigie announced it, opened #${channel} and pinned the card`);

  await inChannel('Was there a deploy within the last hour?');
  say('the runbook Checkout is slow asked the shop (503) and the pods by itself; now it wants a person');
  const runbook = await cardWith(slack, channel, 'the runbook card', 'vigie.step.');
  await inChannel('Severity rose from warning to critical');
  say('requests fail on two pods: the severity rises; ana acknowledges, ben is too late');
  const card = await cardOf(slack, channel);
  await slack.click('ana', '#incidents', 'newest', 'vigie.acknowledge');
  await inChannel('ana acknowledged');
  const late = await slack.command('ben', `#${channel}`, '/incident ack');
  if (!`${late.body}${JSON.stringify(late.ephemeral)}`.includes('ana holds incident 1'))
    throw new Disappointment('ben is not told who holds the incident');
  say('ben takes command');
  await slack.click('ben', channel, card, 'vigie.take-command');
  await inChannel('ben took command');
  say('ben says yes, there was a deploy; ana asks for the rollback, sees the plan, and ben approves exactly that');
  await presses(slack, 'ben', channel, runbook, 'vigie.step.answer-0');
  await presses(slack, 'ana', channel, runbook, 'vigie.step.run');
  const action = await cardWith(slack, channel, 'the plan', 'vigie.run.approve');
  await presses(slack, 'ben', channel, action, 'vigie.run.approve');
  await until('the version that worked', () => stage.shop.isWell());
  say('the rollback has landed once, with the marker vigie.dev/last-action; Vigie counts the pods');

  await inChannel('All alerts cleared');
  say('all clear: the step is proved, the shop answers again, the runbook is at its end');
  await inChannel('Checkout is slow · at its end');
  await inChannel('Resolved: all alerts stayed clear');
  say('resolved; six seconds later a pod fails again, and the same incident re-opens in the same channel');
  await inChannel('re-opened as episode 2');
  await replayed;
  await shows(
    () => slack.transcript().split('re-opened as episode 2').at(-1) ?? '',
    'Resolved: all alerts stayed clear',
  );
  say('clear again; ana may not close it before somebody owns what is still changed');
  const early = await slack.command('ana', `#${channel}`, '/incident resolve 1 done');
  if (!early.body.includes('has left this changed'))
    throw new Disappointment('closing does not ask about the rollback');
  await slack.command('ana', `#${channel}`, '/incident keep 1-1 7d mended in SHOP-42');
  await inChannel('ana keeps what run 1-1 changed');
  say('ana keeps the rollback for a week, with a ticket, and closes the incident with a reason');
  const opened = await slack.command('ana', `#${channel}`, '/incident resolve 1 Bad deploy of 17:40 rolled back');
  if (opened.status !== 200) throw new Disappointment(`closing was answered with ${opened.status}`);
  await inChannel('ana closed the incident');
  await until('a card without dead buttons', () => !cardText(slack, channel).includes('vigie.take-command'));
  await expectEnd(vigie);
  slack.assertClean();
}

type Vigie = (...args: readonly string[]) => Promise<string>;

const ending = z.object({ phase: z.string(), episode: z.number(), alerts: z.array(z.object({ status: z.string() })) });

async function expectEnd(vigie: Vigie): Promise<void> {
  const { phase, episode, alerts } = ending.parse(JSON.parse(await vigie('incident', 'show', '1', '--json')));
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  if (phase !== 'closed' || episode !== 2 || alerts.length !== 3 || firing !== 0) {
    throw new Disappointment(
      `incident 1 ended ${phase}, episode ${episode}, with ${firing} of ${alerts.length} alerts firing`,
    );
  }
}

type Slack = Stage['slack'];

const cardMessage = (slack: Slack, channel: string) =>
  slack
    .channel(channel)
    .messages.find((message) => JSON.stringify(message.blocks ?? []).includes('vigie.take-command'));

const cardText = (slack: Slack, channel: string): string =>
  JSON.stringify(slack.channel(channel).messages.map(({ blocks }) => blocks));

const cardOf = (slack: Slack, channel: string): Promise<string> =>
  until('the card', () => cardMessage(slack, channel)?.ts);

const cardWith = (slack: Slack, channel: string, what: string, button: string): Promise<string> =>
  until(
    what,
    () => slack.channel(channel).messages.find(({ blocks }) => JSON.stringify(blocks ?? []).includes(button))?.ts,
  );

/** Presses a button once it is there. */
async function presses(slack: Slack, who: 'ana' | 'ben', channel: string, ts: string, action: string): Promise<void> {
  await until(`the button ${action}`, () => {
    const message = slack.channel(channel).messages.find((one) => one.ts === ts);
    return JSON.stringify(message?.blocks ?? []).includes(action);
  });
  await slack.click(who, channel, ts, action);
}

const shows = async (transcript: () => string, text: string): Promise<string> => {
  await until(`“${text}” in Slack`, () => transcript().includes(text));
  return text;
};

/** Waits, 25 s at most, since Slack's limits and the recorded gaps slow an evening down. */
async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const end = Date.now() + 25_000;
  while (Date.now() < end) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Disappointment(`${what} did not come within 25 s`);
}
