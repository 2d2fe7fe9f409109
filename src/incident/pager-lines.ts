/** What the timeline keeps of calls and of PagerDuty. */
import type { Call } from '../escalation/call.ts';
import type { Instant, Person } from './incident.ts';
import type { NamedLevel, PageWay } from './pager.ts';

/** What the timeline keeps of calls and of PagerDuty. */
export type PagerLine =
  | {
      readonly type: 'LevelsCalled';
      readonly at: Instant;
      readonly page: string;
      readonly levels: readonly NamedLevel[];
      readonly why: Call['why'];
      /** How long after it was due. */
      readonly late: number;
      /** Who is called how, in words. */
      readonly ways: readonly string[];
    }
  /** Nothing was done that was due: it is quiet, or too long ago. */
  | { readonly type: 'LadderMoved'; readonly at: Instant; readonly next: Instant | null }
  | { readonly type: 'LadderExhausted'; readonly at: Instant; readonly policy: string }
  | { readonly type: 'WasDown'; readonly at: Instant; readonly from: Instant }
  /** Whoever had the last episode is asked first. */
  | { readonly type: 'Offered'; readonly at: Instant; readonly to: Person; readonly until: Instant }
  | { readonly type: 'PageSent'; readonly at: Instant; readonly page: string; readonly way: PageWay }
  | {
      readonly type: 'PageConfirmed';
      readonly at: Instant;
      readonly page: string;
      readonly incident: string;
      readonly url: string | null;
    }
  | {
      readonly type: 'PageFailed';
      readonly at: Instant;
      readonly page: string;
      readonly levels: readonly NamedLevel[];
      readonly says: string;
      /** What is tried instead; null when nothing is left, or nobody need be called any more. */
      readonly instead: string | null;
      /** When PagerDuty is tried again; null when it is not. */
      readonly again: Instant | null;
      readonly needed: boolean;
    }
  /** PagerDuty was tried once more, and failed. */
  | {
      readonly type: 'PageDelayed';
      readonly at: Instant;
      readonly page: string;
      readonly says: string;
      /** When it is tried again; null when it is not. */
      readonly again: Instant | null;
    }
  /** Somebody acknowledged in PagerDuty what another one holds. */
  | { readonly type: 'PagerJoined'; readonly at: Instant; readonly by: Person }
  | { readonly type: 'PagerTold'; readonly at: Instant; readonly by: Person; readonly says: string };
