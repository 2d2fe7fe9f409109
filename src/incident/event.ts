/** What can happen: events come in by the doors, lines are what the timeline keeps of them, a refusal is the answer no. */
import type { RefusedLine } from '../access/refused.ts';
import type { RunEvent } from '../action/action.ts';
import type { Diagnosed, DiagnosisDeed } from '../action/diagnosis.ts';
import type { SteerDeed, SteerLine } from '../escalation/events.ts';
import type { RunDeed, RunLine, RunWake } from '../action/events.ts';
import type { StepDeed, StepLine, StepOutcome } from '../runbook/events.ts';
import type { Frozen } from '../runbook/runbook.ts';
import type {
  EmergencyPaged,
  HeartbeatEvent,
  MonitorLine,
  MutingEvent,
  SilenceAsked,
  SilenceDue,
  SilenceOutcome,
} from './monitor.ts';
import type { PageOutcome, PagerReport } from './pager.ts';
import type { PagerLine } from './pager-lines.ts';
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
  | { readonly type: 'LeaseEnded'; readonly until: Instant }
  /** A check that failed may be asked once more. */
  | { readonly type: 'AskAgain'; readonly visit: number; readonly attempt: number }
  | { readonly type: 'WaitEnded'; readonly visit: number }
  /** The alerts had this long to clear. */
  | { readonly type: 'ProofEnded'; readonly visit: number }
  /** A step still waits for a person. */
  | { readonly type: 'StepWaits'; readonly visit: number }
  | RunWake
  | SilenceDue
  /** The policy's next level, or whatever comes next on it. */
  | { readonly type: 'LadderDue'; readonly due: Instant }
  /** A checklist is due; it opens an incident of its own. */
  | { readonly type: 'ChecklistDue'; readonly runbook: string; readonly due: Instant };

/** What a person did. */
export type Deed =
  | {
      readonly type: 'Declared';
      readonly at: Instant;
      readonly by: Person;
      readonly title: string;
      readonly severity: Severity;
      /** Name of the service it is about, where somebody said. */
      readonly service?: string;
    }
  | { readonly type: 'Acknowledged'; readonly at: Instant; readonly by: Person }
  | { readonly type: 'CommandTaken'; readonly at: Instant; readonly by: Person }
  | { readonly type: 'Closed'; readonly at: Instant; readonly by: Person; readonly reason: string }
  | {
      readonly type: 'RunbookChosen';
      readonly at: Instant;
      readonly by: Person;
      readonly runbook: Frozen;
      readonly reason: string;
    }
  /** Opens an incident of kind `checklist` for a runbook that a person starts. */
  | {
      readonly type: 'RunbookStarted';
      readonly at: Instant;
      readonly by: Person;
      readonly runbook: string;
      readonly service?: string;
    }
  | StepDeed
  | SteerDeed
  | RunDeed
  | SilenceAsked
  | DiagnosisDeed;

/** Deeds that open an incident. */
export type OpeningDeed = Extract<Deed, { type: 'Declared' | 'RunbookStarted' }>;

/** Everything that can be recorded. */
export type Event =
  | AlertsReported
  | Deed
  | StepOutcome
  | RunEvent
  | Diagnosed
  | PageOutcome
  | PagerReport
  | MutingEvent
  | SilenceOutcome
  | HeartbeatEvent
  | EmergencyPaged
  /** Nobody ran Vigie since `from`. */
  | { readonly type: 'WasDown'; readonly at: Instant; readonly from: Instant }
  | (Wake & { readonly at: Instant })
  | {
      readonly type: 'EffectGivenUp';
      readonly at: Instant;
      readonly effect: string;
      readonly why: string;
      /** Of the step that asked for it; null for what no step asked for. */
      readonly visit: number | null;
      /** Of what it was about; null for nothing. */
      readonly run: string | null;
    };

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
  | {
      readonly type: 'Resolved';
      readonly at: Instant;
      /** The whole sentence, where it was not the alerts that stayed clear. */
      readonly why?: string;
    }
  | { readonly type: 'Reopened'; readonly at: Instant; readonly episode: number }
  | {
      readonly type: 'Acknowledged';
      readonly at: Instant;
      readonly by: Person;
      readonly until: Instant;
      /** Where, when that was not in Slack. */
      readonly where?: 'PagerDuty';
    }
  | { readonly type: 'LeaseEnding'; readonly at: Instant; readonly by: Person; readonly until: Instant }
  | {
      readonly type: 'AcknowledgementFell';
      readonly at: Instant;
      readonly by: Person;
      readonly why: 'lease ended' | 'severity rose' | 'incident over' | 'let go' | 'put down';
    }
  | { readonly type: 'CommandTaken'; readonly at: Instant; readonly by: Person; readonly from: Person | null }
  | {
      readonly type: 'Closed';
      readonly at: Instant;
      readonly by: Person;
      readonly reason: string;
      readonly firing: boolean;
    }
  | StepLine
  | SteerLine
  | RunLine
  | RefusedLine
  | DiagnosisDeed
  | Diagnosed
  | PagerLine
  | MonitorLine
  | { readonly type: 'EffectGivenUp'; readonly at: Instant; readonly effect: string; readonly why: string };

/** "No, because …": a whole sentence for the person who asked. */
export interface Refusal {
  readonly refused: string;
  /** Whoever asked may not do it, so the timeline keeps the attempt. */
  readonly denied?: boolean;
}

/** Whether an answer is a refusal. */
export const isRefusal = (answer: object): answer is Refusal => 'refused' in answer;
