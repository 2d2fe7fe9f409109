/** What people do to steer an escalation, and what the timeline keeps of it. */
import type { Duration, Instant, Person } from '../incident/incident.ts';

/** Whom somebody pages by name. */
export type Paged =
  /** `email` is the address by which PagerDuty may know them; null where Slack confirmed none. */
  | { readonly is: 'person'; readonly person: Person; readonly email: string | null }
  /** The first level of this policy of the configuration that calls anybody. */
  | { readonly is: 'policy'; readonly name: string };

/** What a person did. */
export type SteerDeed = { readonly at: Instant; readonly by: Person } & (
  | { readonly type: 'PeoplePaged'; readonly whom: Paged; readonly reason: string }
  /** `next`, or the id of a level. */
  | { readonly type: 'LevelAsked'; readonly level: string; readonly reason: string }
  | { readonly type: 'HandoffOffered'; readonly to: Person; readonly note: string }
  | { readonly type: 'HandoffAccepted' }
  /** Whoever holds it keeps it for so long. */
  | { readonly type: 'Snoozed'; readonly for: Duration }
  | { readonly type: 'Unacknowledged' }
);

const deeds: Readonly<Record<SteerDeed['type'], true>> = {
  ...{ PeoplePaged: true, LevelAsked: true, HandoffOffered: true, HandoffAccepted: true },
  ...{ Snoozed: true, Unacknowledged: true },
};

/** Whether an event is something that people do to steer an escalation. */
export const isSteerDeed = (event: { readonly type: string }): event is SteerDeed => Object.hasOwn(deeds, event.type);

/** What the timeline keeps of it; who let go stands there as an acknowledgement that fell. */
export type SteerLine = { readonly at: Instant; readonly by: Person } & (
  | { readonly type: 'PeoplePaged'; readonly whom: string; readonly reason: string }
  | { readonly type: 'LevelAsked'; readonly level: string; readonly reason: string }
  | { readonly type: 'HandoffOffered'; readonly to: Person; readonly note: string }
  | { readonly type: 'HandoffAccepted'; readonly from: Person }
  | { readonly type: 'Snoozed'; readonly until: Instant }
);
