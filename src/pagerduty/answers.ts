/** What PagerDuty answers, read without trusting its shape. */
import { z } from 'zod';
import type { Duration, Instant } from '../incident/incident.ts';
import { clip, line } from './words.ts';
import type { Reply } from './wire.ts';

/** Somebody, as PagerDuty knows them. */
export interface PagerUser {
  readonly id: string;
  readonly name: string;
  /** Null where only a reference was given. */
  readonly email: string | null;
}

/** An incident of PagerDuty. */
export interface PagerIncident {
  readonly id: string;
  readonly url: string | null;
  readonly status: 'triggered' | 'acknowledged' | 'resolved';
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  readonly policy: string | null;
  readonly assignees: readonly PagerUser[];
  /** People, not integrations. */
  readonly acknowledgers: readonly PagerUser[];
  /** Who changed its state last, if that was a person. */
  readonly changedBy: PagerUser | null;
  /** The messages of the requests for responders so far. */
  readonly requests: readonly string[];
}

/** Somebody's turn. */
export interface OnCall {
  readonly user: PagerUser;
  readonly level: number;
  readonly policy: string;
  /** Null for somebody who is always on call. */
  readonly schedule: string | null;
  readonly until: Instant | null;
}

const id = z.string().regex(/^\w{1,64}$/);
const instant = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  context.issues.push({ code: 'custom', message: 'not a time', input: text });
  return z.NEVER;
});

const user = z
  .object({ id, name: z.string().nullish(), summary: z.string().nullish(), email: z.string().nullish() })
  .transform((read): PagerUser => ({
    id: read.id,
    name: line(read.name ?? read.summary ?? '', 80) || read.id,
    email: read.email ?? null,
  }));

const reference = z.object({ id });
const requests = z
  .array(z.object({ message: z.string().nullish() }))
  .nullish()
  .catch(null);

/** Somebody or something: only people are of interest. */
const agent = z
  .object({ id, type: z.string(), summary: z.string().nullish() })
  .transform((read): PagerUser | null =>
    read.type.startsWith('user') ? { id: read.id, name: line(read.summary ?? '', 80) || read.id, email: null } : null,
  )
  .nullish()
  .catch(null);

const incident = z
  .object({
    id,
    html_url: z.string().nullish(),
    status: z.enum(['triggered', 'acknowledged', 'resolved']),
    created_at: instant,
    last_status_change_at: instant.nullish().catch(null),
    escalation_policy: reference.nullish().catch(null),
    assignments: z
      .array(z.object({ assignee: user }))
      .nullish()
      .catch(null),
    acknowledgements: z
      .array(z.object({ acknowledger: agent }))
      .nullish()
      .catch(null),
    last_status_change_by: agent,
    responder_requests: requests,
    incidents_responders: requests,
  })
  .transform((read): PagerIncident => ({
    id: read.id,
    url: webAddress(read.html_url),
    status: read.status,
    createdAt: read.created_at,
    changedAt: read.last_status_change_at ?? read.created_at,
    policy: read.escalation_policy?.id ?? null,
    assignees: (read.assignments ?? []).map(({ assignee }) => assignee),
    acknowledgers: (read.acknowledgements ?? []).flatMap(({ acknowledger }) => acknowledger ?? []),
    changedBy: read.last_status_change_by ?? null,
    requests: [...(read.responder_requests ?? []), ...(read.incidents_responders ?? [])].map(
      ({ message }) => message ?? '',
    ),
  }));

const onCall = z
  .object({
    user,
    escalation_level: z.number(),
    escalation_policy: reference,
    schedule: reference.nullish(),
    end: instant.nullish(),
  })
  .transform((read): OnCall => ({
    user: read.user,
    level: read.escalation_level,
    policy: read.escalation_policy.id,
    schedule: read.schedule?.id ?? null,
    until: read.end ?? null,
  }));

const priority = z.object({ id, name: z.string().nullish(), summary: z.string().nullish() });
const more = z.boolean().nullish();

/** The bodies of answers that are read. */
export const answers = {
  incident: z.object({ incident }),
  incidents: z.object({ incidents: z.array(incident), more }),
  notes: z.object({ notes: z.array(z.object({ content: z.string() })) }),
  onCalls: z.object({ oncalls: z.array(onCall), more }),
  user: z.object({ user }),
  users: z.object({ users: z.array(user), more }),
  priorities: z.object({ priorities: z.array(priority) }),
} as const;

/** An address that may be shown as a link; null for anything else. */
export function webAddress(text: string | null | undefined): string | null {
  const url = URL.parse(text ?? '');
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

const spokenError = z.object({
  message: z.string().nullish().catch(null),
  code: z.number().nullish().catch(null),
  errors: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .catch(null),
});
/** The REST API puts it under `error`; the Events API does not. */
const failure = z.object({ error: z.union([spokenError, z.string()]) }).or(spokenError);

/** What an error's body says; empty when it says nothing. */
export function saidIn(data: unknown): string {
  const read = failure.safeParse(data).data;
  if (read === undefined) return '';
  const error = 'error' in read ? read.error : read;
  if (typeof error === 'string') return error;
  const errors = typeof error.errors === 'string' ? [error.errors] : (error.errors ?? []);
  return clip([error.message ?? '', ...errors].filter((part) => part !== '').join(': '), 2_000);
}

/** PagerDuty's number of an error; null when there is none. */
export function codeIn(data: unknown): number | null {
  const read = failure.safeParse(data).data;
  const error = read !== undefined && 'error' in read ? read.error : read;
  return error === undefined || typeof error === 'string' ? null : (error.code ?? null);
}

/** How long an answer asks to be left alone; null when it does not say. */
export function retryAfterOf({ header }: Pick<Reply, 'header'>): Duration | null {
  const told = [header('retry-after'), header('ratelimit-reset')].map((text) => Number(text?.trim() || Number.NaN));
  const seconds = told.find((each) => each >= 0 && each < 3_600);
  // Zero means the very next second.
  return seconds === undefined ? null : Math.max(1_000, Math.ceil(seconds * 1_000));
}
