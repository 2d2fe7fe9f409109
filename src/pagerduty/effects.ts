/** What PagerDuty's room is handed to perform. The wishes and their outcomes are the core's. */
import type { Receipts } from '../incident/contracts.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { PagerEffect } from '../incident/pager.ts';

/** One effect to perform, and all that the room looks at. The core's own kind of work fits. */
export interface PagerWork<E extends PagerEffect = PagerEffect> {
  readonly effect: E;
  readonly effectId: string;
  readonly attempt: number;
  /** When the effect was recorded. */
  readonly since: Instant;
  /** Its service chooses the routing key `service`. */
  readonly incident: {
    readonly number: number;
    readonly service: string | null;
    readonly policy: { readonly confirm: Duration | null };
  };
  readonly receipts: Receipts;
  readonly signal: AbortSignal;
}

/** The wish of one kind. */
export type EffectOf<T extends PagerEffect['type']> = Extract<PagerEffect, { type: T }>;

/** For so long a page waits for PagerDuty, before it counts as failed and something else is tried. */
export const patience: Duration = 120_000;

/** A policy that wants a page proved sooner does not wait longer for it to be taken in. */
const patienceOf = ({ policy }: PagerWork['incident']): Duration => Math.min(patience, policy.confirm ?? patience);

/** When a page counts as failed. */
export const endOf = ({ incident, since }: PagerWork): Instant => since + patienceOf(incident);

/** How long one call of a page may take. The first one has all of it, however late it comes. */
export const timeFor = (work: PagerWork, now: Instant): Duration =>
  work.attempt === 1 ? patienceOf(work.incident) : endOf(work) - now;
