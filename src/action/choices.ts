/** What a person may do about a run now: asked of the rule book itself, so a button can't disagree with it. */
import type { Actor } from '../access/actor.ts';
import { isRefusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import type { Incident, Instant, Person } from '../incident/incident.ts';
import { transition } from '../incident/transition.ts';
import type { RunDeed } from './events.ts';
import { holds, nth } from './run.ts';
import type { Run } from './run.ts';

/** What can be pressed and is recorded at once. */
export type RunPress = 'approve' | 'cancel' | 'revert' | 'delete-pod';

/** What asks for something first: a reason; an owner, a date and a reason. */
export type RunAsking = 'break-glass' | 'keep';

/** What a run offers. */
export type RunChoice = RunPress | RunAsking;

/** All choices, in the order in which cards show them. */
const allRunChoices: readonly RunChoice[] = ['approve', 'break-glass', 'cancel', 'revert', 'keep', 'delete-pod'];

/** Who answers for a change that is kept, until when and why. */
export interface Keeping {
  readonly owner: Person;
  readonly until: Instant;
  readonly why: string;
}

/** How far a run is from being decided: nothing else on its workload makes sense meanwhile. */
const isOpenRun = (run: Run): boolean => run.stand.is === 'planning' || run.stand.is === 'planned' || holds(run);

/** The run of the same incident that is putting this one back; undefined when none is. */
export const undoerOf = ({ runs }: Incident, { id }: Run): Run | undefined =>
  Object.values(runs).find((other) => other.undoes === id && isOpenRun(other));

/**
 * Whether nothing later was asked for on the same workload by others, or nothing came of it. What the same person asked
 * for may be this very press, sent once more: the store knows, and the rule book refuses the rest.
 */
function isLatest({ runs }: Incident, run: Run, by: Person): boolean {
  return !Object.values(runs).some(
    (other) =>
      other.target === run.target &&
      nth(other) > nth(run) &&
      (isOpenRun(other) ? other.by.id !== by.id : other.stand.is === 'ended' && other.stand.outcome === 'succeeded'),
  );
}

/** Whether an admin's word would change anything: the plan waits for others, or was refused for what an admin may pass over. */
function glassHelps({ stand, breakGlass }: Run): boolean {
  if (breakGlass !== null) return false;
  if (stand.is === 'planned') return stand.needed > 0;
  return stand.is === 'ended' && stand.outcome === 'refused' && stand.glass === true;
}

/** The deed that a press records; null when there is nothing to press. `digest` is that of the plan that was shown. */
export function runDeedOf(
  press: RunPress,
  incident: Incident,
  run: Run,
  by: Person,
  at: Instant,
  digest: string,
): RunDeed | null {
  const asked = { type: 'ActionAsked', at, by, target: run.target, breakGlass: null } as const;
  switch (press) {
    case 'approve':
      return { type: 'ActionApproved', at, by, run: run.id, digest };
    case 'cancel':
      return { type: 'ActionCancelled', at, by, run: run.id };
    case 'revert': {
      const stays = run.left?.is === 'changed' || run.left?.is === 'kept';
      const undoer = undoerOf(incident, run);
      if (!stays || run.inverse === null || (undoer !== undefined && undoer.by.id !== by.id)) return null;
      return { ...asked, order: run.inverse, undoes: run.id };
    }
    case 'delete-pod': {
      const pod = run.stand.is === 'ended' ? run.stand.stuck : null;
      return pod === null || !isLatest(incident, run, by)
        ? null
        : { ...asked, order: { verb: 'delete-pod', pod }, undoes: null };
    }
  }
}

/** The deed that leaves a change as it is. */
export const keepDeedOf = ({ id }: Run, by: Person, at: Instant, keeping: Keeping): RunDeed => ({
  ...{ type: 'ChangeKept', at, by, run: id },
  ...keeping,
});

/** The deed that asks for the same once more and needs nobody's yes; null where that would change nothing. */
export function glassDeedOf(incident: Incident, run: Run, by: Person, at: Instant, reason: string): RunDeed | null {
  const { order, target, undoes } = run;
  const asked = Object.values(incident.runs).some(
    (other) => isOpenRun(other) && other.target === target && other.by.id === by.id && other.breakGlass === reason,
  );
  if (!asked && !(glassHelps(run) && isLatest(incident, run, by))) return null;
  return { type: 'ActionAsked', at, by, order, target, undoes, breakGlass: reason };
}

/** Somebody who may do everything: what a shared card offers must be there when anybody at all could press it. */
const anyAdmin: Actor = { person: { id: '', name: 'someone' }, standing: 'member', groups: [], emails: [] };

/** What the card of a run offers: all that the rule book would accept now from somebody with every role. */
export function runChoicesOf(incident: Incident, run: Run, at: Instant, facts: Facts): readonly RunChoice[] {
  const roles = { viewer: 'everyone', responder: 'everyone', admin: 'everyone' } as const;
  const all: Facts = { ...facts, actor: anyAdmin, access: { ...facts.access, roles } };
  return allRunChoices.filter((choice) => {
    const deed = anyDeedOf(choice, incident, run, at);
    return deed !== null && !isRefusal(transition(incident, deed, all));
  });
}

/** The deed of a choice, with any answer to what it asks for. */
function anyDeedOf(choice: RunChoice, incident: Incident, run: Run, at: Instant): RunDeed | null {
  const { person: by } = anyAdmin;
  switch (choice) {
    case 'keep':
      return keepDeedOf(run, by, at, { owner: by, until: at + 1, why: 'a reason' });
    case 'break-glass':
      return glassDeedOf(incident, run, by, at, 'a reason');
    case 'approve':
    case 'cancel':
    case 'revert':
    case 'delete-pod':
      return runDeedOf(choice, incident, run, by, at, run.stand.is === 'planned' ? run.stand.plan.digest : '');
  }
}
