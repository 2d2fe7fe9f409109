/** A run at work: what it has to go on, and what it has learned so far. */
import type { Order, RunEffect, RunEvent, RunOutcome, Target } from '../action/action.ts';
import type { Receipts } from '../incident/contracts.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Cluster } from './cluster.ts';
import type { Sent } from './journal.ts';
import type { KubeError } from './kube-error.ts';
import type { Recipe } from './recipe.ts';

/** The effect. */
export type ActEffect = Extract<RunEffect, { type: 'kubernetes.run' }>;

/** What is known of a claim besides its effect. */
export interface ActClaim {
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly receipts: Receipts;
  readonly signal: AbortSignal;
}

/** What running needs besides the clusters. */
export interface ActParts {
  readonly clock: () => Instant;
  /** Between 0 and 1; those who lost a race shall not run it again together. */
  readonly random: () => number;
  /** Waits between two rounds; rejects when it is stopped. */
  readonly wait: (time: Duration, signal: AbortSignal) => Promise<void>;
  /** The worker's own guard rails: a sentence when the configuration does not allow it. */
  readonly allowed: (target: Target, order: Order) => string | null;
}

/** What one attempt has to go on. */
export interface Job {
  readonly effect: ActEffect;
  readonly target: Target;
  readonly cluster: Cluster;
  readonly claim: ActClaim;
  readonly parts: ActParts;
  readonly recipe: Recipe;
  /** What the marker says when it is ours. */
  readonly id: string;
  /** Why it may not be sent, now or any more. */
  readonly against: () => RunEvent | null;
  readonly end: (outcome: RunOutcome, says: string) => RunEvent;
}

/** What an attempt has learned. */
export interface Learned {
  /** What was noted last. */
  sent: Sent | null;
  /** Hash of the template that the dry run showed; null before it. */
  expects: string | null;
  /** Times that a webhook failed to answer. */
  silent: number;
  /** The last trouble. */
  trouble: KubeError | null;
}

/** What a round came to: the end, or how long to wait for the next. */
export type Round = RunEvent | { readonly pause: Duration };

/** The sentence of a plan that no longer fits. */
export const drift = (why: string): string => `Not done: ${why}. Plan it again`;
