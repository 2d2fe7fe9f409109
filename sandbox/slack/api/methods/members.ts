/** The `conversations.*` methods about who is in a channel. */

import { addMember, openDirect, removeMember, showChannel } from '../../workspace/channels.ts';
import { refuse } from '../../workspace/content.ts';
import type { Channel } from '../../workspace/state.ts';
import {
  flag,
  isMember,
  method,
  missingField,
  missingScope,
  onChannel,
  scopes,
  text,
  words,
  type Answer,
  type Call,
  type Methods,
} from './method.ts';
import { isPage, page } from './pages.ts';

/** People that one call may invite. */
const maxInvited = 100;

function join(call: Call, channel: Channel): Answer {
  if (channel.kind !== 'public') return refuse('method_not_supported_for_channel_type');
  const shown = (): Answer => ({ ok: true, channel: showChannel(call.world, channel) });
  if (isMember(call, channel)) {
    return { ...shown(), warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } };
  }
  addMember(call.world, channel, call.world.seed.app.userId, null);
  return shown();
}

/** Why this person cannot be invited, or null. */
function inviteRefusal({ world }: Call, channel: Channel, id: string): string | null {
  const user = world.workspace.users.find((each) => each.id === id);
  if (!user) return 'user_not_found';
  if (id === world.seed.app.userId) return 'cant_invite_self';
  if (user.deleted) return 'cant_invite';
  if (channel.members.includes(id)) return 'already_in_channel';
  const elsewhere = [...world.workspace.channels.values()].some((each) => each.members.includes(id));
  return user.kind === 'single-channel guest' && elsewhere ? 'ura_max_channels' : null;
}

function invite(call: Call, channel: Channel): Answer {
  if (channel.kind === 'im' || channel.kind === 'mpim') return refuse('method_not_supported_for_channel_type');
  const ids = words(call, 'users');
  if (ids.length === 0) return refuse('no_user');
  if (ids.length > maxInvited) return refuse('too_many_users');
  const tried = ids.map((id) => ({ user: id, error: inviteRefusal(call, channel, id) }));
  const errors = tried.flatMap(({ user, error }) => (error ? [{ user, ok: false, error }] : []));
  const goOn = errors.length === 0 || (flag(call, 'force') && errors.length < ids.length);
  const listed = errors.length > 0 && ids.length > 1 ? { errors } : {};
  if (!goOn) return refuse(errors[0]?.error ?? 'cant_invite', listed);
  for (const { user, error } of tried) {
    if (!error) addMember(call.world, channel, user, call.world.seed.app.userId);
  }
  return { ok: true, channel: showChannel(call.world, channel), ...listed };
}

function kick(call: Call, channel: Channel): Answer {
  const user = text(call, 'user');
  if (user === call.world.seed.app.userId) return refuse('cant_kick_self');
  if (channel.isGeneral) return refuse('cant_kick_from_general');
  if (!channel.members.includes(user)) return refuse('not_in_channel');
  removeMember(call.world, channel, user);
  return { ok: true, errors: {} };
}

function leave(call: Call, channel: Channel): Answer {
  if (channel.isGeneral) return refuse('cant_leave_general');
  if (!isMember(call, channel)) return { ok: true, not_in_channel: true };
  removeMember(call.world, channel, call.world.seed.app.userId);
  return { ok: true };
}

function members(call: Call, channel: Channel): Answer {
  const found = page(call, channel.members, 100, 1000);
  if (!isPage(found)) return found;
  return { ok: true, members: found.items, response_metadata: { next_cursor: found.next } };
}

function open(call: Call): Answer {
  const ids = words(call, 'users');
  if (ids.length === 0) return missingField('users');
  const missing = missingScope(call, scopes.manage, ids.length > 1 ? 'mpim' : 'im');
  if (missing) return missing;
  if (ids.length > 8) return refuse('too_many_users');
  const { users } = call.world.workspace;
  const unknown = ids.some((id) => !users.some((user) => user.id === id && !user.deleted));
  if (unknown) return refuse('user_not_found');
  const channel = openDirect(call.world, ids);
  const shown = flag(call, 'return_im') ? showChannel(call.world, channel) : { id: channel.id };
  return { ok: true, channel: shown };
}

/** The methods of this family. */
export const membership: Methods = {
  'conversations.join': onChannel({ tier: 3, scope: 'channels:join', open: 'is_archived' }, join),
  'conversations.invite': onChannel({ tier: 3, scope: scopes.invite, member: true, open: 'is_archived' }, invite),
  'conversations.kick': onChannel({ tier: 3, scope: scopes.manage, member: true, open: 'is_archived' }, kick),
  'conversations.leave': onChannel({ tier: 3, scope: scopes.manage, open: 'is_archived' }, leave),
  'conversations.members': onChannel({ tier: 4, scope: scopes.read }, members),
  'conversations.open': method(3, '', open),
};
