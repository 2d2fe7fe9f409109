/** The command: what was asked is recorded or looked up, and the acknowledgement itself carries the answer. */
import type { App } from '@slack/bolt';
import type { Actor } from '../../access/actor.ts';
import { mayAct } from '../../access/permissions.ts';
import type { Permission } from '../../access/permissions.ts';
import { deedOf } from '../../incident/choices.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Incident } from '../../incident/incident.ts';
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
import type { Desk } from './desk.ts';
import { askTyped, diagnoseTyped, doFormFor } from './do.ts';
import { typedOf } from './door.ts';
import type { Typed } from './door.ts';
import { ambiguous, numberOf } from './number.ts';
import { onCall } from './oncall.ts';
import type { Named } from './reading.ts';
import { actionWords, runWordsOf } from './run.ts';
import { actOnRun, keepChange, showWaiting } from './run-command.ts';
import { switchAutomation } from './automation.ts';
import { chooseRunbook, showWalk, startRunbook } from './runbook-command.ts';
import { silence } from './silence.ts';
import { wordsOf as stepWordsOf } from './step.ts';
import { steerTyped, steerWordOf } from './steer-command.ts';
import { isSteering } from './steer-words.ts';
import { actOnStep } from './step-command.ts';
import { askedBy, meant } from './words.ts';
import type { Asked } from './words.ts';

/** Listens to the root command. */
export function listenToCommand(app: App, desk: Desk): void {
  app.command(command, async ({ body, ack, respond }) => {
    const typed = typedOf(body);
    const asked = askedBy(typed.text);
    if (asked.is !== 'form' && asked.is !== 'do-form') return ack(quietly(await answer(desk, typed, asked)));
    const form = asked.is === 'form' ? declareForm(asked.title, asked.severity) : await doFormFor(desk, typed, asked);
    if (isRefusal(form)) return ack(quietly(answerOf(form.refused)));
    await ack();
    const instead = asked.is === 'form' ? `${command} declare <title>` : `${command} do <verb> <service>`;
    desk.later(
      'opening the form of a command',
      () => desk.slack.views.open({ trigger_id: typed.trigger, view: form }),
      () => tell(respond, `The form did not open. Try again, or type ${instead}.`),
    );
  });
}

type Answered = Exclude<Asked, { is: 'form' | 'do-form' }>;

/** The permissions that what is asked for may take; none where it is looked up with the run itself. */
function wordsOf(asked: Answered): readonly Permission[] {
  if (isSteering(asked)) return [steerWordOf(asked)];
  switch (asked.is) {
    case 'declare':
    case 'list':
    case 'status':
    case 'ack':
    case 'commander':
    case 'resolve':
    case 'help':
    case 'silence':
      return [asked.is];
    case 'runbook':
    case 'library':
    case 'waiting':
    case 'oncall':
      return ['status'];
    case 'choose':
    case 'start':
      return ['runbook'];
    case 'step':
      return stepWordsOf(asked.does);
    case 'do':
      return actionWords;
    case 'diagnose':
      return ['diagnose', 'free-target'];
    case 'approve':
    case 'cancel':
    case 'revert':
    case 'keep':
      return runWordsOf(asked.is);
    case 'automation':
      return ['automation'];
  }
}

/** What only looks is asked here whether it may; deeds are asked by the rule book, in the commit. */
const looks: ReadonlySet<Permission> = new Set<Permission>(['list', 'status', 'help']);

async function answer(desk: Desk, typed: Typed, asked: Answered): Promise<Message> {
  const words = wordsOf(asked);
  const actor = await desk.actorOf(typed.by, ...words);
  if (isRefusal(actor)) return answerOf(actor.refused);
  const denied = words
    .filter((word) => looks.has(word))
    .map((word) => mayAct(actor, word, desk.facts.access))
    .find((refusal) => refusal !== null);
  if (denied !== undefined) return answerOf(denied.refused);
  if (isSteering(asked)) return steerTyped(desk, typed, actor, asked);
  switch (asked.is) {
    case 'declare':
      return answerOf(await declare(desk, typed, actor, asked));
    case 'automation':
      return answerOf(await switchAutomation(desk, actor, asked.to));
    case 'silence':
      return answerOf(await silence(desk, typed, actor, asked));
    case 'list':
      return list(desk);
    case 'oncall':
      return onCall(desk, typed, asked.service);
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
      return libraryOf(desk.library());
    case 'choose':
      return answerOf(await chooseRunbook(desk, typed, actor, asked));
    case 'start':
      return answerOf(await startRunbook(desk, typed, actor, asked));
    case 'step':
      return answerOf(await actOnStep(desk, typed, actor, asked));
    case 'do':
      return answerOf(await askTyped(desk, typed, asked));
    case 'diagnose':
      return answerOf(await diagnoseTyped(desk, typed, asked));
    case 'waiting':
      return showWaiting(desk, typed, asked.incident);
    case 'approve':
    case 'cancel':
    case 'revert':
      return answerOf(await actOnRun(desk, typed, asked));
    case 'keep':
      return answerOf(await keepChange(desk, typed, actor, asked));
    case 'help':
      return helpOf(asked.unknown, asked.unknown === null ? null : meant(asked.unknown));
  }
}

/** Where a declared incident will be. */
export const declaredAs = (number: number): string => `Incident ${number} is declared: its channel is being made.`;

async function declare(
  desk: Desk,
  { trigger }: Typed,
  actor: Actor,
  { title, severity }: Extract<Asked, { is: 'declare' }>,
): Promise<string> {
  const deed = { type: 'Declared', at: desk.clock(), by: actor.person, title, severity } as const;
  const recorded = await desk.record(deed, null, `command:${trigger}`, actor);
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

/** Choices with a subcommand of their own. */
type Typable = 'acknowledge' | 'take-command' | 'resolve';

/** Records a choice for the incident that is named, or that of the channel. */
async function act(
  desk: Desk,
  typed: Typed,
  actor: Actor,
  choice: Typable,
  incident: Named | null,
  reason: string,
): Promise<Message> {
  const word = { acknowledge: 'ack', 'take-command': 'commander', resolve: 'resolve' }[choice];
  const number = await numberOf(desk, typed, incident, `${word} 12`);
  if (typeof number !== 'number') return answerOf(number.refused);
  const now = desk.clock();
  const deed = deedOf(choice, actor.person, now, reason);
  const recorded = await desk.record(deed, number, `command:${typed.trigger}`, actor);
  return answerOf(isRefusal(recorded) ? recorded.refused : done(choice, recorded.incident, now));
}

function done(choice: Typable, { number, human }: Incident, now: number): string {
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
