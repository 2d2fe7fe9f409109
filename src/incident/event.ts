/** What can happen: events come in by the doors, lines are what the timeline keeps of them, a refusal is the answer no. */
import type { Instant, Person, Severity } from './incident.ts';

/** One alert of a webhook body, translated at the door; hostile text is bounded but not yet escaped. */
export interface AlertReport {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly generatorUrl: string;
}

/** The alert group that a body speaks for. */
export interface GroupReport {
  readonly receiver: string;
  /** Hex SHA-256 of the group key. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly truncated: number;
}

/** Alerts reached one incident; correlation has already decided which. */
export interface AlertsReported {
  readonly type: 'AlertsReported';
  readonly at: Instant;
  readonly source: string;
  /** Null when these alerts belong to another incident than the body's group does. */
  readonly group: GroupReport | null;
  readonly alerts: readonly AlertReport[];
}

/** What a due timer says; it carries what it expects, so a stale one is refused. */
export type Wake =
  | { readonly type: 'HoldEnded'; readonly until: Instant }
  | { readonly type: 'LeaseEnding'; readonly until: Instant }
  | { readonly type: 'LeaseEnded'; readonly until: Instant };

/** What a person did. */
export type Deed =
  | {
      readonly type: 'Declared';
      readonly at: Instant;
      readonly by: Person;
      readonly title: string;
      readonly severity: Severity;
    }
  | { readonly type: 'Acknowledged'; readonly at: Instant; readonly by: Person }
  | { readonly type: 'CommandTaken'; readonly at: Instant; readonly by: Person }
  | { readonly type: 'Closed'; readonly at: Instant; readonly by: Person; readonly reason: string };

/** Everything that can be recorded. */
export type Event =
  | AlertsReported
  | Deed
  | (Wake & { readonly at: Instant })
  | { readonly type: 'EffectGivenUp'; readonly at: Instant; readonly effect: string; readonly why: string };

/** A named alert in a timeline line. */
export interface AlertName {
  readonly fingerprint: string;
  readonly name: string;
}

/** What one accepted event changed, as the timeline keeps it. Past tense, one fact a line. */
export type Line =
  | {
      readonly type: 'Opened';
      readonly at: Instant;
      readonly by: Person;
      readonly title: string;
      readonly severity: Severity;
    }
  | {
      readonly type: 'AlertsChanged';
      readonly at: Instant;
      readonly fired: readonly AlertName[];
      readonly resolved: readonly AlertName[];
      /** Same alert, other annotations or times. */
      readonly edited: readonly AlertName[];
    }
  | {
      readonly type: 'GroupJoined';
      readonly at: Instant;
      readonly receiver: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | { readonly type: 'AlertsTruncated'; readonly at: Instant; readonly receiver: string; readonly truncated: number }
  | { readonly type: 'LateCopySeen'; readonly at: Instant; readonly alerts: readonly AlertName[] }
  | { readonly type: 'SeverityRose'; readonly at: Instant; readonly from: Severity; readonly to: Severity }
  | { readonly type: 'Cleared'; readonly at: Instant; readonly until: Instant }
  | { readonly type: 'FiredAgain'; readonly at: Instant }
  | { readonly type: 'Flapped'; readonly at: Instant; readonly transitions: number; readonly hold: number }
  | { readonly type: 'Resolved'; readonly at: Instant }
  | { readonly type: 'Reopened'; readonly at: Instant; readonly episode: number }
  | { readonly type: 'Acknowledged'; readonly at: Instant; readonly by: Person; readonly until: Instant }
  | { readonly type: 'LeaseEnding'; readonly at: Instant; readonly by: Person; readonly until: Instant }
  | {
      readonly type: 'AcknowledgementFell';
      readonly at: Instant;
      readonly by: Person;
      readonly why: 'lease ended' | 'severity rose' | 'incident over';
    }
  | { readonly type: 'CommandTaken'; readonly at: Instant; readonly by: Person; readonly from: Person | null }
  | {
      readonly type: 'Closed';
      readonly at: Instant;
      readonly by: Person;
      readonly reason: string;
      readonly firing: boolean;
    }
  | { readonly type: 'EffectGivenUp'; readonly at: Instant; readonly effect: string; readonly why: string };

/** "No, because …": a whole sentence for the person who asked. */
export interface Refusal {
  readonly refused: string;
}

/** Whether an answer is a refusal. */
export const isRefusal = (answer: object): answer is Refusal => 'refused' in answer;
