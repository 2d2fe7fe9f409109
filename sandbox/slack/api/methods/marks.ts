/** Pins, bookmarks and reactions: what hangs on channels and messages. */

import { channelLabel } from '../../story/mrkdwn.ts';
import { refuse } from '../../workspace/content.ts';
import { emit } from '../../app/events.ts';
import type { Json } from '../../../json.ts';
import { showMessage, systemLine } from '../../workspace/messages.ts';
import { addReaction, removeReaction } from '../../workspace/reactions.ts';
import type { Bookmark, Channel, Message } from '../../workspace/state.ts';
import { onChannel, text, type Access, type Answer, type Call, type Methods } from './method.ts';

const maxPins = 100;
const maxBookmarks = 100;

function messageAt(call: Call, channel: Channel): Message | undefined {
  return channel.messages.find((message) => message.ts === text(call, 'timestamp'));
}

function addPin(call: Call, channel: Channel): Answer {
  const { world } = call;
  if (text(call, 'timestamp') === '') return refuse('no_item_specified');
  const message = messageAt(call, channel);
  if (!message) return refuse('message_not_found');
  if (message.subtype !== null && message.subtype !== 'thread_broadcast') return refuse('not_pinnable');
  if (channel.pins.includes(message.ts)) return refuse('already_pinned');
  if (channel.pins.length >= maxPins) return refuse('too_many_pins');
  const by = world.seed.app.userId;
  channel.pins.push(message.ts);
  systemLine(world, channel, by, 'pinned_item', `<@${by}> pinned a message to this channel.`);
  world.journal.add(world.clock.now(), { kind: 'pinned', channel: channelLabel(world, channel), by, message });
  emit(world, { type: 'pin_added', user: by, channel_id: channel.id, item: pinned(call, channel, message) }, channel);
  return { ok: true };
}

function removePin(call: Call, channel: Channel): Answer {
  const { world } = call;
  const message = messageAt(call, channel);
  if (!message) return refuse('message_not_found');
  const index = channel.pins.indexOf(message.ts);
  if (index < 0) return refuse('no_pin');
  channel.pins.splice(index, 1);
  world.journal.add(world.clock.now(), {
    kind: 'unpinned',
    channel: channelLabel(world, channel),
    by: world.seed.app.userId,
    message,
  });
  return { ok: true };
}

function pinned({ world }: Call, channel: Channel, message: Message): Json {
  const shown = { ...showMessage(world, message), pinned_to: [channel.id] };
  return { type: 'message', channel: channel.id, created: Math.floor(Number(message.ts)), message: shown };
}

function listPins(call: Call, channel: Channel): Answer {
  const messages = channel.pins.flatMap((ts) => channel.messages.filter((message) => message.ts === ts));
  return { ok: true, items: messages.map((message) => pinned(call, channel, message)) };
}

function showBookmark(channel: Channel, bookmark: Bookmark): Json {
  return { ...bookmark, channel_id: channel.id, type: 'link', date_created: bookmark.created };
}

function isLink(given: string): boolean {
  return /^https?:\/\//.test(given) && URL.canParse(given);
}

function addBookmark(call: Call, channel: Channel): Answer {
  const { world } = call;
  const [title, link] = [text(call, 'title'), text(call, 'link')];
  if (title === '') return refuse('invalid_arguments');
  if (text(call, 'type') !== 'link') return refuse('invalid_bookmark_type');
  if (!isLink(link)) return refuse('invalid_link');
  if (channel.bookmarks.length >= maxBookmarks) return refuse('too_many_bookmarks');
  const created = Math.floor(world.clock.now() / 1000);
  const bookmark: Bookmark = { id: world.ids.next('Bk'), title, link, emoji: text(call, 'emoji'), created };
  channel.bookmarks.push(bookmark);
  const by = world.seed.app.userId;
  world.journal.add(world.clock.now(), { kind: 'bookmarked', channel: channelLabel(world, channel), by, title, link });
  return { ok: true, bookmark: showBookmark(channel, bookmark) };
}

function editBookmark(call: Call, channel: Channel): Answer {
  const bookmark = channel.bookmarks.find((each) => each.id === text(call, 'bookmark_id'));
  if (!bookmark) return refuse('not_found');
  const link = text(call, 'link') || bookmark.link;
  if (!isLink(link)) return refuse('invalid_link');
  bookmark.link = link;
  bookmark.title = text(call, 'title') || bookmark.title;
  return { ok: true, bookmark: showBookmark(channel, bookmark) };
}

function removeBookmark(call: Call, channel: Channel): Answer {
  const index = channel.bookmarks.findIndex((each) => each.id === text(call, 'bookmark_id'));
  if (index < 0) return refuse('not_found');
  channel.bookmarks.splice(index, 1);
  return { ok: true };
}

function listBookmarks(_call: Call, channel: Channel): Answer {
  return { ok: true, bookmarks: channel.bookmarks.map((bookmark) => showBookmark(channel, bookmark)) };
}

function react(call: Call, channel: Channel): Answer {
  const message = messageAt(call, channel);
  if (!message) return refuse('message_not_found');
  const emoji = text(call, 'name').replaceAll(':', '');
  if (!/^[a-z0-9_+'-]+$/.test(emoji)) return refuse('invalid_name');
  const added = addReaction(call.world, channel, message, call.world.seed.app.userId, emoji);
  return added ? { ok: true } : refuse('already_reacted');
}

function unreact(call: Call, channel: Channel): Answer {
  const message = messageAt(call, channel);
  if (!message) return refuse('message_not_found');
  const removed = removeReaction(call.world, channel, message, call.world.seed.app.userId, text(call, 'name'));
  return removed ? { ok: true } : refuse('no_reaction');
}

const pinning: Access = { tier: 2, scope: 'pins:write', member: true, open: 'is_archived' };
const reacting: Access = { tier: 3, scope: 'reactions:write', member: true, open: 'is_archived' };
const marking: Access = { tier: 2, scope: 'bookmarks:write', argument: 'channel_id', member: true };

/** The methods of these three families. */
export const marks: Methods = {
  'pins.add': onChannel(pinning, addPin),
  'pins.remove': onChannel(pinning, removePin),
  'pins.list': onChannel({ tier: 2, scope: 'pins:read', member: true }, listPins),
  'bookmarks.add': onChannel(marking, addBookmark),
  'bookmarks.edit': onChannel(marking, editBookmark),
  'bookmarks.remove': onChannel(marking, removeBookmark),
  'bookmarks.list': onChannel({ ...marking, tier: 3, scope: 'bookmarks:read' }, listBookmarks),
  'reactions.add': onChannel(reacting, react),
  'reactions.remove': onChannel({ ...reacting, tier: 2 }, unreact),
};
