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
  readonly incident: { readonly number: number; readonly service: string | null };
  readonly receipts: Receipts;
  readonly signal: AbortSignal;
}

/** The wish of one kind. */
export type EffectOf<T extends PagerEffect['type']> = Extract<PagerEffect, { type: T }>;

/** For so long a page waits for PagerDuty, before it counts as failed and something else is tried. */
export const patience: Duration = 120_000;
