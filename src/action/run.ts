/** A run: one order on its way from asked to done, and what it left changed. */
import type { Approval } from '../access/approvals.ts';
import type { Instant, Person } from '../incident/incident.ts';
import { spokenOrder } from './action.ts';
import type { Mark, Order, Plan, Progress, RunOutcome } from './action.ts';

/** Where a run is. */
export type RunStand =
  /** The worker makes the preview. */
  | { readonly is: 'planning' }
  /** The preview is shown; so many other people must agree to exactly this plan before `until`. */
  | {
      readonly is: 'planned';
      readonly plan: Plan;
      readonly needed: number;
      readonly approvals: readonly Approval[];
      readonly until: Instant;
    }
  /** Approved; the worker sends it, not later than `expires`. */
  | { readonly is: 'running'; readonly plan: Plan; readonly since: Instant; readonly expires: Instant }
  /** It landed; the rollout is watched. */
  | {
      readonly is: 'watching';
      readonly plan: Plan;
      readonly mark: Mark;
      readonly progress: Progress | null;
      readonly until: Instant;
    }
  | {
      readonly is: 'ended';
      readonly outcome: RunOutcome | 'refused' | 'cancelled' | 'rehearsed';
      readonly at: Instant;
      readonly says: string;
      readonly stuck: string | null;
      /** What was planned, where it came so far. */
      readonly plan?: Plan;
      /** Where it landed, if it did. */
      readonly mark?: Mark;
      /** Who changed it afterwards, in words: it does not stand any more. */
      readonly lost?: string;
      /** An admin who breaks the glass gets past what refused it. */
      readonly glass?: boolean;
      /** The run of another incident that held the workload: whoever asked is told when it has ended. */
      readonly behind?: string;
    };

/** What a run left changed, and what was decided about it. The undo ledger is all of these. */
export type Left =
  | { readonly is: 'changed' }
  /** Another run put it back. */
  | { readonly is: 'reverted'; readonly by: string }
  /** It is no longer what stands: that run changed the same again, or, where it is null, somebody else did. */
  | { readonly is: 'replaced'; readonly by: string | null }
  | { readonly is: 'kept'; readonly owner: Person; readonly until: Instant; readonly why: string };

/** A run of an incident. */
export interface Run {
  /** `12-1`: the first of incident 12. */
  readonly id: string;
  readonly order: Order;
  /** As `nameOfTarget` writes it. */
  readonly target: string;
  readonly by: Person;
  readonly at: Instant;
  /** The visit of the runbook's step that it serves; null when somebody asked for it directly. */
  readonly visit: number | null;
  /** Approvals that the step asks for besides those of the configuration. */
  readonly approvals: number;
  /** How long its rollout may take; null for the worker's own limit. */
  readonly rollout: number | null;
  /** Why an admin overrode the approvals; null when nobody did. */
  readonly breakGlass: string | null;
  /** The run whose change this one puts back; null when it does not. */
  readonly undoes: string | null;
  readonly stand: RunStand;
  /** The inverse, stored before the deed; null while nothing was done, or when nothing undoes it. */
  readonly inverse: Order | null;
  readonly left: Left | null;
}

/** Whether a run holds its target: nothing else may be done to it meanwhile. `unknown` holds until a human says more. */
export const holds = ({ stand }: Run): boolean =>
  stand.is === 'running' || stand.is === 'watching' || (stand.is === 'ended' && stand.outcome === 'unknown');

/** Its place among the runs of its incident. */
export const nth = ({ id }: Pick<Run, 'id'>): number => Number(id.slice(id.lastIndexOf('-') + 1));

/** Runs that still change something. */
export const leftChanged = (runs: Readonly<Record<string, Run>>): readonly Run[] =>
  Object.values(runs).filter(({ left }) => left?.is === 'changed');

/** Why an incident can't be closed while its runs have left something changed. */
export function stillChanged(incident: number, left: readonly Run[]): string {
  const each = left.map(({ id, order, target }) => `${spokenOrder(order)} of ${target} (run ${id})`).join('; ');
  return `Incident ${incident} has left this changed: ${each}. Revert it, or keep it with an owner and a date, on the card of the action.`;
}

/** The workload that an event is about: what is known of it is read in the commit. */
export function targetMeant(runs: Readonly<Record<string, Run>>, event: object): string | null {
  if ('target' in event && typeof event.target === 'string') return event.target;
  if ('run' in event && typeof event.run === 'string') return runs[event.run]?.target ?? null;
  return null;
}
