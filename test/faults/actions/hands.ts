/** Hands: how people get actions done. They type the command, read the card, and press its button, again when nobody answers. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { SlackSandbox } from '../../../sandbox/slack/server.ts';
import type { Order } from '../../../src/action/action.ts';

/** What people can do about actions, however it is done. */
export interface Hands {
  /** Opens an incident; its number, or null when nobody answered. */
  readonly declare: (title: string) => Promise<number | null>;
  /** Asks for an action. The run that was answered, or why there is none. */
  readonly ask: (
    incident: number,
    service: string,
    order: Order,
  ) => Promise<{ readonly run: string } | { readonly refused: string }>;
  /** What the card of a run says that it is, such as `waits for approval`; null when there is no card yet. */
  readonly word: (run: string) => string | null;
  /** Presses a button of the card. True when it was answered. */
  readonly press: (who: Who, run: string, button: 'approve' | 'cancel') => Promise<boolean>;
}

/** The people of the simulated workspace. */
export type Who = 'ana' | 'ben' | 'chloe';

type Outcome = Awaited<ReturnType<SlackSandbox['command']>>;

/** How often somebody types or presses the same before giving up. */
const tries = 6;

/** Hands in a simulated Slack. */
export function openHands(slack: SlackSandbox): Hands {
  const cardOf = cardsOf(slack);
  const typed = async (line: string): Promise<string | null> => {
    const outcome = await insist(() => slack.command('ana', '#incidents', line));
    return outcome === null ? null : textOf(outcome);
  };
  return {
    declare: async (title) => {
      const answer = (await typed(`/incident declare high ${title}`)) ?? '';
      const number = /^Incident (\d+) is declared/.exec(answer)?.[1];
      return number === undefined ? null : Number(number);
    },
    ask: async (incident, service, order) => {
      const answer = await typed(`/incident do #${incident} ${wordsOf(order, service)}`);
      if (answer === null) return { refused: 'nobody answered' };
      const run = /^Run (\d+-\d+): /.exec(answer)?.[1];
      return run === undefined ? { refused: answer } : { run };
    },
    word: (run) => /^Action [\d-]+, (.+?): /.exec(cardOf(run)?.text ?? '')?.[1] ?? null,
    press: async (who, run, button) => {
      const card = cardOf(run);
      if (card === null) return false;
      try {
        return (await insist(() => slack.click(who, card.channel, card.ts, `vigie.run.${button}`))) !== null;
      } catch (error) {
        // The button is gone: somebody, or time, was faster.
        if (error instanceof Error && /shows|sees? no/.test(error.message)) return false;
        throw error;
      }
    },
  };
}

/** Sends the very same request again while it is not answered, as Slack's own retries and impatient fingers do. */
async function insist(send: () => Promise<Outcome>): Promise<Outcome | null> {
  let outcome = await send();
  for (let tried = 1; tried < tries; tried += 1) {
    if (outcome.status === 200 && !/Not recorded|does not say who you are/.test(outcome.body)) return outcome;
    await pause(400);
    outcome = await outcome.again();
  }
  return outcome.status === 200 ? outcome : null;
}

/** An order as it is typed. */
function wordsOf(order: Order, service: string): string {
  switch (order.verb) {
    case 'scale':
    case 'rollback':
      return `${order.verb} ${service} ${order.to}`;
    case 'delete-pod':
      return `delete-pod ${service} ${order.pod}`;
    case 'set-autoscaler-bounds':
      return `bounds ${service} ${order.min ?? ''}-${order.max ?? ''}`;
    case 'restart':
    case 'pause':
    case 'resume':
      return `${order.verb} ${service}`;
  }
}

const reply = z.object({ text: z.string() });

function textOf({ body }: Outcome): string {
  try {
    return reply.safeParse(JSON.parse(body)).data?.text ?? '';
  } catch {
    return '';
  }
}

const mark = z.object({ event_payload: z.object({ purpose: z.string() }) });

type Card = ReturnType<SlackSandbox['newest']>;

/** Finds the cards of runs. Each is looked for until it is there, and kept: it is edited, and never posted anew. */
function cardsOf(slack: SlackSandbox): (run: string) => Card | null {
  const channels = new Map<string, string>();
  const cards = new Map<string, Card>();
  const channelOf = (incident: string): string | undefined => {
    const found =
      channels.get(incident) ?? slack.state().channels.find(({ name }) => name.startsWith(`inc-${incident}-`))?.id;
    if (found !== undefined) channels.set(incident, found);
    return found;
  };
  return (run) => {
    const known = cards.get(run);
    if (known !== undefined) return known;
    const channel = channelOf(run.split('-')[0] ?? '');
    const isCard = ({ metadata }: Card): boolean =>
      mark.safeParse(metadata).data?.event_payload.purpose === `slack.action:${run}`;
    const found = channel === undefined ? undefined : slack.channel(channel).messages.find(isCard);
    if (found !== undefined) cards.set(run, found);
    return found ?? null;
  };
}
