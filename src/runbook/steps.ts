/** The rule book of walking: what people press at a step, what neighbours answered, and timers. One switch each. */
import { decide } from '../incident/decide.ts';
import { ask, change, draftOf, wakeAt } from '../incident/draft.ts';
import type { Decision, Draft } from '../incident/draft.ts';
import type { Event, Refusal } from '../incident/event.ts';
import type { StepDeed, StepOutcome } from './events.ts';
import type { Facts } from '../incident/facts.ts';
import { vigie } from '../incident/incident.ts';
import type { Incident, Instant } from '../incident/incident.ts';
import { clip } from '../incident/alerts.ts';
import { enter, fail, leave, placeOf, stand, standingOf } from './advance.ts';
import type { Standing } from './advance.ts';
import { askOf, begin, inability } from './begin.ts';
import { expand, scopeOf } from './expand.ts';
import { outOfTime, prove, succeed } from './prove.ts';
import { stepKey } from './walk.ts';

/** Timers of the walk. */
type StepWake = Extract<Event, { type: 'AskAgain' | 'WaitEnded' | 'ProofEnded' | 'StepWaits' }>;

/** Chooses a runbook, or swaps the one at hand; what was done before stays in the walk. */
export function choose(
  draft: Draft,
  { at, by, runbook, reason }: Extract<Event, { type: 'RunbookChosen' }>,
  facts: Facts,
): Draft {
  const { walk } = draft.incident;
  const said = change(
    draft,
    {},
    { type: 'RunbookChosen', at, by, runbook: runbook.id, title: runbook.title, reason: clip(reason, 300) },
  );
  const { past = [], visits = 0, assigned = {} } = walk ?? {};
  return enter(said, { runbook, by, at, cursor: null, past, visits, assigned }, at, facts);
}

/** Why the runbook can't be swapped now: an action of it runs, and its outcome must find its step. Null when it can. */
export function runningAction({ walk }: Incident): string | null {
  const standing = standingOf(walk);
  const runs = standing?.cursor.stand.is === 'running' && standing.step.does.kind === 'action';
  return runs ? 'An action of the runbook is running: choose another one when it has ended.' : null;
}

/** What a person did at the step at hand. The draft already counts them among the responders. */
export function stepped(incident: Incident, draft: Draft, event: StepDeed, facts: Facts): Decision | Refusal {
  const standing = standingOf(incident.walk);
  if (standing === null || standing.cursor.visit !== event.visit) return { refused: moved(incident, event.visit) };
  const after = deed(draft, standing, event, facts);
  return 'refused' in after ? after : decide(incident, after, event.at, facts);
}

function deed(draft: Draft, standing: Standing, event: StepDeed, facts: Facts): Draft | Refusal {
  const { cursor, step, walk } = standing;
  const { at, by } = event;
  const { is } = cursor.stand;
  const busy = {
    refused: `${nameOf(draft, standing)} is ${is === 'verifying' ? 'being verified' : 'running'} already.`,
  };
  switch (event.type) {
    case 'StepBegun': {
      if (is === 'running' || is === 'verifying') return busy;
      const kind = step.does.kind;
      if (kind === 'instruction' || kind === 'decision' || kind === 'wait') {
        return { refused: `${nameOf(draft, standing)} has nothing to run.` };
      }
      const unable = inability(step, facts.able);
      if (unable !== null) return { refused: unable };
      return is === 'failed' ? again(draft, standing, event, facts) : beginAt(draft, standing, event, facts);
    }
    case 'StepDone':
      if (step.does.kind !== 'instruction') return { refused: `${nameOf(draft, standing)} is not ticked by hand.` };
      if (is === 'verifying') return busy;
      if (is === 'failed') return again(draft, standing, event, facts);
      return succeed(draft, standing, { at, by, says: clip(event.note, 500) }, facts);
    case 'StepSkipped': {
      if (is === 'running' && step.does.kind === 'action') {
        return { refused: `${nameOf(draft, standing)} is running: it can be skipped when it has ended.` };
      }
      const says = clip(event.reason, 500);
      if (says === '') return { refused: 'Say why the step is skipped.' };
      return leave(draft, standing, { at, by, result: is === 'failed' ? 'failed' : 'skipped', says }, null, facts);
    }
    case 'StepAnswered': {
      const option = step.does.kind === 'decision' ? step.does.options[event.option] : undefined;
      if (option === undefined) return { refused: 'That is not an answer to this question.' };
      return leave(draft, standing, { at, by, result: 'done', says: option.label }, option.next, facts);
    }
    case 'StepAssigned': {
      const assigned = { ...walk.assigned, [stepKey(cursor)]: event.to };
      const place = placeOf(draft, standing, at);
      return change(draft, { walk: { ...walk, assigned } }, { type: 'StepAssigned', by, to: event.to, ...place });
    }
    case 'StepChosen': {
      if (is === 'running' && step.does.kind === 'action') {
        return { refused: `${nameOf(draft, standing)} is running: go elsewhere when it has ended.` };
      }
      const to = walk.runbook.books[cursor.runbook]?.steps.find(({ id }) => id === event.step);
      if (to === undefined) return { refused: `There is no step ${clip(event.step, 60)} in this runbook.` };
      const result = is === 'failed' ? 'failed' : 'skipped';
      const says = `went to ${expand(to.title, scopeOf(draft.incident))}`;
      return leave(draft, standing, { at, by, result, says }, { to: 'step', id: to.id }, facts);
    }
  }
}

/** Somebody begins the step at hand; what can't even be asked has failed. */
const beginAt = (draft: Draft, standing: Standing, { at, by }: StepDeed, facts: Facts): Draft | Refusal =>
  begin(draft, standing, {
    by,
    at,
    facts,
    fail: (failed, says) => {
      const there = standingOf(failed.incident.walk);
      return there === null ? failed : fail(failed, there, { at, by, says }, facts);
    },
  });

/** Trying a failed step once more is another visit of it: the first one stays in the history as it ended. */
function again(
  draft: Draft,
  standing: Standing,
  event: Extract<StepDeed, { type: 'StepBegun' | 'StepDone' }>,
  facts: Facts,
): Draft | Refusal {
  const { cursor, step } = standing;
  const { at, by } = event;
  const says = cursor.stand.is === 'failed' ? cursor.stand.says : '';
  const byHand = { ...facts, able: { ...facts.able, automate: false } };
  const back = leave(draft, standing, { at, by, result: 'failed', says }, { to: 'step', id: step.id }, byHand);
  const there = standingOf(back.incident.walk);
  if (there === null || there.step !== step || there.cursor.stand.is !== 'offered') return back;
  return event.type === 'StepBegun'
    ? beginAt(back, there, event, facts)
    : succeed(back, there, { at, by, says: clip(event.note, 500) }, facts);
}

/** Who was faster, or where the walk is now. */
function moved({ number, walk }: Incident, visit: number): string {
  const done = walk?.past.findLast((past) => past.visit === visit);
  if (done !== undefined) {
    const how = done.result === 'skipped' ? 'skipped' : done.result === 'failed' ? 'left' : 'finished';
    return `${done.by.name} ${how} "${done.title}" already.`;
  }
  return `The runbook of incident ${number} has moved on. Look at its card.`;
}

const nameOf = (draft: Draft, { step }: Standing): string => `"${expand(step.title, scopeOf(draft.incident))}"`;

/** What came of something that a step asked for. Answers to another visit or attempt are stale. */
export function answered(incident: Incident, event: StepOutcome, facts: Facts): Decision | Refusal {
  const standing = standingOf(incident.walk);
  const draft = draftOf(incident);
  const stale = { refused: `The runbook of incident ${incident.number} has moved on since this was asked.` };
  if (standing === null || standing.cursor.visit !== event.visit) return stale;
  const now = standing.cursor.stand;
  const { at, attempt, of, passed } = event;
  const expected = of === 'verify' ? now.is === 'verifying' : now.is === 'running';
  if (!expected || !('attempt' in now) || now.attempt !== attempt) return stale;
  const says = clip(event.says, 1_000);
  const noted = change(
    draft,
    {},
    { type: 'CheckAnswered', attempt, of, passed, says, ...placeOf(draft, standing, at) },
  );
  return decide(incident, judged(noted, standing, event, now.by, facts), at, facts);
}

function judged(
  draft: Draft,
  standing: Standing,
  { at, of, passed, attempt, visit, says }: StepOutcome,
  by: Standing['walk']['by'],
  facts: Facts,
): Draft {
  const { step } = standing;
  const { stand: now } = standing.cursor;
  const before = now.is === 'verifying' ? now.says : '';
  const said = { at, by, says: clip(says, 1_000) };
  if (passed) return of === 'verify' ? prove(draft, 'check', said, facts) : succeed(draft, standing, said, facts);
  const check = of === 'verify' ? step.verify?.check : step.does.kind === 'check' ? step.does.check : null;
  if (check === null || check === undefined || attempt >= check.attempts) {
    return fail(draft, standing, { ...said, says: `${before} ${said.says}`.trim() }, facts);
  }
  return wakeAt(draft, at + check.every, { type: 'AskAgain', visit, attempt: attempt + 1 });
}

/** A timer of the walk is due. */
export function wokenAtStep(
  incident: Incident,
  event: StepWake & { readonly at: Instant },
  facts: Facts,
): Decision | Refusal {
  const standing = standingOf(incident.walk);
  const stale = { refused: `The runbook of incident ${incident.number} has moved on since this timer was set.` };
  if (standing === null || standing.cursor.visit !== event.visit || incident.human.is === 'closed') return stale;
  const { at } = event;
  const { walk, cursor, step } = standing;
  const { stand: now } = cursor;
  const draft = draftOf(incident);
  switch (event.type) {
    case 'AskAgain': {
      if ((now.is !== 'running' && now.is !== 'verifying') || now.attempt !== event.attempt - 1) return stale;
      const of = now.is === 'verifying' ? 'verify' : 'step';
      const check = of === 'verify' ? step.verify?.check : step.does.kind === 'check' ? step.does.check : null;
      if (check === null || check === undefined) return stale;
      const asking = askOf(check, cursor.visit, event.attempt, of, scopeOf(incident));
      const next = stand(draft, standing, { ...now, attempt: event.attempt });
      const { attempt } = event;
      const said = change(next, {}, { type: 'AskedAgain', attempt, of, ...placeOf(draft, standing, at) });
      if ('effect' in asking) return decide(incident, ask(said, asking.effect), at, facts);
      return decide(incident, fail(said, standing, { at, by: now.by, says: asking.says }, facts), at, facts);
    }
    case 'WaitEnded':
      if (now.is !== 'waiting') return stale;
      return decide(
        incident,
        leave(draft, standing, { at, by: vigie, result: 'done', says: '' }, step.next, facts),
        at,
        facts,
      );
    case 'ProofEnded':
      if (now.is !== 'verifying' || now.holds.alerts) return stale;
      return decide(incident, outOfTime(draft, standing, at, facts), at, facts);
    case 'StepWaits': {
      if (step.remind === null || (now.is !== 'offered' && now.is !== 'failed')) return stale;
      const to = walk.assigned[stepKey(cursor)] ?? null;
      const said = change(draft, {}, { type: 'StepWaits', to, ...placeOf(draft, standing, at) });
      return decide(incident, wakeAt(said, at + step.remind, { type: 'StepWaits', visit: cursor.visit }), at, facts);
    }
  }
}
