/** What people could see happen in PagerDuty, as the journal keeps it. */

import type { Agent, Status, Urgency } from '../incidents/incident.ts';

/** One thing that happened to the incident with this number. Users are ids. */
export type Happening = { readonly number: number } & (
  | {
      readonly kind: 'opened';
      readonly service: string;
      readonly title: string;
      readonly urgency: Urgency;
      readonly by: Agent;
    }
  | {
      readonly kind: 'paged';
      readonly user: string;
      /** Null when it is theirs directly. */
      readonly level: number | null;
      readonly urgency: Urgency;
      readonly title: string;
      readonly again: boolean;
    }
  | { readonly kind: 'escalated'; readonly level: number; readonly by: Agent }
  | { readonly kind: 'became'; readonly status: Status; readonly by: Agent }
  | { readonly kind: 'reassigned'; readonly to: readonly string[]; readonly by: Agent }
  | { readonly kind: 'delegated'; readonly policy: string; readonly by: Agent }
  | { readonly kind: 'prioritised'; readonly priority: string | null; readonly by: Agent }
  | { readonly kind: 'changed'; readonly what: 'title' | 'urgency'; readonly to: string; readonly by: Agent }
  | { readonly kind: 'asked'; readonly user: string; readonly by: string; readonly text: string }
  | { readonly kind: 'replied'; readonly user: string; readonly state: 'joined' | 'declined' }
  | { readonly kind: 'noted' | 'published'; readonly by: string; readonly text: string }
);
