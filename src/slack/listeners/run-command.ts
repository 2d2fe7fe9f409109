/** What people type about runs: see what waits, approve, call off, revert, keep. */
import type { Actor } from '../../access/actor.ts';
import { keepDeedOf } from '../../action/choices.ts';
import type { Run } from '../../action/run.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Incident } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import { command } from '../ids.ts';
import { wordOf } from '../views/action.ts';
import { answerOf } from '../views/notes.ts';
import { orderOf, wholeTarget } from '../views/orders.ts';
import type { Message } from '../views/text.ts';
import type { Desk } from './desk.ts';
import type { Typed } from './door.ts';
import { numberOf } from './number.ts';
import type { Named } from './reading.ts';
import { redrawRun } from './redraw.ts';
import { recordRun } from './run.ts';
import type { RunAsked } from './run-words.ts';

/** The plan that waits for a yes, with its buttons, for one person: what is approved is what they were shown. */
export async function showWaiting(desk: Desk, typed: Typed, named: Named | null): Promise<Message> {
  const number = await numberOf(desk, typed, named, 'approve 12');
  if (typeof number !== 'number') return answerOf(number.refused);
  const incident = await desk.read.incident(number);
  if (incident === undefined) return answerOf(`There is no incident ${number}.`);
  const waiting = Object.values(incident.runs).filter(({ stand }) => stand.is === 'planned');
  const [run, ...others] = waiting;
  if (run === undefined) return answerOf(`Nothing waits for approval in incident ${number}.`);
  if (others.length === 0) return redrawRun(desk, incident, run.id) ?? answerOf(`There is no run ${run.id}.`);
  const each = waiting.map(({ id, order, target }) => `${id} (${orderOf(order, wholeTarget(target))})`).join('; ');
  return answerOf(`Say which: ${command} approve <run>. These wait: ${each}.`);
}

/** Approves, calls off or reverts a run that is named. */
export async function actOnRun(
  desk: Desk,
  { by, trigger }: Typed,
  { is, run }: Extract<RunAsked, { is: 'approve' | 'cancel' | 'revert' }>,
): Promise<string> {
  const cause = `command:${trigger}`;
  const recorded = await recordRun(desk, { press: is, number: numberIn(run), run, by, digest: null, cause });
  return isRefusal(recorded) ? recorded.refused : outcomeOf(recorded.incident, is, run);
}

function outcomeOf({ runs }: Incident, is: 'approve' | 'cancel' | 'revert', id: string): string {
  const run = is === 'revert' ? Object.values(runs).findLast(({ undoes }) => undoes === id) : runs[id];
  if (run === undefined) return 'Recorded.';
  const what = orderOf(run.order, wholeTarget(run.target));
  switch (is) {
    case 'approve':
      return `You said yes to run ${id}: ${what}. It is ${nowOf(run)}.`;
    case 'cancel':
      return `Run ${id} is called off: ${what}.`;
    case 'revert':
      return `Run ${run.id}: ${what}. Its plan is being made, and comes in the channel of the incident.`;
  }
}

function nowOf({ stand, breakGlass }: Run): string {
  if (stand.is !== 'planned') return wordOf({ stand, breakGlass }).word;
  const missing = Math.max(1, stand.needed - stand.approvals.length);
  return `still waiting: ${missing} more must agree`;
}

/** Keeps what a run changed: it is whose word it was. */
export async function keepChange(
  desk: Desk,
  { trigger }: Typed,
  actor: Actor,
  { run: id, for: length, why }: Extract<RunAsked, { is: 'keep' }>,
): Promise<string> {
  const number = numberIn(id);
  const incident = await desk.read.incident(number);
  const run = incident?.runs[id];
  if (run === undefined) return `There is no run ${id}.`;
  const now = desk.clock();
  const deed = keepDeedOf(run, actor.person, now, { owner: actor.person, until: now + length, why });
  const recorded = await desk.record(deed, number, `command:${trigger}`, actor);
  return isRefusal(recorded)
    ? recorded.refused
    : `What run ${id} changed is kept, and yours, for ${spoken(length)}. Then Vigie asks again.`;
}

const numberIn = (run: string): number => Number(run.split('-')[0]);
