/** Steps on a phone: what buttons record, typed. It is about the step at hand, and the answer says which that was. */
import type { Actor } from '../../access/actor.ts';
import { isRefusal } from '../../incident/event.ts';
import type { StepDeed } from '../../runbook/events.ts';
import type { Incident, Instant, Person } from '../../incident/incident.ts';
import { standingOf } from '../../runbook/advance.ts';
import type { Standing } from '../../runbook/advance.ts';
import { stepDeedOf } from '../../runbook/choices.ts';
import { expand, scopeOf } from '../../runbook/expand.ts';
import type { Result } from '../../runbook/runbook.ts';
import { command } from '../ids.ts';
import { progressOf } from '../views/runbook.ts';
import type { Desk } from './desk.ts';
import type { Typed } from './door.ts';
import { numberOf } from './number.ts';
import type { Asked } from './words.ts';

type StepWords = Extract<Asked, { is: 'step' }>;

/** Records what was typed about the step at hand. */
export async function actOnStep(desk: Desk, typed: Typed, actor: Actor, asked: StepWords): Promise<string> {
  const number = await numberOf(desk, typed, asked.incident, `step ${asked.does} #12`);
  if (typeof number !== 'number') return number.refused;
  const incident = await desk.read.incident(number);
  if (incident === undefined) return `There is no incident ${number}.`;
  if (incident.walk === null)
    return `Incident ${number} follows no runbook. Choose one: ${command} runbook choose <id>`;
  const { cursor } = incident.walk;
  if (cursor === null) return `The runbook of incident ${number} is at its end.`;
  const deed = deedOf(asked, actor.person, desk.clock(), cursor.visit);
  const recorded = await desk.record(deed, number, `command:${typed.trigger}`, actor);
  return isRefusal(recorded) ? recorded.refused : outcomeOf(recorded.incident, cursor.visit);
}

const deedOf = ({ does, text }: StepWords, by: Person, at: Instant, visit: number): StepDeed =>
  does === 'skip' ? { type: 'StepSkipped', at, by, visit, reason: text } : stepDeedOf(does, by, at, visit, text);

/** How a step that was left is spoken of. */
const left: Readonly<Record<Result, string>> = {
  done: 'is done',
  passed: 'passed',
  failed: 'failed',
  skipped: 'is skipped',
};

/** What became of the step, and where the walk is now. */
function outcomeOf(incident: Incident, visit: number): string {
  const { walk } = incident;
  const past = walk?.past.findLast((each) => each.visit === visit);
  const standing = standingOf(walk);
  // A step that is tried once more was left only to come back to it.
  const again = past?.step === standing?.cursor.step && past?.runbook === standing?.cursor.runbook;
  const before = past === undefined || again ? '' : `“${past.title}” ${left[past.result]}. `;
  return `${before}${standing === null ? 'The runbook is at its end.' : nowAt(incident, standing)}`;
}

function nowAt(incident: Incident, standing: Standing): string {
  const title = `“${expand(standing.step.title, scopeOf(incident))}”`;
  const { stand } = standing.cursor;
  switch (stand.is) {
    case 'offered':
      return `Now: ${title}, ${progressOf(standing)}.`;
    case 'running':
      return `${title} is running.`;
    case 'verifying':
      return `${title} is being verified.`;
    case 'waiting':
      return `Now: ${title}, which waits.`;
    case 'failed':
      return `${title} failed: ${stand.says}`;
  }
}
