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

  await inChannel('Look at the last deploy');
  say('the runbook Checkout is slow asked the shop by itself: 503; now it wants a person');
  const runbook = await runbookCard(slack, channel);
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
  say('ana looks at the deploys; ben says yes, there was one; ana goes back to the last version');
  await presses(slack, 'ana', channel, runbook, 'vigie.step.done');
  await presses(slack, 'ben', channel, runbook, 'vigie.step.answer-0');
  stage.shop.become(true);
  await presses(slack, 'ana', channel, runbook, 'vigie.step.done');

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
  say('clear again; ana closes the incident with a reason');
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

const runbookCard = (slack: Slack, channel: string): Promise<string> =>
  until(
    'the runbook card',
    () =>
      slack.channel(channel).messages.find(({ blocks }) => JSON.stringify(blocks ?? []).includes('vigie.step.'))?.ts,
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
