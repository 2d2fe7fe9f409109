/** The log of every Web API call: what was asked, what was answered, when. */

import type { Fault } from './faults.ts';
import type { Json } from '../../json.ts';

/** One call. Tokens are never kept. `answer` is null when the connection was cut or left hanging. */
export type CallRecord = {
  /** Milliseconds since 1970 on the sandbox's clock. */
  readonly at: number;
  /** A Web API method, or `response_url`. */
  readonly method: string;
  readonly args: Json;
  /** The HTTP status, 0 when there was no answer. */
  readonly status: number;
  readonly answer: Json | null;
  readonly fault: Fault | null;
};

/** Arguments without the token, and with JSON texts opened up so that they can be read. */
export function readableArgs(args: Json): Json {
  const open = (value: unknown): unknown => {
    if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  };
  return Object.fromEntries(
    Object.entries(args).flatMap(([key, value]) => (key === 'token' ? [] : [[key, open(value)]])),
  );
}

/** How often each method was called. */
export function callCounts(calls: readonly CallRecord[]): { readonly [method: string]: number } {
  const counts: Record<string, number> = {};
  for (const { method } of calls) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}
