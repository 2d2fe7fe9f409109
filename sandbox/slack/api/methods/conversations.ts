/** The `conversations.*` methods that make, find and change channels. */

import { createChannel, nameRefusal, rename, setArchived, setNote, showChannel } from '../../workspace/channels.ts';
import { refuse } from '../../workspace/content.ts';
import type { Channel, ChannelKind } from '../../workspace/state.ts';
import {
  flag,
  isMember,
  method,
  missingScope,
  onChannel,
  scopes,
  text,
  words,
  type Access,
  type Answer,
  type Call,
  type Methods,
} from './method.ts';
import { isPage, page } from './pages.ts';

/** Slack's limit for topics and purposes. */
const maxNote = 250;

function create(call: Call): Answer {
  const isPrivate = flag(call, 'is_private');
  const missing = missingScope(call, scopes.manage, isPrivate ? 'private' : 'public');
  if (missing) return missing;
  const name = text(call, 'name').replace(/^#/, '');
  const refusal = nameRefusal(call.world, name);
  if (refusal) return refuse(refusal);
  const channel = createChannel(call.world, call.world.seed.app.userId, name, isPrivate);
  return { ok: true, channel: showChannel(call.world, channel) };
}

const typeNames: { readonly [name: string]: ChannelKind } = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
  mpim: 'mpim',
};

function list(call: Call): Answer {
  const types = words(call, 'types');
  const kinds = (types.length > 0 ? types : ['public_channel']).map((name) => typeNames[name]);
  const hidden = flag(call, 'exclude_archived');
  for (const kind of kinds) {
    if (!kind) return refuse('invalid_types');
    const missing = missingScope(call, scopes.read, kind);
    if (missing) return missing;
  }
  const shown = [...call.world.workspace.channels.values()].filter(
    (channel) =>
      kinds.includes(channel.kind) &&
      (channel.kind === 'public' || isMember(call, channel)) &&
      !(hidden && channel.isArchived),
  );
  const found = page(call, shown, 100, 1000);
  if (!isPage(found)) return found;
  const channels = found.items.map((channel) => ({
    ...showChannel(call.world, channel),
    num_members: channel.members.length,
  }));
  return { ok: true, channels, response_metadata: { next_cursor: found.next } };
}

function info(call: Call, channel: Channel): Answer {
  const counted = flag(call, 'include_num_members') ? { num_members: channel.members.length } : {};
  return { ok: true, channel: { ...showChannel(call.world, channel), ...counted } };
}

function archive(call: Call, channel: Channel): Answer {
  if (channel.isGeneral) return refuse('cant_archive_general');
  setArchived(call.world, channel, call.world.seed.app.userId, true);
  return { ok: true };
}

function unarchive(call: Call, channel: Channel): Answer {
  if (!channel.isArchived) return refuse('not_archived');
  setArchived(call.world, channel, call.world.seed.app.userId, false);
  return { ok: true };
}

function renameChannel(call: Call, channel: Channel): Answer {
  const name = text(call, 'name').replace(/^#/, '');
  const refusal = name === channel.name ? null : nameRefusal(call.world, name);
  if (refusal) return refuse(refusal);
  rename(call.world, channel, call.world.seed.app.userId, name);
  return { ok: true, channel: showChannel(call.world, channel) };
}

function setTopic(call: Call, channel: Channel): Answer {
  const topic = text(call, 'topic');
  if ([...topic].length > maxNote) return refuse('too_long');
  setNote(call.world, channel, call.world.seed.app.userId, 'topic', topic);
  return { ok: true, channel: showChannel(call.world, channel) };
}

function setPurpose(call: Call, channel: Channel): Answer {
  const purpose = text(call, 'purpose');
  if ([...purpose].length > maxNote) return refuse('too_long');
  setNote(call.world, channel, call.world.seed.app.userId, 'purpose', purpose);
  return { ok: true, purpose };
}

const changing: Access = { tier: 2, scope: scopes.manage, member: true, open: 'is_archived' };

/** The methods of this family. */
export const conversations: Methods = {
  'conversations.create': method(2, '', create),
  'conversations.list': method(2, '', list),
  'conversations.info': onChannel({ tier: 3, scope: scopes.read }, info),
  'conversations.archive': onChannel({ ...changing, open: 'already_archived' }, archive),
  'conversations.unarchive': onChannel({ tier: 2, scope: scopes.manage, member: true }, unarchive),
  'conversations.rename': onChannel(changing, renameChannel),
  'conversations.setTopic': onChannel(changing, setTopic),
  'conversations.setPurpose': onChannel(changing, setPurpose),
};
