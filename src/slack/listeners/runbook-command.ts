/** What people type about runbooks: show the walk, choose or swap a runbook, start one by hand. */
import type { Actor } from '../../access/actor.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Incident } from '../../incident/incident.ts';
import { freeze } from '../../runbook/freeze.ts';
import type { Runbook } from '../../runbook/runbook.ts';
import { command } from '../ids.ts';
import { answerOf } from '../views/notes.ts';
import type { Message } from '../views/text.ts';
import type { Desk } from './desk.ts';
import type { Typed } from './door.ts';
import { ambiguous, numberOf } from './number.ts';
import type { Named } from './reading.ts';
import { redrawWalk } from './redraw.ts';
import { nearestOf } from './words.ts';
import type { Asked } from './words.ts';

/** The runbook card of an incident, for one person, without buttons. */
export async function showWalk(desk: Desk, typed: Typed, named: Named | null): Promise<Message> {
  const number = await numberOf(desk, typed, named, 'runbook 12');
  if (typeof number !== 'number') return answerOf(number.refused);
  const incident = await desk.read.incident(number);
  if (incident === undefined) return answerOf(`There is no incident ${number}.`);
  const card = await redrawWalk(desk, incident, false);
  return card ?? answerOf(`Incident ${number} follows no runbook. Choose one: ${command} runbook choose <id>`);
}

/** Chooses a runbook for an incident, or swaps the one that it follows, which needs a reason. */
export async function chooseRunbook(
  desk: Desk,
  typed: Typed,
  actor: Actor,
  { runbook: id, incident: named, reason }: Extract<Asked, { is: 'choose' }>,
): Promise<string> {
  const runbook = found(desk, id);
  if (isRefusal(runbook)) return runbook.refused;
  const word = `runbook choose ${id}`;
  const unclear = await ambiguous(desk, typed, named, reason, word);
  if (unclear !== null) return unclear.refused;
  const number = await numberOf(desk, typed, named, `${word} 12`);
  if (typeof number !== 'number') return number.refused;
  const incident = await desk.read.incident(number);
  if (incident === undefined) return `There is no incident ${number}.`;
  if (incident.walk !== null && reason === '') {
    return `Incident ${number} follows “${incident.walk.runbook.title}” already. Say why it is swapped: ${command} ${word} ${number} <reason>`;
  }
  const frozen = freeze(runbook, desk.library(), labelSetsOf(incident));
  const why = reason === '' ? 'chosen by hand' : reason;
  const deed = { type: 'RunbookChosen', at: desk.clock(), by: actor.person, runbook: frozen, reason: why } as const;
  const recorded = await desk.record(deed, number, `command:${typed.trigger}`, actor);
  return isRefusal(recorded) ? recorded.refused : `Incident ${number} follows “${runbook.title}” now.`;
}

/** Starts planned work: opens a checklist of its own. */
export async function startRunbook(
  desk: Desk,
  { trigger }: Typed,
  actor: Actor,
  { runbook: id, service }: Extract<Asked, { is: 'start' }>,
): Promise<string> {
  const runbook = found(desk, id);
  if (isRefusal(runbook)) return runbook.refused;
  if (runbook.kind === 'incident' && runbook.match.length > 0) {
    return `“${runbook.title}” is about alerts. Choose it in an incident: ${command} runbook choose ${runbook.id}`;
  }
  const deed = {
    type: 'RunbookStarted',
    at: desk.clock(),
    by: actor.person,
    runbook: runbook.id,
    ...(service === null ? {} : { service }),
  } as const;
  const recorded = await desk.record(deed, null, `command:${trigger}`, actor);
  return isRefusal(recorded)
    ? recorded.refused
    : `Checklist ${recorded.incident.number} is started: its channel is being made.`;
}

function found({ library }: Desk, id: string): Runbook | Refusal {
  const runbook = library().find((each) => each.id === id.toLowerCase());
  if (runbook !== undefined) return runbook;
  const ids = library().map((each) => each.id);
  const near = nearestOf(id, ids) ?? ids.find((each) => id.length > 2 && each.includes(id.toLowerCase()));
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return { refused: `There is no runbook ${id.slice(0, 63)}.${meant} See ${command} runbook list.` };
}

/** What the conditions of steps are decided by: the labels of what fires, with the incident's severity. */
function labelSetsOf({ alerts, severity }: Incident): readonly Readonly<Record<string, string>>[] {
  const all = Object.values(alerts);
  const firing = all.filter((alert) => alert.status === 'firing');
  const sets = (firing.length > 0 ? firing : all).map(({ labels }) => ({ ...labels, severity }));
  return sets.length > 0 ? sets : [{ severity }];
}
