/** What happens to channels, whoever does it: people come and go, names and topics change, channels close. */

import { channelLabel } from '../story/mrkdwn.ts';
import { emit } from '../app/events.ts';
import type { Json } from '../../json.ts';
import { systemLine } from './messages.ts';
import { newChannel, type Channel, type Note } from './state.ts';
import type { World } from '../world.ts';

/** Finds a channel by id, or by name with or without `#`. Direct messages have no names. */
export function findChannel(world: World, idOrName: string): Channel | undefined {
  const name = idOrName.replace(/^#/, '');
  const { channels } = world.workspace;
  return channels.get(idOrName) ?? [...channels.values()].find((channel) => channel.name === name && name !== '');
}

/** The first reason why Slack would not take this as a channel's name, or null. Archived channels keep their names. */
export function nameRefusal(world: World, name: string): string | null {
  if (name === '') return 'invalid_name_required';
  if ([...name].length > 80) return 'invalid_name_maxlength';
  if (/^[-_]+$/.test(name)) return 'invalid_name_punctuation';
  if (!/^[a-z0-9_-]+$/.test(name)) return 'invalid_name_specials';
  const taken = [...world.workspace.channels.values()].some((channel) => channel.name === name);
  return taken ? 'name_taken' : null;
}

/** Makes a channel with its maker in it. The name must have been found good. */
export function createChannel(world: World, by: string, name: string, isPrivate: boolean): Channel {
  const kind = isPrivate ? 'private' : 'public';
  const id = world.ids.next('C');
  const channel = newChannel({ id, name, kind, creator: by, members: [by] }, world.clock.now());
  world.workspace.channels.set(id, channel);
  world.journal.add(world.clock.now(), { kind: 'created', channel: channelLabel(world, channel), by });
  return channel;
}

/** The direct conversation of these people and the app, made if there is none. */
export function openDirect(world: World, users: readonly string[]): Channel {
  const members = [...new Set([world.seed.app.userId, ...users])].toSorted();
  const same = (channel: Channel): boolean => channel.members.toSorted().join() === members.join();
  const kind = members.length > 2 ? 'mpim' : 'im';
  const found = [...world.workspace.channels.values()].find((channel) => channel.kind === kind && same(channel));
  if (found) return found;
  const id = world.ids.next(kind === 'im' ? 'D' : 'G');
  const channel = newChannel({ id, name: '', kind, creator: world.seed.app.userId, members }, world.clock.now());
  world.workspace.channels.set(id, channel);
  return channel;
}

/** Lets somebody in. */
export function addMember(world: World, channel: Channel, user: string, inviter: string | null): void {
  channel.members = [...channel.members, user];
  systemLine(world, channel, user, 'channel_join', `<@${user}> has joined the channel`);
  world.journal.add(world.clock.now(), { kind: 'joined', channel: channelLabel(world, channel), user, inviter });
  const by = inviter ? { inviter } : {};
  const type = channel.kind === 'private' ? 'G' : 'C';
  const common = { user, channel: channel.id, channel_type: type, team: world.seed.team.id };
  emit(world, { type: 'member_joined_channel', ...common, ...by }, channel);
}

/** Sees somebody out. */
export function removeMember(world: World, channel: Channel, user: string): void {
  const common = { user, channel: channel.id, channel_type: channel.kind === 'private' ? 'G' : 'C' };
  emit(world, { type: 'member_left_channel', ...common, team: world.seed.team.id }, channel);
  channel.members = channel.members.filter((member) => member !== user);
  systemLine(world, channel, user, 'channel_leave', `<@${user}> has left the channel`);
  world.journal.add(world.clock.now(), { kind: 'left', channel: channelLabel(world, channel), by: user });
}

/** Sets the topic or the purpose. */
export function setNote(world: World, channel: Channel, by: string, kind: 'topic' | 'purpose', text: string): void {
  const now = world.clock.now();
  const note: Note = { value: text, creator: by, last_set: Math.floor(now / 1000) };
  channel[kind] = note;
  systemLine(world, channel, by, `channel_${kind}`, `<@${by}> set the channel ${kind}: ${text}`);
  world.journal.add(now, { kind, channel: channelLabel(world, channel), by, text });
}

/** Gives the channel another name, which must have been found good. */
export function rename(world: World, channel: Channel, by: string, name: string): void {
  const before = channel.name;
  const label = channelLabel(world, channel);
  channel.name = name;
  systemLine(world, channel, by, 'channel_name', `<@${by}> has renamed the channel from "${before}" to "${name}"`);
  world.journal.add(world.clock.now(), { kind: 'renamed', channel: label, by, text: name });
  const shown = { id: channel.id, name, name_normalized: name, created: channel.created };
  emit(world, { type: 'channel_rename', channel: shown }, channel);
}

/** Closes the channel, or opens it again. */
export function setArchived(world: World, channel: Channel, by: string, archived: boolean): void {
  channel.isArchived = archived;
  const done = archived ? 'archived' : 'unarchived';
  systemLine(world, channel, by, archived ? 'channel_archive' : 'channel_unarchive', `<@${by}> ${done} the channel`);
  world.journal.add(world.clock.now(), { kind: done, channel: channelLabel(world, channel), by });
  const type = archived ? 'channel_archive' : 'channel_unarchive';
  emit(world, { type, channel: channel.id, user: by }, channel);
}

/** A channel as the API shows it to the app. */
export function showChannel(world: World, channel: Channel): Json {
  const { userId } = world.seed.app;
  const is = (kind: Channel['kind']): boolean => channel.kind === kind;
  const direct = is('im') ? { user: channel.members.find((member) => member !== userId) } : {};
  return {
    id: channel.id,
    ...(is('im') ? {} : { name: channel.name, name_normalized: channel.name }),
    ...direct,
    is_channel: is('public'),
    is_group: is('private'),
    is_im: is('im'),
    is_mpim: is('mpim'),
    is_private: !is('public'),
    is_general: channel.isGeneral,
    is_archived: channel.isArchived,
    is_member: channel.members.includes(userId),
    created: channel.created,
    creator: channel.creator,
    context_team_id: world.seed.team.id,
    topic: channel.topic,
    purpose: channel.purpose,
    previous_names: [],
  };
}
