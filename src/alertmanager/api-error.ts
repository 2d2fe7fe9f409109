/** Whatever Alertmanager's API or the way to it can do wrong, as one error whose message a person can read. */
import { Terminal, Throttled } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';

/** What went wrong. Only after `ambiguous` may a write have landed. */
export type ApiTrouble =
  /** Alertmanager was not reached, or a read had no whole answer. */
  | 'network'
  /** A write had no answer, or one that proves nothing. */
  | 'ambiguous'
  | 'throttled'
  /** Its credentials are wrong or can't be read. */
  | 'credentials'
  /** What was asked for can't be done, however often it is asked. */
  | 'invalid'
  /** There is no such silence. */
  | 'missing'
  /** Alertmanager has a fault, and nothing was done. */
  | 'server'
  /** Whoever answered is not Alertmanager's API v2. */
  | 'foreign';

/** What is known besides the sentence. */
export interface ApiFacts {
  /** HTTP status; 0 when there was no answer. */
  readonly status?: number;
  /** How long it wants to be left alone; null when it does not say. */
  readonly retryAfter?: Duration | null;
}

/** A call to Alertmanager had no good end. It holds no secret. */
export class AlertmanagerError extends Error {
  override readonly name = 'AlertmanagerError';
  readonly kind: ApiTrouble;
  /** A sentence for a person: what was wrong, where, and what to do. */
  readonly says: string;
  readonly status: number;
  readonly retryAfter: Duration | null;

  constructor(
    kind: ApiTrouble,
    says: string,
    { status = 0, retryAfter = null }: ApiFacts = {},
    options?: ErrorOptions,
  ) {
    super(says, options);
    this.kind = kind;
    this.says = says;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether it may go well another time. When not, somebody must change something first. */
  get retry(): boolean {
    return this.kind !== 'credentials' && this.kind !== 'invalid' && this.kind !== 'missing';
  }
}

/** For when Alertmanager, or the proxy before it, wants a pause and does not say how long. */
const usualPause: Duration = 30_000;

/** The fault with which an effect is given up, waits, or is tried again. What is no AlertmanagerError stays as it is. */
export function faultOf(doing: string, error: unknown): unknown {
  if (!(error instanceof AlertmanagerError)) return error;
  const { kind, says, retryAfter } = error;
  if (kind === 'throttled') return new Throttled(`${doing}: ${says}`, retryAfter ?? usualPause, { cause: error });
  return error.retry ? new Error(doing, { cause: error }) : new Terminal(doing, { cause: error });
}
