/** The log of requests, for tests and for people who wonder what a client sent. */

import type { JsonValue } from '../json.ts';

/** One request and what came of it. */
export type CallRecord = {
  /** Milliseconds on the sandbox's clock. */
  readonly at: number;
  readonly user: string;
  readonly method: string;
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  readonly contentType: string;
  readonly body: JsonValue | null;
  /** What was answered; 0 when the connection was cut. */
  readonly status: number;
  /** The reason of the Status object, if there was one. */
  readonly reason: string;
  /** Whether a fault was at work. */
  readonly fault: boolean;
};
