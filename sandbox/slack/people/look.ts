/** Who, where and what: finds people, channels, messages, views and elements, and only those the person can see. */

import { allElements, type Placed } from '../blocks/walk.ts';
import { findChannel, openDirect } from '../workspace/channels.ts';
import { channelLabel } from '../story/mrkdwn.ts';
import { objectAt, objectsAt, stringAt, type Json } from '../../json.ts';
import type { UserSeed } from '../workspace/seed.ts';
import { stackOf } from '../workspace/views.ts';
import { findMessage, type Channel, type Message, type View } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** Finds a person by id or by name, with or without `@`. */
export function findPerson(world: World, idOrName: string): UserSeed {
  const name = idOrName.replace(/^@/, '');
  const user = world.workspace.users.find((each) => each.id === idOrName || each.name === name);
  if (!user) throw new Error(`there is nobody called "${idOrName}" in this workspace`);
  return user;
}

/** Finds a channel this person can see, by id or name; `direct` is the conversation with the app. */
export function visibleChannel(world: World, user: UserSeed, idOrName: string): Channel {
  const channel = idOrName === 'direct' ? openDirect(world, [user.id]) : findChannel(world, idOrName);
  const visible = channel && (channel.kind === 'public' || channel.members.includes(user.id));
  if (!visible) throw new Error(`${user.name} sees no channel "${idOrName}"`);
  return channel;
}

/** Finds a channel this person can write in. */
export function ownChannel(world: World, user: UserSeed, idOrName: string): Channel {
  const channel = visibleChannel(world, user, idOrName);
  if (channel.isArchived)
    throw new Error(`${channelLabel(world, channel)} is archived: ${user.name} can do nothing there`);
  if (!channel.members.includes(user.id)) throw new Error(`${user.name} is not in ${channelLabel(world, channel)}`);
  return channel;
}

/** Finds a message this person can see. */
export function visibleMessage(world: World, channel: Channel, user: UserSeed, ts: string): Message {
  const message = findMessage(channel, ts);
  if (!message || (message.onlyFor !== null && message.onlyFor !== user.id)) {
    throw new Error(`${user.name} sees no message ${ts} in ${channelLabel(world, channel)}`);
  }
  return message;
}

/** Notes what somebody does, for the transcript. */
export function note(world: World, user: UserSeed, channel: Channel | null, deed: string): void {
  const place = channel && channelLabel(world, channel);
  world.journal.add(world.clock.now(), { kind: 'did', channel: place, by: user.id, deed });
}

/** Where an element is shown: in a message of a channel (`newest` is the newest that shows it), or in a modal or Home tab. */
export type Place = { readonly channel: string; readonly message: string } | { readonly view: string };

/** What is before somebody's eyes at a place. */
export type Seen =
  | { readonly kind: 'message'; readonly channel: Channel; readonly message: Message; readonly blocks: readonly Json[] }
  | { readonly kind: 'view'; readonly view: View; readonly blocks: readonly Json[] };

/** Looks at a place; `newest` finds the message by the element that is wanted there. */
export function lookAt(world: World, user: UserSeed, place: Place, wanted: string): Seen {
  if ('view' in place) {
    const view = openViewOf(world, user, place.view);
    return { kind: 'view', view, blocks: objectsAt(view.body, 'blocks') };
  }
  const channel = visibleChannel(world, user, place.channel);
  if (channel.isArchived)
    throw new Error(`${channelLabel(world, channel)} is archived: its buttons can no longer be pressed`);
  const ts = place.message === 'newest' ? newestShowing(world, channel, user, wanted) : place.message;
  const message = visibleMessage(world, channel, user, ts);
  return { kind: 'message', channel, message, blocks: message.blocks };
}

/** The newest message before this person's eyes that shows the element. */
function newestShowing(world: World, channel: Channel, user: UserSeed, wanted: string): string {
  const seen = [...channel.messages, ...channel.ephemerals.filter(({ onlyFor }) => onlyFor === user.id)];
  const showing = seen.filter(({ blocks }) => allElements(blocks).some((each) => isMeant(each, wanted)));
  const [newest] = showing.toSorted((a, b) => b.ts.localeCompare(a.ts));
  if (!newest) throw new Error(`no message in ${channelLabel(world, channel)} shows ${user.name} a "${wanted}"`);
  return newest.ts;
}

function isMeant({ element }: Placed, wanted: string): boolean {
  return element['action_id'] === wanted || labelOf(element) === wanted;
}

/** A person's own view: the modal on top, or the Home tab. */
export function openViewOf(world: World, user: UserSeed, id: string): View {
  const view = world.workspace.views.get(id);
  if (!view || view.user !== user.id || !view.open) throw new Error(`${user.name} has no open view ${id}`);
  const top = stackOf(world, user.id).at(-1);
  if (view.kind === 'modal' && top !== view) throw new Error(`the view ${id} of ${user.name} lies under ${top?.id}`);
  return view;
}

/** The text on a button, or an element's action id when it has none. */
export function labelOf(element: Json): string {
  return stringAt(objectAt(element, 'text') ?? {}, 'text') || stringAt(element, 'action_id');
}

/** The one element with this action id, or failing that with this label. Throws when it is not shown: no dead buttons. */
export function findElement(
  user: UserSeed,
  blocks: readonly Json[],
  wanted: string,
  blockId: string | undefined,
): Placed {
  const shown = allElements(blocks).filter((each) => blockId === undefined || each.blockId === blockId);
  const byId = shown.filter(({ element }) => element['action_id'] === wanted);
  const found = byId.length > 0 ? byId : shown.filter(({ element }) => labelOf(element) === wanted);
  const [first, second] = found;
  const list = shown.map(({ element }) => `${labelOf(element)} (${String(element['action_id'])})`).join(', ');
  if (!first) throw new Error(`${user.name} is shown no "${wanted}"; what is shown: ${list || 'nothing to press'}`);
  if (second) throw new Error(`"${wanted}" is shown ${found.length} times; say which by blockId`);
  return first;
}
