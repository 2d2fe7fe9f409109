/** Response URLs: five answers within thirty minutes to whoever acted, without a token. */

import { refuse, isEmpty, readContent, type Content, type Refusal } from '../workspace/content.ts';
import { stringAt, type Json } from '../../json.ts';
import { edit, post, remove } from '../workspace/messages.ts';
import { findMessage } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** One URL. `messageTs` is the message it came from, when it came from one. */
export type ResponseUrl = {
  readonly user: string;
  readonly channel: string;
  readonly messageTs: string | null;
  readonly at: number;
  uses: number;
};

/** Slack's limits (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses). */
const maxUses = 5;
const lifeMs = 30 * 60_000;

/** A new URL for this person in this channel. */
export function issueResponseUrl(world: World, user: string, channel: string, messageTs: string | null): string {
  const id = world.ids.next('R');
  world.responseUrls.set(id, { user, channel, messageTs, at: world.clock.now(), uses: 0 });
  return `${world.baseUrl}/response/${id}`;
}

/** An HTTP answer. */
export type Answered = { readonly status: number; readonly answer: Json };

/** Takes one answer at a response URL and does what it says. */
export function answerResponseUrl(world: World, id: string, body: Json): Answered {
  const url = world.responseUrls.get(id);
  if (!url) return { status: 404, answer: refuse('invalid_url') };
  if (world.clock.now() - url.at > lifeMs) return { status: 404, answer: refuse('expired_url') };
  if (url.uses >= maxUses) return { status: 404, answer: refuse('used_url') };
  const refusal = perform(world, url, body);
  if (refusal) return { status: 400, answer: refusal };
  url.uses += 1;
  return { status: 200, answer: { ok: true } };
}

function perform(world: World, url: ResponseUrl, body: Json): Refusal | null {
  const channel = world.workspace.channels.get(url.channel);
  if (!channel) return refuse('channel_not_found');
  const original = url.messageTs === null ? undefined : findMessage(channel, url.messageTs);
  if (isYes(body['delete_original'])) {
    if (!original) return refuse('message_not_found');
    remove(world, channel, original);
    return null;
  }
  const content = readContent(world, body);
  if (!content.ok) return content;
  if (isEmpty(content)) return refuse('no_text');
  if (isYes(body['replace_original'])) {
    if (!original) return refuse('message_not_found');
    edit(world, channel, original, replacing(content));
    return null;
  }
  if (channel.isArchived) return refuse('is_archived');
  const onlyFor = body['response_type'] === 'in_channel' ? null : url.user;
  post(world, channel, {
    user: world.seed.app.userId,
    byApp: true,
    content,
    onlyFor,
    threadTs: stringAt(body, 'thread_ts') || null,
  });
  return null;
}

/** A replacement takes everything away that it does not give. */
function replacing(content: Content): Content {
  return { ...content, given: { text: true, blocks: true, attachments: true } };
}

function isYes(value: unknown): boolean {
  return value === true || value === 'true';
}
