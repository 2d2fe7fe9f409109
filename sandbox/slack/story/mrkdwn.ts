/** Slack's marked-up text as people read it: names for ids, labels for links, characters for entities. */

import type { Channel } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** How somebody is called on screen, people by their handle, bots by their name; channels too, `#incidents`. */
export function nameOf(world: World, id: string): string {
  const channel = world.workspace.channels.get(id);
  if (channel) return channelLabel(world, channel);
  const user = world.workspace.users.find((each) => each.id === id);
  if (!user) return id;
  return user.kind === 'bot' ? user.realName : user.name;
}

/** How a conversation is called on screen: `#incidents`, or `@ana` when it is a direct one. */
export function channelLabel(world: World, channel: Channel): string {
  if (channel.kind === 'public' || channel.kind === 'private') return `#${channel.name}`;
  const others = channel.members.filter((member) => member !== world.seed.app.userId);
  return others.map((member) => `@${nameOf(world, member)}`).join(', ');
}

/** One `<…>` sequence, without its brackets. */
function readable(world: World, inside: string): string {
  const [target = '', label] = inside.split('|', 2);
  const id = target.slice(1);
  if (target.startsWith('@')) return `@${nameOf(world, id)}`;
  if (target.startsWith('#')) return `#${world.workspace.channels.get(id)?.name ?? label ?? id}`;
  if (target.startsWith('!subteam^')) {
    const group = world.workspace.userGroups.find((each) => each.id === target.slice('!subteam^'.length));
    return `@${group?.handle ?? label ?? target}`;
  }
  if (target.startsWith('!date^')) return label ?? target;
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  return label ? `${label} (${target})` : target;
}

/** The text as it reads on screen. Bold and code marks stay as they were typed. */
export function readText(world: World, text: string): string {
  const linked = text.replaceAll(/<([^<>]+)>/g, (_all, inside: string) => readable(world, inside));
  return linked.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
