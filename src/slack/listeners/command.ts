/** The command: what was asked is recorded or looked up, and the acknowledgement itself carries the answer. */
import type { App } from '@slack/bolt';
import { deedOf } from '../../incident/choices.ts';
import type { Choice } from '../../incident/choices.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Incident, Person } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import { command } from '../ids.ts';
import { declareForm } from '../views/declare.ts';
import { draw } from '../views/draw.ts';
import { helpOf } from '../views/help.ts';
import { libraryOf } from '../views/library.ts';
import { listOf, mostListed } from '../views/list.ts';
import { answerOf } from '../views/notes.ts';
import type { Message } from '../views/text.ts';
import { quietly, tell } from './answers.ts';
import { actorOf } from './desk.ts';
import type { Desk } from './desk.ts';
import { typedOf } from './door.ts';
import type { Typed } from './door.ts';
import { ambiguous, numberOf } from './number.ts';
import { chooseRunbook, showWalk, startRunbook } from './runbook-command.ts';
import { actOnStep } from './step-command.ts';
import { askedBy, meant } from './words.ts';
import type { Asked, Named } from './words.ts';

/** Listens to the root command. */
export function listenToCommand(app: App, desk: Desk): void {
  app.command(command, async ({ body, ack, respond }) => {
    const typed = typedOf(body);
    const asked = askedBy(typed.text);
    if (asked.is !== 'form') return ack(quietly(await answer(desk, typed, asked)));
    await ack();
    desk.later(
      'opening the form to declare an incident',
      () => desk.slack.views.open({ trigger_id: typed.trigger, view: declareForm(asked.title, asked.severity) }),
      () => tell(respond, `The form did not open. Try again, or type ${command} declare <title>.`),
    );
  });
}

async function answer(desk: Desk, typed: Typed, asked: Exclude<Asked, { is: 'form' }>): Promise<Message> {
  const actor = actorOf(desk, typed.by);
  if (isRefusal(actor)) return answerOf(actor.refused);
  switch (asked.is) {
    case 'declare':
      return answerOf(await declare(desk, typed, actor, asked));
    case 'list':
      return list(desk);
    case 'status':
      return status(desk, typed, asked.incident);
    case 'ack':
      return act(desk, typed, actor, 'acknowledge', asked.incident, '');
    case 'commander':
      return act(desk, typed, actor, 'take-command', asked.incident, '');
    case 'resolve': {
      const unclear = await ambiguous(desk, typed, asked.incident, asked.reason, 'resolve');
      return unclear === null
        ? act(desk, typed, actor, 'resolve', asked.incident, asked.reason)
        : answerOf(unclear.refused);
    }
    case 'runbook':
      return showWalk(desk, typed, asked.incident);
    case 'library':
      return libraryOf(desk.library);
    case 'choose':
      return answerOf(await chooseRunbook(desk, typed, actor, asked));
    case 'start':
      return answerOf(await startRunbook(desk, typed, actor, asked));
    case 'step':
      return answerOf(await actOnStep(desk, typed, actor, asked));
    case 'help':
      return helpOf(asked.unknown, asked.unknown === null ? null : meant(asked.unknown));
  }
}

/** Where a declared incident will be. */
export const declaredAs = (number: number): string => `Incident ${number} is declared: its channel is being made.`;

async function declare(
  desk: Desk,
  { trigger }: Typed,
  by: Person,
  { title, severity }: Extract<Asked, { is: 'declare' }>,
): Promise<string> {
  const deed = { type: 'Declared', at: desk.clock(), by, title, severity } as const;
  const recorded = await desk.record(deed, null, `command:${trigger}`);
  return isRefusal(recorded) ? recorded.refused : declaredAs(recorded.incident.number);
}

async function list({ read, clock }: Desk): Promise<Message> {
  const open = await read.list();
  const shown = open.slice(0, mostListed);
  const entries = await Promise.all(
    shown.map(async (listed) => ({ ...listed, channel: await read.channelOf(listed.number) })),
  );
  return listOf(entries, open.length - shown.length, clock());
}

async function status(desk: Desk, typed: Typed, incident: Named | null): Promise<Message> {
  const number = await numberOf(desk, typed, incident, 'status 12');
  if (typeof number !== 'number') return answerOf(number.refused);
  const found = await desk.read.incident(number);
  if (found === undefined) return answerOf(`There is no incident ${number}.`);
  const channel = await desk.read.channelOf(number);
  return draw(found, { surface: 'status', now: desk.clock(), channel, postedAt: undefined });
}

/** Records a choice for the incident that is named, or that of the channel. */
async function act(
  desk: Desk,
  typed: Typed,
  by: Person,
  choice: Choice,
  incident: Named | null,
  reason: string,
): Promise<Message> {
  const word = { acknowledge: 'ack', 'take-command': 'commander', resolve: 'resolve' }[choice];
  const number = await numberOf(desk, typed, incident, `${word} 12`);
  if (typeof number !== 'number') return answerOf(number.refused);
  const now = desk.clock();
  const recorded = await desk.record(deedOf(choice, by, now, reason), number, `command:${typed.trigger}`);
  return answerOf(isRefusal(recorded) ? recorded.refused : done(choice, recorded.incident, now));
}

function done(choice: Choice, { number, human }: Incident, now: number): string {
  switch (choice) {
    case 'acknowledge':
      return human.is === 'acknowledged'
        ? `You hold incident ${number} for ${spoken(human.until - now)}.`
        : `Your acknowledgement of incident ${number} is recorded.`;
    case 'take-command':
      return `You command incident ${number}.`;
    case 'resolve':
      return `Incident ${number} is closed.`;
  }
}
