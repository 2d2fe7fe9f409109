/** Posting, editing and removing messages, and how the API shows them. */

import { channelLabel } from '../story/mrkdwn.ts';
import type { Content } from './content.ts';
import { emit } from '../app/events.ts';
import type { Json } from '../../json.ts';
import type { Channel, Message } from './state.ts';
import type { World } from '../world.ts';

/** How a message comes to be. `content` needs no more than what it shows. */
export type Draft = {
  readonly user: string;
  readonly byApp: boolean;
  readonly content: Partial<Pick<Content, 'text' | 'blocks' | 'attachments' | 'metadata'>>;
  readonly subtype?: string | null;
  readonly threadTs?: string | null;
  readonly broadcast?: boolean;
  readonly onlyFor?: string | null;
};

function newMessage(world: World, channel: Channel, draft: Draft): Message {
  const { text = '', blocks = [], attachments = [], metadata = null } = draft.content;
  return {
    ts: world.ids.ts(world.clock.now()),
    channel: channel.id,
    user: draft.user,
    byApp: draft.byApp,
    subtype: draft.subtype ?? (draft.broadcast ? 'thread_broadcast' : null),
    text,
    blocks,
    attachments,
    metadata,
    threadTs: draft.threadTs ?? null,
    broadcast: draft.broadcast ?? false,
    onlyFor: draft.onlyFor ?? null,
    edits: 0,
    editedTs: null,
    entered: {},
    reactions: [],
  };
}

/** Puts a message into a channel, or before one person's eyes only, and tells the app when it listens. */
export function post(world: World, channel: Channel, draft: Draft): Message {
  const message = newMessage(world, channel, draft);
  if (message.onlyFor) channel.ephemerals.push(message);
  else channel.messages.push(message);
  world.journal.add(world.clock.now(), { kind: 'posted', channel: channelLabel(world, channel), message });
  if (!message.onlyFor) emit(world, { ...messageEvent(world, message), channel_type: channelType(channel) }, channel);
  return message;
}

/** Slack's own line in a channel, such as "set the channel topic". People see it through the journal, not as a message. */
export function systemLine(world: World, channel: Channel, user: string, subtype: string, text: string): void {
  channel.messages.push(newMessage(world, channel, { user, byApp: false, subtype, content: { text } }));
}

/** Replaces what a message shows. Parts that were not given stay; a new text without blocks takes the blocks away. */
export function edit(world: World, channel: Channel, message: Message, content: Content): void {
  const { given } = content;
  if (given.text) message.text = content.text;
  if (given.blocks || given.text) message.blocks = content.blocks;
  if (given.attachments || given.text) message.attachments = content.attachments;
  if (content.metadata !== undefined) message.metadata = content.metadata;
  message.edits += 1;
  message.editedTs = world.ids.ts(world.clock.now());
  world.journal.add(world.clock.now(), { kind: 'edited', channel: channelLabel(world, channel), message });
}

/** Takes a message away, pins included. */
export function remove(world: World, channel: Channel, message: Message): void {
  for (const held of [channel.messages, channel.ephemerals]) {
    const index = held.indexOf(message);
    if (index >= 0) held.splice(index, 1);
  }
  const pin = channel.pins.indexOf(message.ts);
  if (pin >= 0) channel.pins.splice(pin, 1);
  world.journal.add(world.clock.now(), { kind: 'deleted', channel: channelLabel(world, channel), message });
}

/** The `channel_type` of message events. */
function channelType(channel: Channel): string {
  const types = { public: 'channel', private: 'group', im: 'im', mpim: 'mpim' } as const;
  return types[channel.kind];
}

function messageEvent(world: World, message: Message): Json {
  return { ...showMessage(world, message), channel: message.channel, event_ts: message.ts };
}

/** A message as the API shows it. Metadata is left out unless asked for. */
export function showMessage(world: World, message: Message, withMetadata = true): Json {
  const { app, team } = world.seed;
  const bot = { bot_id: app.botId, app_id: app.id };
  return {
    type: 'message',
    ...(message.subtype ? { subtype: message.subtype } : {}),
    user: message.user,
    ts: message.ts,
    ...(message.byApp ? bot : {}),
    text: message.text,
    team: team.id,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.metadata && withMetadata ? { metadata: message.metadata } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.editedTs ? { edited: { user: message.user, ts: message.editedTs } } : {}),
    ...(message.reactions.length > 0 ? { reactions: message.reactions.map(showReaction) } : {}),
  };
}

function showReaction({ name, users }: Message['reactions'][number]): Json {
  return { name, users, count: users.length };
}

/** The thread's figures that its first message shows; empty when nobody has replied. */
export function threadFigures(channel: Channel, message: Message): Json {
  const replies = channel.messages.filter((reply) => reply.threadTs === message.ts);
  const last = replies.at(-1);
  if (!last) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: last.ts,
    reply_users: users,
  };
}
