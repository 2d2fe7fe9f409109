/** What must hold of walks: every step is visited in turn and left once, by the way that the runbook names, and none is stuck. */
import type { Line } from '../../src/incident/event.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { expand, scopeOf } from '../../src/runbook/expand.ts';
import type { Frozen, Next, Step } from '../../src/runbook/runbook.ts';
import { stepAt } from '../../src/runbook/walk.ts';
import type { Walk } from '../../src/runbook/walk.ts';
import type { Violation } from './check-record.ts';
import type { Observation, OutboxRow } from './observe.ts';

/** The line of a step that was left. */
export type Ended = Extract<Line, { type: 'StepEnded' }>;

/** An incident with its walk and what its timeline tells of it. */
export interface Walked {
  readonly incident: Incident;
  readonly walk: Walk;
  readonly lines: readonly Line[];
  readonly ended: readonly Ended[];
}

/** The incidents that are walked through a runbook. */
export const walksOf = ({ incidents }: Observation): readonly Walked[] =>
  incidents.flatMap(({ incident, timeline }) => {
    const { walk } = incident;
    if (walk === null) return [];
    const lines = timeline.map(({ line }) => line);
    return [{ incident, walk, lines, ended: lines.filter((line) => line.type === 'StepEnded') }];
  });

/** Visits are numbered without a gap, and each was left once, except the one at hand. */
export function visits(observation: Observation): Violation[] {
  return walksOf(observation).flatMap(({ incident: { number: incident }, walk, lines, ended }) => {
    const { cursor } = walk;
    const left = cursor === null ? walk.visits : walk.visits - 1;
    const says: string[] = [];
    if (ended.length !== left || ended.some(({ visit }, index) => visit !== index + 1))
      says.push(`of ${walk.visits} visits it left ${ended.map(({ visit }) => visit).join(', ') || 'none'}`);
    if (cursor !== null && cursor.visit !== walk.visits) says.push(`it stands at visit ${cursor.visit}`);
    if (cursor === null && lines.filter(({ type }) => type === 'RunbookEnded').length !== 1)
      says.push('it is over, and the timeline does not say so once');
    const told = ended.slice(-walk.past.length).map(inOrder);
    if (JSON.stringify(told) !== JSON.stringify(walk.past.map(inOrder)))
      says.push('what it remembers of its visits is not what the timeline says');
    for (const [index, line] of lines.entries()) {
      if (!('visit' in line)) continue;
      const over = lines.slice(0, index).some((before) => before.type === 'StepEnded' && before.visit === line.visit);
      if (over) says.push(`“${line.title}” was left, and then there is ${line.type} of the same visit`);
    }
    return says.map((each) => ({ rule: 'every step is left once', says: each, incident }));
  });
}

const inOrder = (visit: object): unknown =>
  Object.entries(visit)
    .filter(([key]) => key !== 'type')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Where a walk stands, by the names of the runbook and the step; null is the end. */
type Place = { readonly runbook: string; readonly step: string } | null;

/** After each step comes the one that the runbook, the answer or the person who chose named. */
export function ways(observation: Observation): Violation[] {
  return walksOf(observation).flatMap((walked) => {
    const { incident, walk, ended } = walked;
    const first = landed(walk.runbook, walk.runbook.id, 0);
    const wanted = [first, ...ended.map((line) => placeAfter(walked, line))];
    return wanted.flatMap((place, index) => {
      const is = placeOf(walked, index + 1);
      if (nameOf(is) === nameOf(place)) return [];
      const after = ended[index - 1];
      const since = after === undefined ? 'it begins' : `after “${after.title}” (${after.result}: ${after.says}) comes`;
      const says = `${since} ${nameOf(is)}, and the runbook names ${nameOf(place)}`;
      return [{ rule: 'the next step is the one that is named', says, incident: incident.number }];
    });
  });
}

const nameOf = (place: Place): string => (place === null ? 'the end' : `${place.runbook}/${place.step}`);

/** Where a visit was; the timeline tells of each that was left. */
function placeOf({ walk, ended }: Walked, visit: number): Place {
  const found = ended.find((line) => line.visit === visit) ?? (walk.cursor?.visit === visit ? walk.cursor : undefined);
  return found === undefined ? null : { runbook: found.runbook, step: found.step };
}

function placeAfter({ incident, walk, lines }: Walked, line: Ended): Place {
  const { book, step } = stepAt(walk, line);
  const inTurn = book.steps.indexOf(step) + 1;
  const to = (next: Next | null): Place =>
    landed(
      walk.runbook,
      book.id,
      next === null ? inTurn : next.to === 'end' ? book.steps.length : book.steps.findIndex(({ id }) => id === next.id),
    );
  const went = /^went to (.+)$/.exec(line.says)?.[1];
  const chosen = book.steps.find(({ title }) => expand(title, scopeOf(incident)) === went);
  if (chosen !== undefined) return to({ to: 'step', id: chosen.id });
  if (line.result === 'skipped') return to(null);
  if (line.result === 'failed') return to(afterFailure(step, line, lines));
  if (step.does.kind !== 'decision') return to(step.next);
  const option = step.does.options.find(({ label }) => label === line.says);
  return option === undefined ? null : to(option.next);
}

/** A step that stood still is tried again in the same words, or skipped with a reason; others go on by themselves. */
function afterFailure({ id, onFailure }: Step, line: Ended, lines: readonly Line[]): Next | null {
  const stopped = lines.find((each) => each.type === 'StepFailed' && each.visit === line.visit);
  if (stopped?.type === 'StepFailed') return stopped.says === line.says ? { to: 'step', id } : null;
  if (interrupted(line, lines)) {
    if (line.says === 'The incident was closed.') return { to: 'step', id };
    const last = lines.findLast((each) => each.type === 'CheckAnswered' && each.visit === line.visit);
    if (last?.type !== 'CheckAnswered' || !line.says.endsWith(last.says)) return null;
  }
  return typeof onFailure === 'object' ? { to: 'step', id: onFailure.step } : null;
}

/** Whether the incident was closed during a visit: what ran then stands still when it is re-opened. */
export function interrupted({ visit }: Ended, lines: readonly Line[]): boolean {
  const ended = (of: number): number => lines.findIndex((line) => line.type === 'StepEnded' && line.visit === of);
  return lines.slice(ended(visit - 1) + 1, ended(visit)).some(({ type }) => type === 'Closed');
}

/** The runbooks of a run have no step with a condition; one that leads into another runbook is not stood at itself. */
function landed(frozen: Frozen, id: string, index: number): Place {
  const step = frozen.books[id]?.steps[index];
  if (step === undefined) return null;
  return step.does.kind === 'runbook' ? landed(frozen, step.does.runbook, 0) : { runbook: id, step: step.id };
}

/** At rest, what runs has a question or a timer on its way, what waits has its timer, and nothing that begins by itself waits. */
export function stuckWalks(observation: Observation): Violation[] {
  return walksOf(observation).flatMap(({ incident, walk }) => {
    const { number, human } = incident;
    if (walk.cursor === null || human.is === 'closed') return [];
    const rows = observation.outbox.filter((row) => !row.settled && row.incident === number);
    const missing = whatIsMissing(walk, rows);
    if (missing === null) return [];
    const { step } = stepAt(walk, walk.cursor);
    const says = `visit ${walk.cursor.visit}, “${step.title}”, is ${walk.cursor.stand.is}, and ${missing}`;
    return [{ rule: 'no walk is stuck', says, incident: number }];
  });
}

function whatIsMissing(walk: Walk, rows: readonly OutboxRow[]): string | null {
  const { cursor } = walk;
  if (cursor === null) return null;
  const { stand, visit } = cursor;
  const { step } = stepAt(walk, cursor);
  const woken = (type: string, attempt?: number): boolean =>
    rows.some(({ effect }) => {
      if (effect.type !== 'clock.wake' || !('visit' in effect.wake)) return false;
      const { wake } = effect;
      const other = attempt !== undefined && (wake.type !== 'AskAgain' || wake.attempt !== attempt);
      return wake.type === type && wake.visit === visit && !other;
    });
  switch (stand.is) {
    case 'offered': {
      const begins = step.does.kind === 'wait' || (step.does.kind === 'check' && step.auto);
      return begins ? 'nobody has to begin it' : null;
    }
    case 'running':
    case 'verifying': {
      const asked = rows.some(
        ({ effect }) => effect.type === 'checks.ask' && effect.visit === visit && effect.attempt === stand.attempt,
      );
      return asked || woken('AskAgain', stand.attempt + 1) ? null : 'nothing asks again';
    }
    case 'waiting':
      return woken('WaitEnded') ? null : 'no timer ends that';
    case 'failed':
      return null;
  }
}
