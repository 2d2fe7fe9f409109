/** An incident as PagerDuty keeps it, and who may do something to it. */

import type { Json } from '../../json.ts';

/** Who did something: a person, an integration, or (null) PagerDuty by itself. */
export type Agent =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'integration'; readonly id: string; readonly service: string }
  | null;

/** An agent and through what: `PagerDuty` for its web page, a monitoring client by its own name, null for the REST API. */
export type Actor = {
  readonly agent: Agent;
  readonly client: { readonly name: string; readonly url?: string } | null;
};

/** PagerDuty acting by itself, such as a timer. */
export const itself: Actor = { agent: null, client: null };

/** Somebody on the web page or in the mobile app. */
export function person(id: string): Actor {
  return { agent: { kind: 'user', id }, client: { name: 'PagerDuty' } };
}

/** The alert an event made. */
export type Alert = {
  readonly id: string;
  readonly key: string;
  readonly createdAt: number;
  severity: string;
  status: 'triggered' | 'resolved';
  /** The last trigger event as it came. */
  event: Json;
  /** How many trigger events it has had. */
  count: number;
};

/** A note. */
export type Note = { readonly id: string; readonly by: string; readonly content: string; readonly at: number };

/** Somebody who was asked to help. */
export type Responder = {
  readonly user: string;
  readonly by: string;
  readonly message: string;
  readonly at: number;
  /** The policy through which they were asked, or null. */
  readonly policy: string | null;
  state: 'pending' | 'joined' | 'declined';
};

/** A status update for stakeholders. */
export type StatusUpdate = { readonly id: string; readonly by: string; readonly message: string; readonly at: number };

/** What an incident can be. */
export type Status = 'triggered' | 'acknowledged' | 'resolved';

/** High wakes people and escalates, low does neither. */
export type Urgency = 'high' | 'low';

/** One incident. Times are milliseconds on the sandbox's clock. */
export type Incident = {
  readonly id: string;
  readonly number: number;
  readonly key: string;
  readonly service: string;
  readonly createdAt: number;
  /** What the REST API was given as body; null for incidents made by events. */
  readonly body: string | null;
  readonly alert: Alert | null;
  title: string;
  status: Status;
  urgency: Urgency;
  policy: string;
  /** From 1. */
  level: number;
  /** How often the policy has begun again. */
  loop: number;
  /** Incidents assigned to somebody directly do not escalate. */
  via: 'escalation_policy' | 'direct_assignment';
  assignees: { readonly user: string; readonly at: number }[];
  acknowledgers: { readonly agent: Agent; readonly at: number }[];
  priority: string | null;
  bridge: { readonly conference_number: string | null; readonly conference_url: string | null } | null;
  changedAt: number;
  changedBy: Agent;
  resolvedAt: number | null;
  readonly notes: Note[];
  readonly responders: Responder[];
  readonly updates: StatusUpdate[];
  /** Timers of levels and acknowledgements that were set at another count are void. */
  watch: number;
  /** The same for the timer that resolves it. */
  life: number;
};

/** Why PagerDuty does not do something, with its error code. */
export type Trouble = { readonly code: number; readonly message: string };

/** Whether it is still open. */
export function isOpen({ status }: Incident): boolean {
  return status !== 'resolved';
}
