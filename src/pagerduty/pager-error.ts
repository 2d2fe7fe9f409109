/** Whatever PagerDuty or the way to it can do wrong, as one error whose message a person can read. */
import { Terminal, Throttled } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';

/** What went wrong. Only after `ambiguous` may a write have landed. */
export type PagerTrouble =
  /** PagerDuty was not reached, or a read had no whole answer. */
  | 'network'
  /** A write had no answer, or one that proves nothing: it may have landed, or may land yet. */
  | 'ambiguous'
  | 'throttled'
  /** A routing key is wrong or can't be read. */
  | 'key'
  /** The API token is wrong, can't be read, or may not do this. */
  | 'token'
  /** What was asked for can't be done, however often it is asked. */
  | 'invalid'
  /** PagerDuty has a fault, and nothing was done. */
  | 'server';

/** What is known besides the sentence. */
export interface PagerFacts {
  /** How long PagerDuty wants to be left alone; null when it does not say. */
  readonly retryAfter?: Duration | null;
  /** HTTP status; 0 when there was no answer. */
  readonly status?: number;
  /** PagerDuty's own number of an error, such as 2010; null when there is none. */
  readonly code?: number | null;
}

/** A call to PagerDuty had no good end. It holds no secret. */
export class PagerError extends Error {
  override readonly name = 'PagerError';
  readonly kind: PagerTrouble;
  /** A sentence for a person: what was wrong, and what to do. */
  readonly says: string;
  readonly retryAfter: Duration | null;
  readonly status: number;
  readonly code: number | null;

  constructor(kind: PagerTrouble, says: string, facts: PagerFacts = {}, options?: ErrorOptions) {
    super(says, options);
    this.kind = kind;
    this.says = says;
    this.retryAfter = facts.retryAfter ?? null;
    this.status = facts.status ?? 0;
    this.code = facts.code ?? null;
  }

  /** Whether no retry can mend it: somebody must change a setting, or it can't be done at all. */
  get hopeless(): boolean {
    return this.kind === 'key' || this.kind === 'token' || this.kind === 'invalid';
  }
}

/** PagerDuty's own advice, for when it does not say how long to wait. */
export const usualPause: Duration = 30_000;

/** The fault with which an effect is given up, waits, or is tried again. What is no PagerError stays as it is. */
export function faultOf(doing: string, error: unknown): unknown {
  if (!(error instanceof PagerError)) return error;
  const { kind, says, retryAfter } = error;
  if (kind === 'throttled') return new Throttled(`${doing}: ${says}`, retryAfter ?? usualPause, { cause: error });
  return error.hopeless ? new Terminal(doing, { cause: error }) : new Error(doing, { cause: error });
}
