/** An event of webhooks v3, read without trusting its shape: only its type must be there (https://developer.pagerduty.com/docs/webhooks-overview). */
import { z } from 'zod';
import type { Instant } from '../incident/incident.ts';

const text = z.string().nullish().catch(null);
const reference = z
  .object({ id: z.string().catch(''), type: text, summary: text })
  .nullish()
  .catch(null);

const data = z
  .object({
    id: text,
    type: text,
    html_url: text,
    incident_key: text,
    status: text,
    content: text,
    message: text,
    state: text,
    assignees: z.array(reference).nullish().catch(null),
    escalation_policy: reference,
    priority: reference,
    user: reference,
    incident: z.object({ id: z.string(), html_url: text }).nullish().catch(null),
  })
  .partial()
  .nullish()
  .catch(null);

const body = z.object({
  event: z.object({
    id: z.string().max(200).catch(''),
    event_type: z.string().max(200),
    occurred_at: text,
    agent: reference,
    client: z.object({ name: text }).nullish().catch(null),
    data,
  }),
});

/** Somebody or something that PagerDuty refers to. */
export type HookReference = NonNullable<z.infer<typeof reference>>;

/** An event, not yet translated. */
export interface Hook {
  /** Empty when it has none. */
  readonly id: string;
  readonly type: string;
  /** Null when it does not say, or not so that it can be read. */
  readonly at: Instant | null;
  readonly agent: HookReference | null;
  /** Name of the client that caused it; empty when there is none. */
  readonly client: string;
  readonly data: NonNullable<z.infer<typeof data>>;
}

/** Reads a body; null when it is no event. */
export function readHook(written: string): Hook | null {
  const read = body.safeParse(parse(written)).data;
  if (read === undefined) return null;
  const { event } = read;
  const at = Date.parse(event.occurred_at ?? '');
  return {
    id: event.id,
    type: event.event_type,
    at: Number.isNaN(at) ? null : at,
    agent: event.agent ?? null,
    client: event.client?.name ?? '',
    data: event.data ?? {},
  };
}

function parse(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
