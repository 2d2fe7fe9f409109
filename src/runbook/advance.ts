/** Moving along a runbook: arriving at a step, leaving it with a result, and what follows of itself. */
import { change, tell, wakeAt } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import { isRefusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import { vigie } from '../incident/incident.ts';
import type { Instant, Person } from '../incident/incident.ts';
import { begin, canBegin } from './begin.ts';
import { expand, scopeOf } from './expand.ts';
import type { Next, Result, Step } from './runbook.ts';
import { stepAt, stepKey } from './walk.ts';
import type { Cursor, Stand, Visit, Walk } from './walk.ts';

/** A runbook that sends people in circles ends here: nobody takes so many steps in one incident. */
const mostVisits = 300;

/** Visits that a walk keeps; the timeline has them all. */
const mostPast = 100;

/** A step of a runbook, by its index; beyond the last one is the end. */
interface Place {
  readonly runbook: string;
  readonly index: number;
}

/** Goes to the first step of the runbook that was chosen. */
export const enter = (draft: Draft, walk: Walk, at: Instant, facts: Facts): Draft =>
  arrive(put(draft, walk), walk, at, { runbook: walk.runbook.id, index: 0 }, facts);

/** Leaves the step at hand with a result, and goes where the runbook says, or to `to`. */
export function leave(
  draft: Draft,
  { walk, cursor, step }: Standing,
  ended: { readonly at: Instant; readonly by: Person; readonly result: Result; readonly says: string },
  to: Next | null,
  facts: Facts,
): Draft {
  const { visit, runbook, since } = cursor;
  const title = expand(step.title, scopeOf(draft.incident));
  const { kind } = step.does;
  const left: Visit = { visit, runbook, step: step.id, title, kind, since, ...ended };
  const past = [...walk.past, left].slice(-mostPast);
  const after = { ...walk, past };
  const steps = walk.runbook.books[runbook]?.steps ?? [];
  const index =
    to === null ? steps.indexOf(step) + 1 : to.to === 'end' ? steps.length : steps.findIndex(({ id }) => id === to.id);
  const said = change(put(draft, after), {}, { type: 'StepEnded', ...left });
  // Skipping something must not set off something else: what changes a workload waits for a click then.
  const careful = ended.result === 'skipped' ? { ...facts, able: { ...facts.able, automate: false } } : facts;
  return arrive(said, after, ended.at, { runbook, index }, careful);
}

/** What somebody, or something, said about the step at hand. */
export interface Said {
  readonly at: Instant;
  readonly by: Person;
  readonly says: string;
}

/** The step failed: goes where the runbook says, or stands still for a person to decide. */
export function fail(draft: Draft, standing: Standing, { at, by, says }: Said, facts: Facts): Draft {
  const { step } = standing;
  const { onFailure } = step;
  if (onFailure === 'next') return leave(draft, standing, { at, by, says, result: 'failed' }, null, facts);
  if (typeof onFailure === 'object') {
    return leave(draft, standing, { at, by, says, result: 'failed' }, { to: 'step', id: onFailure.step }, facts);
  }
  const place = placeOf(draft, standing, at);
  const stopped = change(
    stand(draft, standing, { is: 'failed', by, says }),
    {},
    { type: 'StepFailed', by, says, ...place },
  );
  if (onFailure === 'stop' || !facts.able.page) return stopped;
  const note = `${place.title} failed: ${says}`;
  const asked = change(stopped, {}, { type: 'PageAsked', level: 'next', ...place });
  return tell(asked, { type: 'Asked', level: 'next', visit: null, note });
}

/** Where a line of the timeline is. */
export function placeOf(
  draft: Draft,
  { cursor, step }: Standing,
  at: Instant,
): {
  readonly at: Instant;
  readonly visit: number;
  readonly runbook: string;
  readonly step: string;
  readonly title: string;
} {
  const { visit, runbook } = cursor;
  return { at, visit, runbook, step: step.id, title: expand(step.title, scopeOf(draft.incident)) };
}

/** A draft whose incident stands at a step. */
export interface Standing {
  readonly walk: Walk;
  readonly cursor: Cursor;
  readonly step: Step;
}

/** Where the incident stands; null when there is no runbook or it is over. */
export function standingOf(walk: Walk | null): Standing | null {
  if (walk === null || walk.cursor === null) return null;
  return { walk, cursor: walk.cursor, step: stepAt(walk, walk.cursor).step };
}

/** Puts the step at hand to rest: nothing is waited for any more, and whoever re-opens the incident finds it there. */
export function rest(draft: Draft, by: Person, says: string): Draft {
  const standing = standingOf(draft.incident.walk);
  const is = standing?.cursor.stand.is;
  return standing === null || is === 'offered' || is === 'failed'
    ? draft
    : stand(draft, standing, { is: 'failed', by, says });
}

/** Changes what is happening at the step at hand. */
export const stand = (draft: Draft, { walk, cursor }: Standing, next: Stand): Draft =>
  put(draft, { ...walk, cursor: { ...cursor, stand: next } });

const put = (draft: Draft, walk: Walk): Draft => change(draft, { walk });

function arrive(draft: Draft, walk: Walk, at: Instant, place: Place, facts: Facts): Draft {
  const found = walk.visits >= mostVisits ? null : land(walk, place);
  if (found === null) return end(draft, walk, at);
  const { runbook, step } = found;
  const cursor: Cursor = { runbook, step: step.id, visit: walk.visits + 1, since: at, stand: { is: 'offered' } };
  const arrived = assign({ ...walk, cursor, visits: cursor.visit }, step);
  const standing = { walk: arrived, cursor, step };
  const draftThere = sayAssigned(sayEntered(put(draft, arrived), walk, standing, at), walk, standing, at);
  if (step.does.kind === 'wait') {
    const until = at + step.does.duration;
    return wakeAt(stand(draftThere, standing, { is: 'waiting', until }), until, {
      type: 'WaitEnded',
      visit: cursor.visit,
    });
  }
  if (step.auto && canBegin(step, facts.able) && (step.does.kind === 'check' || facts.able.automate)) {
    // Vigie acts by its own rights, not by those of whoever pressed last.
    const { actor: _, ...own } = facts;
    const begun = begin(draftThere, standing, {
      ...{ by: vigie, at, facts: own },
      fail: (failed, says) => failAgain(failed, { at, by: vigie, says }, facts),
    });
    // What Vigie may not do by itself waits for a person.
    return isRefusal(begun) ? draftThere : begun;
  }
  return step.remind === null
    ? draftThere
    : wakeAt(draftThere, at + step.remind, { type: 'StepWaits', visit: cursor.visit });
}

/** The step that a place leads to: past those that don't apply, and into other runbooks. Null is the end. */
function land(walk: Walk, { runbook, index }: Place): { readonly runbook: string; readonly step: Step } | null {
  const entered = new Set<string>();
  let book = walk.runbook.books[runbook];
  let at = index;
  while (book !== undefined) {
    const step: Step | undefined = book.steps[at];
    if (step === undefined) return null;
    if (!applies(walk, book.id, step)) {
      at += 1;
    } else if (step.does.kind === 'runbook') {
      if (entered.has(step.does.runbook)) return null;
      entered.add(step.does.runbook);
      book = walk.runbook.books[step.does.runbook];
      at = 0;
    } else {
      return { runbook: book.id, step };
    }
  }
  return null;
}

const applies = ({ past }: Walk, runbook: string, { applies: chosen, after }: Step): boolean =>
  chosen &&
  Object.entries(after).every(
    ([step, result]) => past.findLast((visit) => visit.runbook === runbook && visit.step === step)?.result === result,
  );

/** A step that names who does it is theirs, unless a person has assigned it already. */
function assign(walk: Walk, step: Step): Walk {
  const { cursor } = walk;
  if (cursor === null || step.assign === null || Object.hasOwn(walk.assigned, stepKey(cursor))) return walk;
  return { ...walk, assigned: { ...walk.assigned, [stepKey(cursor)]: { id: step.assign, name: step.assign } } };
}

function sayAssigned(draft: Draft, before: Walk, { walk, cursor, step }: Standing, at: Instant): Draft {
  const to = walk.assigned[stepKey(cursor)];
  if (to === undefined || before.assigned[stepKey(cursor)] === to) return draft;
  const title = expand(step.title, scopeOf(draft.incident));
  const { runbook, visit } = cursor;
  return change(draft, {}, { type: 'StepAssigned', at, by: vigie, to, visit, runbook, step: step.id, title });
}

/** The timeline says that the walk goes on in another runbook than the one before. */
function sayEntered(draft: Draft, before: Walk, { cursor: { runbook } }: Standing, at: Instant): Draft {
  const from = before.cursor?.runbook ?? before.runbook.id;
  const title = before.runbook.books[runbook]?.title;
  return from === runbook || title === undefined
    ? draft
    : change(draft, {}, { type: 'RunbookEntered', at, runbook, title });
}

/** What could not even be asked has failed, and leads where the runbook says. */
function failAgain(draft: Draft, said: Said, facts: Facts): Draft {
  const standing = standingOf(draft.incident.walk);
  return standing === null ? draft : fail(draft, standing, said, facts);
}

function end(draft: Draft, walk: Walk, at: Instant): Draft {
  const { id, title } = walk.runbook;
  const over = change(put(draft, { ...walk, cursor: null }), {}, { type: 'RunbookEnded', at, runbook: id, title });
  if (over.incident.kind !== 'checklist') return over;
  const reason = 'every step is done or skipped';
  return change(
    over,
    { human: { is: 'closed', by: vigie, reason, at } },
    { type: 'Closed', at, by: vigie, reason, firing: false },
  );
}
