/** The log of requests: what was asked, what was answered, when. */

import type { Fault } from '../troubles/faults.ts';

/** One request. Tokens are never kept. */
export type CallRecord = {
  /** Milliseconds since 1970 on the sandbox's clock. */
  readonly at: number;
  readonly api: 'events' | 'rest';
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** As in the URL, without the question mark. */
  readonly query: string;
  /** The `From` header; empty when there was none. */
  readonly from: string;
  /** Null when there was none, or it was not JSON. */
  readonly body: unknown;
  /** 0 when there was no answer. */
  readonly status: number;
  /** Whether it was refused for a mistake that no correct app makes. */
  readonly own: boolean;
  readonly reasons: readonly string[];
  readonly fault: Fault | null;
};

/** How often each path was asked for; ids are shown as `:id`. */
export function callCounts(calls: readonly CallRecord[]): { readonly [path: string]: number } {
  const counts: Record<string, number> = {};
  for (const { method, path } of calls) {
    const name = `${method} ${path.replaceAll(/\/[A-Z0-9]{4,}(?=\/|$)/g, '/:id')}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
