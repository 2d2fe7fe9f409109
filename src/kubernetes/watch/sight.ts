/** What is looked at while a run is watched, and what a look shows. */
import type { Mark, Plan, Progress, RunOutcome } from '../../action/action.ts';
import type { Instant } from '../../incident/incident.ts';
import type { Pod } from '../diagnose/pods.ts';
import type { Json } from '../json.ts';
import type { Revision, Workload } from './objects.ts';

/** What a run is watched for. */
export interface Watched {
  readonly plan: Plan;
  readonly mark: Mark;
  /** The last progress that was recorded; null before the first. */
  readonly seen: Progress | null;
  /** When it was recorded, or when watching began. */
  readonly since: Instant;
  readonly until: Instant;
}

/** What the cluster says now. */
export interface Look {
  /** Null when there is none. */
  readonly workload: Workload | null;
  /** All pods of the selector; null when they can't be read. */
  readonly pods: readonly Pod[] | null;
  /** Newest first; null when they can't be read. */
  readonly revisions: readonly Revision[] | null;
  /** Whether an autoscaler has the workload for its target. */
  readonly autoscaled: boolean;
  /** The pod that is deleted, or the autoscaler that is set; null when there is none. */
  readonly object: Json | null;
}

/** The end of a run. */
export interface Ended {
  readonly type: 'ended';
  readonly outcome: RunOutcome;
  readonly says: string;
  /** The pod that keeps a StatefulSet from recovering. */
  readonly stuck: string | null;
}

/** What a look shows, before it is compared with what is known. */
export type Sight = Ended | { readonly type: 'going'; readonly progress: Progress };

/** An end without a stuck pod. */
export const ended = (outcome: RunOutcome, says: string): Ended => ({ type: 'ended', outcome, says, stuck: null });

/** A rollout on its way. */
export const going = (state: Progress['state'], done: number, total: number, says = ''): Sight => ({
  type: 'going',
  progress: { state, done, total, says },
});
