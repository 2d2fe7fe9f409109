/** People in Slack: they press buttons, type commands and fill forms in, again when nobody answers, whoever of the bots is up. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { SlackSandbox } from '../../sandbox/slack/server.ts';
import { chooseBot } from './bot.ts';
import type { Bot } from './bot.ts';
import type { Chance } from './chance.ts';
import type { Declared, Model } from './model.ts';

/** What came of something that a person did. */
export type Outcome = Awaited<ReturnType<SlackSandbox['command']>>;

/** What people did and what came of it, by deed and result. */
export type Deeds = Record<string, number>;

/** What people are given. */
export interface Crowd {
  readonly slack: SlackSandbox;
  readonly bots: readonly Bot[];
  readonly model: Model;
  readonly chance: Chance;
  readonly deeds: Deeds;
  /** Aborts when they go home. */
  readonly ending: AbortSignal;
}

/** The people of the simulated workspace, with their Slack ids. */
const names = { ana: 'U0ANA', ben: 'U0BEN', chloe: 'U0CHLOE' } as const;
type Name = keyof typeof names;

/** Everybody acts until it is time to go home; a deed that has begun is finished. */
export const startPeople = (crowd: Crowd): Promise<unknown> =>
  Promise.all(
    (Object.keys(names) as Name[]).map((who) => {
      const own = { ...crowd, chance: crowd.chance.of(who) };
      return actAndRest(own, { least: 600, most: 3_000 }, () => act(own, who));
    }),
  );

/** Acts until it is time to go home, with rests of so many milliseconds, and counts what came of it. */
export async function actAndRest(
  { chance, ending, deeds }: Crowd,
  rest: { readonly least: number; readonly most: number },
  deed: () => Promise<string>,
): Promise<void> {
  while (!ending.aborted) {
    await pause(chance.between(rest.least, rest.most), undefined, { signal: ending }).catch(() => undefined);
    const result = await deed().catch((error: unknown) => {
      if (isGone(error)) return 'nothing to press';
      throw error;
    });
    deeds[result] = (deeds[result] ?? 0) + 1;
  }
}

/** Nothing to press any more, no channel yet: people look at what is there, which moves. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && /sees? no|shows|is shown no|no open view|lies under|no channel/.test(error.message);

async function act(crowd: Crowd, who: Name): Promise<string> {
  const { chance, slack } = crowd;
  const open = slack.state().channels.filter(({ name }) => /^inc-\d+-/.test(name));
  if (open.length === 0 || chance.happens(0.12)) return declare(crowd, who);
  const { id, name } = chance.pick(open);
  const number = Number(/^inc-(\d+)-/.exec(name)?.[1]);
  const dice = chance.next();
  if (dice < 0.3) return press(crowd, who, id, 'newest', 'vigie.acknowledge');
  if (dice < 0.4) return press(crowd, who, id, 'newest', 'vigie.take-command');
  if (dice < 0.5) return press(crowd, who, 'C0INCIDENTS', announcementOf(slack, number), 'vigie.acknowledge');
  if (dice < 0.6) return fillIn(crowd, who, id, number);
  if (dice < 0.8) return type(crowd, who, number, 'ack');
  if (dice < 0.9) return type(crowd, who, number, 'commander');
  return type(crowd, who, number, 'resolve', ' it was the network');
}

/** Every request reaches whichever bot the load balancer chooses, also one that is down. */
export function toAnyBot<T>({ slack, bots, chance }: Crowd, send: () => Promise<T>): Promise<T> {
  slack.connectApp(`${chooseBot(bots, chance).publicUrl}/slack/events`);
  return send();
}

function announcementOf(slack: SlackSandbox, number: number): string {
  const mark = z.object({
    event_payload: z.object({ incident: z.literal(number), purpose: z.literal('slack.announcement') }),
  });
  const found = slack.channel('C0INCIDENTS').messages.find(({ metadata }) => mark.safeParse(metadata).success);
  if (found === undefined) throw new Error(`#incidents shows no announcement of incident ${number}`);
  return found.ts;
}

async function press(crowd: Crowd, who: Name, channel: string, ts: string, action: string): Promise<string> {
  const outcome = await toAnyBot(crowd, () => crowd.slack.click(who, channel, ts, action));
  // A finger that taps twice, or a proxy that repeats what was not answered.
  if (crowd.chance.happens(0.2)) await toAnyBot(crowd, () => outcome.again());
  return outcome.status === 200 ? 'press answered' : 'press not answered';
}

async function fillIn(crowd: Crowd, who: Name, channel: string, incident: number): Promise<string> {
  const outcome = await toAnyBot(crowd, () => crowd.slack.click(who, channel, 'newest', 'vigie.resolve'));
  for (let tries = 0; tries < 30 && outcome.view === null; tries += 1) await pause(50);
  const { view } = outcome;
  if (view === null) return 'form did not open';
  const values = { 'vigie.reason': 'it was the disk' };
  for (let tries = 0; tries < 4; tries += 1) {
    const sent = await toAnyBot(crowd, () => crowd.slack.submit(who, view.id, values));
    if (sent.status === 200 && sent.body === '') {
      crowd.model.done.push({ incident, by: names[who], did: 'Closed' });
      return 'form accepted';
    }
    if (sent.status === 200 && !sent.body.includes('Not recorded')) return 'form refused';
    await pause(500);
  }
  return 'form not answered';
}

const answers = {
  ack: /^You hold incident/,
  commander: /^You command incident \d+\.$/,
  resolve: /^Incident \d+ is closed/,
};
const lines = { ack: 'Acknowledged', commander: 'CommandTaken', resolve: 'Closed' } as const;

async function type(crowd: Crowd, who: Name, incident: number, word: keyof typeof lines, more = ''): Promise<string> {
  const outcome = await typed(crowd, who, `/incident ${word} ${incident}${more}`);
  if (outcome.status !== 200) return `${word} not answered`;
  if (!answers[word].test(textOf(outcome))) return `${word} refused`;
  crowd.model.done.push({ incident, by: names[who], did: lines[word] });
  return `${word} accepted`;
}

async function typed(crowd: Crowd, who: Name, line: string): Promise<Outcome> {
  const outcome = await toAnyBot(crowd, () => crowd.slack.command(who, '#incidents', line));
  if (crowd.chance.happens(0.2)) await toAnyBot(crowd, () => outcome.again());
  return outcome;
}

/** Declares, and types it again while the answer is lost, as people do. */
async function declare(crowd: Crowd, who: Name): Promise<string> {
  const { model, chance } = crowd;
  const declared: Declared = { title: `Trouble no. ${model.declared.length + 1}`, attempts: 0, answered: [] };
  model.declared.push(declared);
  const severity = chance.pick(['warning', 'high', 'critical']);
  while (declared.attempts < 5) {
    declared.attempts += 1;
    const outcome = await typed(crowd, who, `/incident declare ${severity} ${declared.title}`);
    const number = /^Incident (\d+) is declared/.exec(textOf(outcome))?.[1];
    if (outcome.status === 200 && number !== undefined) {
      declared.answered.push(Number(number));
      return declared.attempts === 1 ? 'declare accepted' : 'declare accepted after a retry';
    }
    await pause(chance.between(300, 1_000));
  }
  return 'declare not answered';
}

const reply = z.object({ text: z.string() });

/** The text of an acknowledgement. */
export function textOf({ body }: Outcome): string {
  try {
    return reply.safeParse(JSON.parse(body)).data?.text ?? '';
  } catch {
    return '';
  }
}
