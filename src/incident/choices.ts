/** What a person may do with an incident now: asked of the rule book itself, so a button can't disagree with it. */
import type { Deed, OpeningDeed } from './event.ts';
import { isRefusal } from './event.ts';
import type { Duration, Incident, Instant, Person } from './incident.ts';
import { transition } from './transition.ts';

/** A deed that a button offers. `resolve` asks for a reason first while the incident fires, `page` for somebody. */
export type Choice =
  | 'acknowledge'
  | 'unack'
  | 'snooze'
  | 'take-command'
  | 'accept-handoff'
  | 'page'
  | 'escalate'
  | 'resolve';

/** All choices, in the order in which cards show them. */
export const allChoices: readonly Choice[] = [
  ...(['acknowledge', 'unack', 'snooze', 'take-command', 'accept-handoff', 'page', 'escalate', 'resolve'] as const),
];

/** For how long the button snoozes; the command takes any time. */
export const usualSnooze: Duration = 3_600_000;

/** The event that a choice records. The form of `page` asks for whom; without it, whoever pages is paged. */
export function deedOf(choice: Choice, by: Person, at: Instant, reason: string): Exclude<Deed, OpeningDeed> {
  switch (choice) {
    case 'acknowledge':
      return { type: 'Acknowledged', at, by };
    case 'unack':
      return { type: 'Unacknowledged', at, by };
    case 'snooze':
      return { type: 'Snoozed', at, by, for: usualSnooze };
    case 'take-command':
      return { type: 'CommandTaken', at, by };
    case 'accept-handoff':
      return { type: 'HandoffAccepted', at, by };
    case 'page':
      return { type: 'PeoplePaged', at, by, whom: { is: 'person', person: by, email: null }, reason };
    case 'escalate':
      return { type: 'LevelAsked', at, by, level: 'next', reason };
    case 'resolve':
      return { type: 'Closed', at, by, reason };
  }
}

/** Somebody who is nobody in particular: what a shared card offers must make sense to a newcomer. */
const anyone: Person = { id: '', name: 'someone' };

/** For whom a button stands on a shared card: for everybody, for whoever holds it, or for whom the command is offered to. */
export function meantFor(choice: Choice, { human, handoff }: Incident): Person | null {
  switch (choice) {
    case 'unack':
    case 'snooze':
      return human.is === 'acknowledged' ? human.by : null;
    case 'accept-handoff':
      return handoff?.to ?? null;
    default:
      return null;
  }
}

/** What the card offers: every choice that the rule book would accept from whom it is meant for, with a reason where one is needed. */
export const choicesOf = (incident: Incident, at: Instant): readonly Choice[] =>
  allChoices.filter((choice) => {
    const by = meantFor(choice, incident) ?? anyone;
    return !isRefusal(transition(incident, deedOf(choice, by, at, 'a reason')));
  });
