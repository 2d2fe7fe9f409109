/** Emoji under messages, whoever puts them there. */

import { channelLabel } from '../story/mrkdwn.ts';
import { emit } from '../app/events.ts';
import type { Channel, Message } from './state.ts';
import type { World } from '../world.ts';

/** Adds a reaction; false when this person has already reacted so. */
export function addReaction(world: World, channel: Channel, message: Message, by: string, emoji: string): boolean {
  const reaction = message.reactions.find(({ name }) => name === emoji);
  if (reaction?.users.includes(by)) return false;
  if (reaction) reaction.users.push(by);
  else message.reactions.push({ name: emoji, users: [by] });
  world.journal.add(world.clock.now(), { kind: 'reacted', channel: channelLabel(world, channel), by, emoji, message });
  tell(world, 'reaction_added', channel, message, by, emoji);
  return true;
}

/** Takes a reaction back; false when there was none. */
export function removeReaction(world: World, channel: Channel, message: Message, by: string, emoji: string): boolean {
  const reaction = message.reactions.find(({ name }) => name === emoji);
  const index = reaction?.users.indexOf(by) ?? -1;
  if (!reaction || index < 0) return false;
  reaction.users.splice(index, 1);
  if (reaction.users.length === 0) message.reactions.splice(message.reactions.indexOf(reaction), 1);
  world.journal.add(world.clock.now(), {
    kind: 'unreacted',
    channel: channelLabel(world, channel),
    by,
    emoji,
    message,
  });
  tell(world, 'reaction_removed', channel, message, by, emoji);
  return true;
}

function tell(world: World, type: string, channel: Channel, message: Message, user: string, reaction: string): void {
  const item = { type: 'message', channel: channel.id, ts: message.ts };
  emit(world, { type, user, reaction, item, item_user: message.user }, channel);
}
