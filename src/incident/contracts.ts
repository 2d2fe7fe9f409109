/** What rooms are handed: how to record an event, how to perform an effect, where receipts are kept. */
import type { Actor } from '../access/actor.ts';
import type { StepKind } from '../runbook/runbook.ts';
import type { Effect, Room } from './effect.ts';
import type { Deed, Event, Refusal } from './event.ts';
import type { Incident, Instant, Phase, Severity } from './incident.ts';

/** An accepted event: the incident as it is now. `again` when the same cause was recorded before. */
export interface Recorded {
  readonly incident: Incident;
  readonly again: boolean;
}

/**
 * Records what a person did. `cause` names the press, so that two deliveries of it are recorded once.
 * Throws when the store can't answer in time; then nothing was recorded, or the cause will tell.
 */
export type RecordDeed = (
  deed: Deed,
  number: number | null,
  cause: string,
  actor: Actor,
) => Promise<Recorded | Refusal>;

/** Where effects landed, by purpose; bookkeeping that survives the process. */
export interface Receipts {
  /** The place (a channel id, a message ts) of a purpose of the work's incident. */
  get(purpose: string): Promise<string | undefined>;
  put(purpose: string, place: string): Promise<void>;
}

/** One effect to perform, with everything a room may look at. */
export interface Work<E extends Effect = Effect> {
  readonly effect: E;
  /** Stable over retries: `12-3-0`, of incident 12, version 3, first effect. */
  readonly effectId: string;
  /** 1 for the first attempt. Above 1, an earlier attempt may have landed without an answer: look before doing it again. */
  readonly attempt: number;
  /** When the effect was recorded. */
  readonly since: Instant;
  readonly now: Instant;
  /** As it is at this moment, not as it was when the effect was recorded. */
  readonly incident: Incident;
  readonly receipts: Receipts;
  /** Aborts when the lease on the lane is nearly over. */
  readonly signal: AbortSignal;
}

/**
 * Carries out an effect. Resolves to the outcome, an event to record in the same commit that settles it, or to null.
 * Throws a fault to be retried, `Throttled` to wait, `Terminal` to give up.
 */
export type Perform = (work: Work) => Promise<Event | null>;

/** A lane: effects that are performed in order, and the room that performs them. */
export interface Lane {
  readonly room: Room;
  readonly lane: string;
  readonly priority: number;
}

/** A lane to ring for. */
export interface Ring extends Lane {
  /** When something in it is due. */
  readonly due: Instant;
}

/** An incident in a list. */
export interface Listed {
  readonly number: number;
  readonly kind: Incident['kind'];
  readonly phase: Phase;
  readonly severity: Severity;
  readonly title: string;
  readonly service: string | null;
  readonly openedAt: Instant;
  readonly firing: number;
  readonly resolved: number;
}

/** What the timelines know about a step of a runbook. */
export interface StepStats {
  readonly runbook: string;
  readonly step: string;
  /** As it was last shown. */
  readonly title: string;
  readonly kind: StepKind;
  /** Times it ended, skipping not counted. */
  readonly runs: number;
  readonly failed: number;
  /** Times the alerts cleared soon after it, before anything else was done. */
  readonly helped: number;
  /** Milliseconds until they did; null when they never did. */
  readonly median: number | null;
}
