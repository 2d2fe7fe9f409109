/** Faults: something broke, for us to see. A fault is retried with back-off unless it says otherwise. */
import type { Duration } from './incident.ts';

/** A fault that no retry can mend: the effect is given up at once, and the giving up is recorded. */
export class Terminal extends Error {
  override readonly name = 'Terminal';
}

/** The neighbour asked us to wait; not a failed attempt. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
  /** How long the neighbour wants to be left alone. */
  readonly after: Duration;

  constructor(message: string, after: Duration, options?: ErrorOptions) {
    super(message, options);
    this.after = after;
  }
}

/** An error with its causes as one readable line. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`;
}
