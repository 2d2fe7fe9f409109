/** What a person may do with an incident now: asked of the rule book itself, so a button can't disagree with it. */
import type { Deed, OpeningDeed } from './event.ts';
import { isRefusal } from './event.ts';
import type { Incident, Instant, Person } from './incident.ts';
import { transition } from './transition.ts';

/** A deed that a button offers. `resolve` asks for a reason first while the incident fires. */
export type Choice = 'acknowledge' | 'take-command' | 'resolve';

/** All choices, in the order in which cards show them. */
export const allChoices: readonly Choice[] = ['acknowledge', 'take-command', 'resolve'];

/** The event that a choice records. */
export function deedOf(choice: Choice, by: Person, at: Instant, reason: string): Exclude<Deed, OpeningDeed> {
  switch (choice) {
    case 'acknowledge':
      return { type: 'Acknowledged', at, by };
    case 'take-command':
      return { type: 'CommandTaken', at, by };
    case 'resolve':
      return { type: 'Closed', at, by, reason };
  }
}

/** Somebody who is nobody in particular: what a shared card offers must make sense to a newcomer. */
const anyone: Person = { id: '', name: 'someone' };

/** What the card offers: every choice that the rule book would accept from somebody new, with a reason where one is needed. */
export const choicesOf = (incident: Incident, at: Instant): readonly Choice[] =>
  allChoices.filter((choice) => !isRefusal(transition(incident, deedOf(choice, anyone, at, 'a reason'))));
