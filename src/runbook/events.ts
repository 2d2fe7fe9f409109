/** What people and neighbours do at the steps of a runbook, and what the timeline keeps of it. */
import type { Instant, Person } from '../incident/incident.ts';
import type { Result, StepKind } from './runbook.ts';

/** What a person did at a step of the runbook. `visit` is what they saw: another one is stale. */
export type StepDeed = { readonly at: Instant; readonly by: Person; readonly visit: number } & (
  | { readonly type: 'StepBegun' }
  | { readonly type: 'StepDone'; readonly note: string }
  | { readonly type: 'StepSkipped'; readonly reason: string }
  | { readonly type: 'StepAnswered'; readonly option: number }
  | { readonly type: 'StepAssigned'; readonly to: Person }
  /** Goes to another step of the runbook at hand. */
  | { readonly type: 'StepChosen'; readonly step: string }
);

/** What came of something that a step asked for. */
export interface StepOutcome {
  readonly type: 'CheckAnswered';
  readonly at: Instant;
  readonly visit: number;
  readonly attempt: number;
  /** The step itself, or the proof that it helped. */
  readonly of: 'step' | 'verify';
  readonly passed: boolean;
  /** What was asked and answered. */
  readonly says: string;
}

/** Where a step is: its runbook, its visit. */
interface AtStep {
  readonly at: Instant;
  readonly visit: number;
  readonly runbook: string;
  readonly step: string;
  readonly title: string;
}

/** What the walk through a runbook leaves in the timeline. */
export type StepLine =
  | {
      readonly type: 'RunbookChosen';
      readonly at: Instant;
      readonly by: Person;
      readonly runbook: string;
      readonly title: string;
      readonly reason: string;
    }
  | ({ readonly type: 'StepBegun'; readonly by: Person; readonly kind: StepKind } & AtStep)
  | ({
      readonly type: 'CheckAnswered';
      readonly attempt: number;
      readonly of: 'step' | 'verify';
      readonly passed: boolean;
      readonly says: string;
    } & AtStep)
  | ({ readonly type: 'AskedAgain'; readonly attempt: number; readonly of: 'step' | 'verify' } & AtStep)
  /** The deed itself succeeded; whether it helped is being proved. */
  | ({ readonly type: 'ProofBegun'; readonly says: string } & AtStep)
  /** A step failed and nothing follows by itself. */
  | ({ readonly type: 'StepFailed'; readonly by: Person; readonly says: string } & AtStep)
  | ({
      readonly type: 'StepEnded';
      readonly by: Person;
      readonly kind: StepKind;
      readonly result: Result;
      readonly says: string;
      readonly since: Instant;
    } & AtStep)
  | ({ readonly type: 'StepAssigned'; readonly by: Person; readonly to: Person } & AtStep)
  | ({ readonly type: 'StepWaits'; readonly to: Person | null } & AtStep)
  | ({ readonly type: 'PageAsked'; readonly level: string } & AtStep)
  | { readonly type: 'RunbookEntered'; readonly at: Instant; readonly runbook: string; readonly title: string }
  | { readonly type: 'RunbookEnded'; readonly at: Instant; readonly runbook: string; readonly title: string };
