/** What a Slack workspace holds: channels, messages, people, groups and views. */

import type { Json } from '../../json.ts';
import type { Seed, UserGroupSeed, UserSeed } from './seed.ts';

/** The four kinds of conversation. */
export type ChannelKind = 'public' | 'private' | 'im' | 'mpim';

/** A message, also an ephemeral one (`onlyFor`). Blocks are as stored: ids filled in. */
export type Message = {
  readonly ts: string;
  readonly channel: string;
  /** The author's user id; the app's messages have its bot user here. */
  readonly user: string;
  /** Slack's own lines ("set the topic") and thread broadcasts carry one. */
  readonly subtype: string | null;
  readonly byApp: boolean;
  text: string;
  blocks: readonly Json[];
  attachments: readonly Json[];
  metadata: Json | null;
  /** The thread's first message, when this is a reply. */
  readonly threadTs: string | null;
  readonly broadcast: boolean;
  /** The one person who sees it, when it is ephemeral. */
  readonly onlyFor: string | null;
  edits: number;
  /** The timestamp of the last edit. */
  editedTs: string | null;
  /** What people have chosen in its menus, by user id. */
  entered: { readonly [user: string]: Values };
  readonly reactions: { readonly name: string; readonly users: string[] }[];
};

/** A text with its last author, as topics and purposes are. `lastSet` is in seconds. */
export type Note = { readonly value: string; readonly creator: string; readonly last_set: number };

/** A link in a channel's bar. */
export type Bookmark = { readonly id: string; title: string; link: string; emoji: string; readonly created: number };

/** A conversation of any kind. Archived channels keep their names. */
export type Channel = {
  readonly id: string;
  name: string;
  readonly kind: ChannelKind;
  readonly isGeneral: boolean;
  readonly creator: string;
  /** Seconds since 1970. */
  readonly created: number;
  isArchived: boolean;
  members: readonly string[];
  topic: Note;
  purpose: Note;
  /** Oldest first, replies included. */
  readonly messages: Message[];
  readonly ephemerals: Message[];
  /** Timestamps of pinned messages, oldest pin first. */
  readonly pins: string[];
  readonly bookmarks: Bookmark[];
};

/** Values of a form by block id, then action id, as in `view.state.values`. */
export type Values = { readonly [blockId: string]: { readonly [actionId: string]: Json } };

/** A modal or a Home tab as one person has it. */
export type View = {
  readonly id: string;
  readonly user: string;
  readonly kind: 'modal' | 'home';
  /** The view at the bottom of its stack. */
  readonly root: string;
  readonly previous: string | null;
  /** Title, blocks, private_metadata and so on, as the app sent them, ids filled in. */
  body: Json;
  hash: string;
  values: Values;
  open: boolean;
};

/** All state of a workspace. */
export type Workspace = {
  readonly users: readonly UserSeed[];
  readonly userGroups: readonly UserGroupSeed[];
  readonly channels: Map<string, Channel>;
  readonly views: Map<string, View>;
};

/** A new conversation without messages. `now` is milliseconds since 1970. */
export function newChannel(
  given: Pick<Channel, 'id' | 'name' | 'kind' | 'creator' | 'members'> & Partial<Pick<Channel, 'isGeneral'>>,
  now: number,
): Channel {
  const blank: Note = { value: '', creator: '', last_set: 0 };
  return {
    isGeneral: false,
    ...given,
    created: Math.floor(now / 1000),
    isArchived: false,
    topic: blank,
    purpose: blank,
    messages: [],
    ephemerals: [],
    pins: [],
    bookmarks: [],
  };
}

/** The workspace as it is before anything has happened. */
export function createWorkspace(seed: Seed, now: number): Workspace {
  const channels = seed.channels.map((given) => {
    const kind = given.isPrivate ? 'private' : 'public';
    const channel = newChannel({ ...given, kind, creator: given.members[0] ?? seed.app.userId }, now);
    channel.isArchived = given.isArchived ?? false;
    return [channel.id, channel] as const;
  });
  return { users: seed.users, userGroups: seed.userGroups, channels: new Map(channels), views: new Map() };
}

/** Every message of a channel with this timestamp: at most one, ephemeral ones included. */
export function findMessage(channel: Channel, ts: string): Message | undefined {
  return [...channel.messages, ...channel.ephemerals].find((message) => message.ts === ts);
}
