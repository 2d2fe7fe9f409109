/** The incident: three independent facts (signal, human, ladder), its alerts and groups, and the phase computed from them. */
import type { Run } from '../action/run.ts';
import type { Walk } from '../runbook/walk.ts';
import type { Climb } from '../escalation/climb.ts';
import type { Policy } from '../escalation/policy.ts';
import type { Silence } from './monitor.ts';
import type { Pager } from './pager.ts';
import type { IncidentRules } from './rules.ts';

/** Milliseconds since the Unix epoch. Only the doors read a clock; everything else is told the time. */
export type Instant = number;

/** Milliseconds. */
export type Duration = number;

/** From least to most severe. Critical and high page; warning stays in Slack; info opens nothing. */
export const severities = ['info', 'warning', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Somebody who acts: the neighbour's id for them (a Slack user id, or `vigie` for the bot itself) and a plain name. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** One alert as Alertmanager last reported it, keyed by its fingerprint (a hash of its labels, stable over re-fires). */
export interface Alert {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
  /** Null while firing (Alertmanager sends year 1). */
  readonly endsAt: Instant | null;
  readonly generatorUrl: string;
  /** When Vigie took in its last change. */
  readonly changedAt: Instant;
  /** A firing copy looked older than what is known and was not believed; said once per resolve. */
  readonly doubted: boolean;
  /** What hides it while it fires, as far as Alertmanager's API told; null for nothing. */
  readonly muted: Muting | null;
}

/** Why Alertmanager tells nobody of an alert that fires. */
export type Muting =
  | {
      readonly is: 'silenced';
      /** Of the silence that ends last, where there are several. */
      readonly id: string;
      /** Null when Alertmanager did not tell. */
      readonly until: Instant | null;
      /** Its author, as Alertmanager has it: any text. Empty when it did not tell. */
      readonly by: string;
    }
  /** By other alerts that fire; their fingerprints. */
  | { readonly is: 'inhibited'; readonly by: readonly string[] }
  /** By mute time intervals; their names. Told since 0.28. */
  | { readonly is: 'timed'; readonly by: readonly string[] };

/** One alert group of this incident: (source, receiver, sha256 of the group key). */
export interface Group {
  readonly receiver: string;
  /** Hex SHA-256 of Alertmanager's group key, whose own length is unbounded. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Alerts that `max_alerts` cut from the last body; while above zero the group can't be believed clear. */
  readonly truncated: number;
  readonly linkedAt: Instant;
  /** When `truncated` changed last. */
  readonly changedAt: Instant;
}

/** What the monitoring says. */
export type Signal =
  | { readonly is: 'firing' }
  | { readonly is: 'clearing'; readonly until: Instant }
  | { readonly is: 'clear'; readonly since: Instant }
  | { readonly is: 'muted' }
  | { readonly is: 'unknown' };

/** What people do about it. */
export type Human =
  | { readonly is: 'open' }
  | {
      readonly is: 'acknowledged';
      readonly by: Person;
      readonly until: Instant;
      /** The owner was told that the lease is about to end. */
      readonly reminded: boolean;
      /** The holder asked for more time, which outlasts what PagerDuty grants. */
      readonly snoozed?: boolean;
      /** What was acknowledged; a rise above it lets the acknowledgement fall. */
      readonly severity: Severity;
    }
  | { readonly is: 'closed'; readonly by: Person; readonly reason: string; readonly at: Instant };

/** An offer of the command. */
export interface Handoff {
  readonly by: Person;
  readonly to: Person;
  readonly at: Instant;
  readonly note: string;
}

/** What people see; computed, never stored in the state. */
export type Phase = 'triggered' | 'acknowledged' | 'recovering' | 'suppressed' | 'resolved' | 'closed';

/** Our aggregate. Its alerts and groups are rows of their own in the store. */
export interface Incident {
  readonly number: number;
  /** Bumped by every recorded change. */
  readonly version: number;
  /**
   * `alert` was opened by an alert group; `storm` rolls up groups beyond the storm limit; `declared` was opened by a
   * person; `checklist` is planned work: a runbook without alerts and pages.
   */
  readonly kind: 'alert' | 'declared' | 'storm' | 'checklist';
  readonly title: string;
  /** Alertmanager source; null when declared. */
  readonly source: string | null;
  /** Name of the service its labels chose, if any. */
  readonly service: string | null;
  /** What runbooks may refer to of that service, as it was when the incident opened: `target`, `health_url` and so on. */
  readonly facts: Readonly<Record<string, string>>;
  /** The walk through its runbook; null without one. */
  readonly walk: Walk | null;
  /** What was asked for on workloads, by id. */
  readonly runs: Readonly<Record<string, Run>>;
  readonly openedAt: Instant;
  /** Highest seen; by itself it only rises. */
  readonly severity: Severity;
  readonly signal: Signal;
  readonly human: Human;
  /** How far its policy has run. */
  readonly ladder: Climb;
  /** What the ladder's timer expects; null when nothing will be due. */
  readonly ladderDue: Instant | null;
  readonly pager: Pager;
  /** Who acknowledged last, and when; null when nobody ever did. */
  readonly lastHeld: { readonly by: Person; readonly at: Instant } | null;
  readonly commander: Person | null;
  /** The command is offered, and not accepted yet. */
  readonly handoff: Handoff | null;
  /** Everybody who acted on it, in order of their first act; invited to its channel. */
  readonly responders: readonly Person[];
  /** 1, and one more for every re-opening. */
  readonly episode: number;
  /** Recent changes between firing and clear, oldest first. */
  readonly flips: readonly Instant[];
  readonly flapping: boolean;
  readonly rules: IncidentRules;
  /** Frozen: a reload never bends it. A rise in severity may lead to another one. */
  readonly policy: Policy;
  /** SHA-256 of the configuration that opened it. */
  readonly config: string;
  /** Effects that were given up, as sentences; shown on the card. */
  readonly troubles: readonly string[];
  /** Silences that Vigie made for it and that stand. */
  readonly silences: readonly Silence[];
  readonly alerts: Readonly<Record<string, Alert>>;
  /** Keyed by `receiver` + newline + `key`. */
  readonly groups: Readonly<Record<string, Group>>;
}

/** The phase of an incident: one total table over signal and human. */
export function phaseOf({ signal, human }: Pick<Incident, 'signal' | 'human'>): Phase {
  if (human.is === 'closed') return 'closed';
  switch (signal.is) {
    case 'clear':
      return 'resolved';
    case 'clearing':
      return 'recovering';
    case 'muted':
      return 'suppressed';
    case 'firing':
    case 'unknown':
      return human.is === 'acknowledged' ? 'acknowledged' : 'triggered';
  }
}

/** Whether an incident still takes in alerts of its groups without being re-opened. */
export const isOpen = (incident: Pick<Incident, 'signal' | 'human'>): boolean =>
  incident.human.is !== 'closed' && incident.signal.is !== 'clear';

/** When an incident that is not open ended; null while it is open. */
export function endedAt({ signal, human }: Pick<Incident, 'signal' | 'human'>): Instant | null {
  if (human.is === 'closed') return human.at;
  return signal.is === 'clear' ? signal.since : null;
}

/** The bot itself, where a person is asked for. */
export const vigie: Person = { id: 'vigie', name: 'Vigie' };

/** Whether `a` is more severe than `b`. */
export const isAbove = (a: Severity, b: Severity): boolean => severities.indexOf(a) > severities.indexOf(b);
