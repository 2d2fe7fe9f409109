/** What a person may do at the step at hand: asked of the rule book itself, so a button can't disagree with it. */
import { draftOf } from '../incident/draft.ts';
import { isRefusal } from '../incident/event.ts';
import type { StepDeed } from './events.ts';
import { onlyTalks } from '../incident/facts.ts';
import type { Facts } from '../incident/facts.ts';
import { vigie } from '../incident/incident.ts';
import type { Incident, Instant, Person } from '../incident/incident.ts';
import { transition } from '../incident/transition.ts';
import { leave, standingOf } from './advance.ts';
import type { Next, Step } from './runbook.ts';
import { stepAt } from './walk.ts';

/** What can be pressed and is recorded at once. `retry` runs a failed step once more. */
export type StepPress = 'run' | 'retry' | 'done' | { readonly answer: number };

/** What asks for something first: a reason, a person, a step. */
export type StepAsking = 'skip' | 'assign' | 'go-to';

/** What a step offers. */
export type StepChoice = StepPress | StepAsking;

/** The deed that a press records. */
export function stepDeedOf(press: StepPress, by: Person, at: Instant, visit: number, note: string): StepDeed {
  const deed = { by, at, visit };
  if (typeof press === 'object') return { ...deed, type: 'StepAnswered', option: press.answer };
  return press === 'done' ? { ...deed, type: 'StepDone', note } : { ...deed, type: 'StepBegun' };
}

/** The deed that asking is for, with any answer: whether the rule book would refuse it, and why, before it is asked. */
export function askedDeedOf(asking: StepAsking, by: Person, at: Instant, visit: number, incident: Incident): StepDeed {
  const deed = { by, at, visit };
  switch (asking) {
    case 'skip':
      return { ...deed, type: 'StepSkipped', reason: 'a reason' };
    case 'assign':
      return { ...deed, type: 'StepAssigned', to: by };
    case 'go-to':
      return { ...deed, type: 'StepChosen', step: incident.walk?.cursor?.step ?? '' };
  }
}

/** Somebody who is nobody in particular: what a shared card offers must make sense to a newcomer. */
const anyone: Person = { id: '', name: 'someone' };

/** What the card of the walk offers, in the order in which it shows it: all that the rule book would accept now. */
export function stepChoicesOf(incident: Incident, at: Instant, facts: Facts): readonly StepChoice[] {
  const standing = standingOf(incident.walk);
  if (standing === null) return [];
  const { cursor, step } = standing;
  const accepts = (deed: StepDeed): boolean => !isRefusal(transition(incident, deed, facts));
  const options = step.does.kind === 'decision' ? step.does.options : [];
  const presses: readonly StepPress[] = [
    cursor.stand.is === 'failed' ? 'retry' : 'run',
    'done',
    ...options.map((_, answer) => ({ answer })),
  ];
  const askings: readonly StepAsking[] = ['skip', 'assign'];
  return [
    ...presses.filter((press) => accepts(stepDeedOf(press, anyone, at, cursor.visit, ''))),
    ...askings.filter((asking) => accepts(askedDeedOf(asking, anyone, at, cursor.visit, incident))),
    ...(placesOf(incident, at, facts).length > 0 ? (['go-to'] as const) : []),
  ];
}

/** The other steps of the runbook at hand that one may go to now: those at which the walk would really arrive. */
export function placesOf(incident: Incident, at: Instant, facts: Facts): readonly Step[] {
  const standing = standingOf(incident.walk);
  if (standing === null) return [];
  const { cursor, walk } = standing;
  const { book } = stepAt(walk, cursor);
  return book.steps.filter((step) => {
    if (step.id === cursor.step) return false;
    const deed = { type: 'StepChosen', by: anyone, at, visit: cursor.visit, step: step.id } as const;
    const answer = transition(incident, deed, facts);
    if (isRefusal(answer)) return false;
    // A step that leads into another runbook is not stood at itself.
    const there = answer.incident.walk?.cursor;
    return there?.step === step.id || (step.does.kind === 'runbook' && there?.runbook === step.does.runbook);
  });
}

/** A way from the step at hand to the next one. */
export interface Way {
  /** The answer that leads there; null for success. */
  readonly answer: string | null;
  /** Null is the end of the runbook. */
  readonly to: Step | null;
}

/** Where success leads, or each answer: the walk is taken a step further and looked at. */
export function waysOf(incident: Incident, at: Instant): readonly Way[] {
  const standing = standingOf(incident.walk);
  if (standing === null) return [];
  const { step } = standing;
  const ended = { at, by: vigie, result: step.does.kind === 'check' ? 'passed' : 'done', says: '' } as const;
  const to = (next: Next | null): Step | null =>
    standingOf(leave(draftOf(incident), standing, ended, next, onlyTalks).incident.walk)?.step ?? null;
  if (step.does.kind !== 'decision') return [{ answer: null, to: to(step.next) }];
  return step.does.options.map(({ label, next }) => ({ answer: label, to: to(next) }));
}
