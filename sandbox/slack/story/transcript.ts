/** The story of a workspace as plain text, in the order in which people saw it. */

import type { Happening } from './happening.ts';
import { nameOf, readText } from './mrkdwn.ts';
import { indent, messageLines, viewLines } from './render.ts';
import type { Message } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** What to tell. With `times` each entry begins with the time since the first one, such as `+1m05s`. */
export type TranscriptOptions = {
  readonly times?: boolean;
  /** Only what happened there: a channel's name, or `@ana` for the app's conversation with her. */
  readonly channel?: string;
};

type Lines = readonly string[];

/** The first words of a message, to say which one is meant. */
function quote(world: World, message: Message): string {
  const [first = ''] = messageLines(world, message);
  const plain = first.replace(/^# /, '');
  return `“${plain.length > 60 ? `${plain.slice(0, 59)}…` : plain}”`;
}

function messageEntry(world: World, channel: string, message: Message, verb: string): Lines {
  const reply = message.threadTs ? ` ↳${message.broadcast ? ' (also in the channel)' : ''}` : '';
  const only = message.onlyFor ? ` (only ${nameOf(world, message.onlyFor)} sees)` : '';
  const head = `${channel}${reply} ${nameOf(world, message.user)}${only}${verb}:`;
  return [head, ...indent(messageLines(world, message), message.threadTs ? '        ' : '    ')];
}

/** One entry as lines. */
function entryLines(world: World, entry: Happening): Lines {
  const name = (id: string): string => nameOf(world, id);
  switch (entry.kind) {
    case 'created':
      return [`${name(entry.by)} creates ${entry.channel}`];
    case 'posted':
      return messageEntry(world, entry.channel, entry.message, '');
    case 'edited':
      return messageEntry(world, entry.channel, entry.message, ' edited');
    case 'deleted':
      return [`${entry.channel} ${name(entry.message.user)} deleted: ${quote(world, entry.message)}`];
    case 'topic':
    case 'purpose':
      return [`${entry.channel} ${entry.kind}: ${readText(world, entry.text)}`];
    case 'renamed':
      return [`${name(entry.by)} renames ${entry.channel} to #${entry.text}`];
    case 'archived':
      return [`${name(entry.by)} archives ${entry.channel}`];
    case 'unarchived':
      return [`${name(entry.by)} brings ${entry.channel} back`];
    case 'left':
      return [`${name(entry.by)} leaves ${entry.channel}`];
    case 'joined': {
      const by = entry.inviter === null ? '' : ` (invited by ${name(entry.inviter)})`;
      return [`${name(entry.user)} joins ${entry.channel}${by}`];
    }
    case 'pinned':
      return [`${name(entry.by)} pins ${quote(world, entry.message)} in ${entry.channel}`];
    case 'unpinned':
      return [`${name(entry.by)} unpins ${quote(world, entry.message)} in ${entry.channel}`];
    case 'bookmarked':
      return [`${name(entry.by)} bookmarks “${entry.title}” (${entry.link}) in ${entry.channel}`];
    case 'reacted':
      return [`${name(entry.by)} reacts :${entry.emoji}: to ${quote(world, entry.message)}`];
    case 'unreacted':
      return [`${name(entry.by)} takes :${entry.emoji}: back from ${quote(world, entry.message)}`];
    case 'did':
      return [`${entry.channel === null ? '' : `${entry.channel} `}${name(entry.by)} ${deed(entry.deed)}`];
    case 'told':
      return [`Slack (only ${name(entry.user)} sees): ${entry.text}`];
    case 'opened':
    case 'pushed':
    case 'updated':
      return viewEntry(
        world,
        entry,
        `${name(entry.view.user)} gets a form${entry.kind === 'opened' ? '' : ` (${entry.kind})`}:`,
      );
    case 'published':
      return viewEntry(world, entry, `${name(entry.view.user)}'s Home tab:`);
    case 'refused':
      return viewEntry(world, entry, `${name(entry.view.user)}'s form comes back:`);
  }
}

/** Commands are typed, everything else is done. */
function deed(text: string): string {
  return text.startsWith('/') ? `types ${text}` : text;
}

function viewEntry(world: World, entry: Extract<Happening, { readonly view: unknown }>, head: string): Lines {
  const errors = entry.kind === 'refused' ? entry.errors : {};
  return [head, ...indent(viewLines(world, entry.view, errors), '    ')];
}

/** Time since the first entry, such as `+5s` or `+1m05s`. */
function since(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `+${seconds}s` : `+${minutes}m${String(seconds % 60).padStart(2, '0')}s`;
}

/** The whole story, or a channel's. Without times it is the same for equal runs. */
export function transcript(world: World, options: TranscriptOptions = {}): string {
  const { entries } = world.journal;
  const start = entries[0]?.at ?? 0;
  const wanted = options.channel?.replace(/^(?=[^#@])/, '#');
  const told = entries.filter((entry) => wanted === undefined || ('channel' in entry && entry.channel === wanted));
  const lines = told.flatMap((entry) => {
    const [head = '', ...rest] = entryLines(world, entry);
    return [options.times ? `${since(entry.at - start)} ${head}` : head, ...rest];
  });
  return lines.map((line) => `${line}\n`).join('');
}
