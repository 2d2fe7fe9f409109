/** What people can do in the workspace by typing, reacting and moving about. */

import { addMember, openDirect, setArchived } from '../workspace/channels.ts';
import { applyCommandAck } from './acks.ts';
import { emit } from '../app/events.ts';
import { post } from '../workspace/messages.ts';
import { findPerson, note, ownChannel, visibleChannel, visibleMessage } from './look.ts';
import { act, type Outcome, type Sending } from './outcome.ts';
import { commandFields, escapeText } from './payloads.ts';
import { addReaction } from '../workspace/reactions.ts';
import { homeOf, showView } from '../workspace/views.ts';
import type { Message } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** Types a slash command, such as `/incident ack`, and shows what the app acknowledges it with. */
export async function command(
  world: World,
  who: string,
  where: string,
  line: string,
  sending: Sending = {},
): Promise<Outcome> {
  const user = findPerson(world, who);
  const channel = ownChannel(world, user, where);
  if (!line.startsWith('/')) throw new Error(`"${line}" is no slash command: it does not begin with /`);
  const fields = commandFields(world, user, channel, line);
  note(world, user, channel, line);
  return act(world, user.id, { kind: 'command', fields }, sending, (reply) =>
    applyCommandAck(world, channel, user.id, fields['command'] ?? '', reply),
  );
}

/** Says something in a channel, or in a thread of it. */
export function say(world: World, who: string, where: string, text: string, threadTs: string | null = null): Message {
  const user = findPerson(world, who);
  const channel = ownChannel(world, user, where);
  const content = { text: escapeText(world, text).replaceAll(/<(@[A-Z0-9]+)\|[^>]*>/g, '<$1>') };
  const message = post(world, channel, { user: user.id, byApp: false, content, threadTs });
  const called = { type: 'app_mention', user: user.id, text: message.text, ts: message.ts, channel: channel.id };
  const thread = threadTs ? { thread_ts: threadTs } : {};
  if (message.text.includes(`<@${world.seed.app.userId}>`)) {
    emit(world, { ...called, ...thread, team: world.seed.team.id, event_ts: message.ts }, channel);
  }
  return message;
}

/** Says something to the app, by name. */
export function mention(
  world: World,
  who: string,
  where: string,
  text: string,
  threadTs: string | null = null,
): Message {
  const bot = findPerson(world, world.seed.app.userId);
  return say(world, who, where, `@${bot.name} ${text}`, threadTs);
}

/** Puts an emoji under a message. */
export function react(world: World, who: string, where: string, ts: string, emoji: string): void {
  const user = findPerson(world, who);
  const channel = ownChannel(world, user, where);
  addReaction(world, channel, visibleMessage(world, channel, user, ts), user.id, emoji.replaceAll(':', ''));
}

/** Walks into a public channel. */
export function join(world: World, who: string, where: string): void {
  const user = findPerson(world, who);
  const channel = visibleChannel(world, user, where);
  if (channel.isArchived) throw new Error(`#${channel.name} is archived: nobody can join it`);
  if (!channel.members.includes(user.id)) addMember(world, channel, user.id, null);
}

/** Archives a channel, or brings it back. */
export function archive(world: World, who: string, where: string, archived = true): void {
  const user = findPerson(world, who);
  setArchived(world, visibleChannel(world, user, where), user.id, archived);
}

/** Opens the app's Home tab. */
export function openHome(world: World, who: string): void {
  const user = findPerson(world, who);
  const home = homeOf(world, user.id);
  const channel = openDirect(world, [user.id]).id;
  note(world, user, null, 'opens the Home tab');
  const shown = home ? { view: showView(world, home) } : {};
  emit(world, { type: 'app_home_opened', user: user.id, channel, tab: 'home', ...shown });
}
