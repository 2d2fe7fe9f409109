/** What passed the doors of PagerDuty, by names that effects and requests have in common. */
import { z } from 'zod';
import type { OutboxRow } from '../observe.ts';
import type { Sent } from './door.ts';

/** An event that a bot sent. */
export interface EventSent {
  readonly sent: Sent;
  /** What, about which key, by whose key; of triggers also for which levels of which incident. */
  readonly name: string;
  readonly action: string;
  readonly key: string;
  /** Whether the bot was or could have been told that it was taken in. */
  readonly taken: boolean;
}

const shape = z.object({
  event_action: z.string(),
  dedup_key: z.string(),
  routing_key: z.string(),
  payload: z.object({ custom_details: z.object({ incident: z.string(), level: z.string() }) }).optional(),
});

/** All events among what was sent. */
export const eventsOf = (all: readonly Sent[]): readonly EventSent[] =>
  all.flatMap((sent) => {
    if (sent.path !== '/v2/enqueue') return [];
    const { event_action: action, dedup_key: key, payload } = shape.parse(sent.body);
    const details = payload?.custom_details;
    const about = details === undefined ? '' : `${details.incident} ${details.level}`;
    const taken = sent.status === 202 || sent.fate === 'swallowed';
    return [{ sent, name: nameOf(action, key, about), action, key, taken }];
  });

const nameOf = (action: string, key: string, about: string): string => `${action} ${key} ${about}`.trim();

/** The name of the event that an effect sends; null when it sends none. */
export function claimed({ effect }: OutboxRow, incident: number): string | null {
  switch (effect.type) {
    case 'pagerduty.trigger':
      return nameOf('trigger', effect.dedupKey, `${incident} ${effect.details['level'] ?? ''}`);
    case 'pagerduty.acknowledge':
      return nameOf('acknowledge', effect.dedupKey, '');
    case 'pagerduty.resolve':
      return nameOf('resolve', effect.dedupKey, '');
    default:
      return null;
  }
}

/** The id of the effect that a text of ours carries; empty when it carries none. */
export const markIn = (text: string): string => /\[vigie ([\w-]+)\]\s*$/.exec(text)?.[1] ?? '';
