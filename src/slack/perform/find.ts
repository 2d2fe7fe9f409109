/** Finds messages of ours again by the mark that each carries: an attempt before may have landed without an answer. */
import type { MessageMetadata } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Work } from '../../incident/contracts.ts';
import { ask } from '../faults.ts';
import { seconds } from '../views/text.ts';

/** What every post carries, for us alone to read: which incident it belongs to, and which of its purposes it serves. */
export interface Mark {
  readonly incident: number;
  readonly purpose: string;
  /** The latest change that a telling in the thread contains, as an instant. */
  readonly told?: number | undefined;
}

/** The metadata of a post (https://docs.slack.dev/messaging/message-metadata). */
export const metadataOf = ({ incident, purpose, told }: Mark): MessageMetadata => ({
  event_type: 'vigie',
  event_payload: { incident, purpose, ...(told === undefined ? {} : { told }) },
});

/** A message of ours. */
export interface Found {
  readonly ts: string;
  readonly mark: Mark;
}

const page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        metadata: z.object({ event_type: z.string(), event_payload: z.unknown() }).optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const markOf = z.object({ incident: z.number(), purpose: z.string(), told: z.number().optional() });

/** Our clock and Slack's may differ by this much. */
const skew = 5 * 60_000;

/** Pages that are looked through: more would spend the rate limit that all incidents share. */
const mostPages = 10;

/** Messages of the work's incident in a channel, or in a thread of it, since its effect was recorded; newest first. */
export async function findOurs(slack: WebClient, work: Work, channel: string, thread: string | null): Promise<Found[]> {
  const { incident, since, signal } = work;
  const oldest = String(seconds(since - skew));
  const found: Found[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    signal.throwIfAborted();
    const range = {
      channel,
      oldest,
      limit: 200,
      include_all_metadata: true,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const answer = await ask(`looking for messages of incident ${incident.number}`, () =>
      thread === null ? slack.conversations.history(range) : slack.conversations.replies({ ...range, ts: thread }),
    );
    const { messages, response_metadata: more } = page.parse(answer);
    for (const { ts, metadata } of messages) {
      const mark = metadata?.event_type === 'vigie' ? markOf.safeParse(metadata.event_payload).data : undefined;
      if (mark?.incident === incident.number) found.push({ ts, mark });
    }
    cursor = more?.next_cursor || undefined;
    if (cursor === undefined) break;
  }
  return found.toSorted((a, b) => Number(b.ts) - Number(a.ts));
}
