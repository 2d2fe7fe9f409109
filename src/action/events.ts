/** What people do about actions, and what the timeline keeps of them. */
import type { Instant, Person } from '../incident/incident.ts';
import type { Mark, Order, Plan, Progress, RunOutcome } from './action.ts';

/** What a person does about actions. */
export type RunDeed = { readonly at: Instant; readonly by: Person } & (
  | {
      readonly type: 'ActionAsked';
      readonly order: Order;
      /** `cluster/namespace/kind/name`. */
      readonly target: string;
      readonly breakGlass: string | null;
      /** The run that it puts back. */
      readonly undoes: string | null;
    }
  /** Says yes to exactly this plan. */
  | { readonly type: 'ActionApproved'; readonly run: string; readonly digest: string }
  | { readonly type: 'ActionCancelled'; readonly run: string }
  /** Leaves a change as it is: somebody owns it until then. */
  | {
      readonly type: 'ChangeKept';
      readonly run: string;
      readonly owner: Person;
      readonly until: Instant;
      readonly why: string;
    }
);

/** Timers of runs. */
export type RunWake =
  /** Nobody said yes in time. */
  | { readonly type: 'PlanExpired'; readonly run: string }
  /** A change was to be kept until now. */
  | { readonly type: 'KeepEnded'; readonly run: string; readonly until: Instant }
  /** Nobody holds the workload any more for which the run came too late. */
  | { readonly type: 'TargetFreed'; readonly run: string };

interface OfRun {
  readonly at: Instant;
  readonly run: string;
  readonly order: Order;
  readonly target: string;
}

/** Lines of the timeline. */
export type RunLine =
  | ({
      readonly type: 'ActionAsked';
      readonly by: Person;
      readonly breakGlass: string | null;
      readonly undoes: string | null;
    } & OfRun)
  | ({
      readonly type: 'PlanMade';
      readonly plan: Plan;
      /** Null where nobody is asked. */ readonly needed: number | null;
    } & OfRun)
  | ({
      readonly type: 'ActionApproved';
      readonly by: Person;
      readonly digest: string;
      readonly missing: number;
    } & OfRun)
  | ({ readonly type: 'ActionBegun'; readonly by: readonly Person[] } & OfRun)
  | ({ readonly type: 'ActionLanded'; readonly mark: Mark; readonly says: string } & OfRun)
  | ({ readonly type: 'RolloutMoved'; readonly progress: Progress } & OfRun)
  | ({
      readonly type: 'RunEnded';
      readonly outcome: RunOutcome | 'refused' | 'cancelled' | 'rehearsed';
      readonly by: Person;
      readonly says: string;
    } & OfRun)
  | ({
      readonly type: 'ChangeKept';
      readonly by: Person;
      readonly owner: Person;
      readonly until: Instant;
      readonly why: string;
    } & OfRun)
  | ({ readonly type: 'KeepEnded'; readonly owner: Person } & OfRun)
  /** What kept a rollout waiting is gone. */
  | ({ readonly type: 'WatchResumed'; readonly pod: string } & OfRun)
  | ({ readonly type: 'TargetFreed'; readonly to: Person | null } & OfRun)
  /** What had succeeded does not stand any more; `to` is who had asked for it. */
  | ({ readonly type: 'ChangeLost'; readonly to: Person | null; readonly says: string } & OfRun);
