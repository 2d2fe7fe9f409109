/** The `users.*` and `usergroups.*` methods: who is who. */

import { refuse } from '../../workspace/content.ts';
import type { Json } from '../../../json.ts';
import type { UserGroupSeed, UserSeed } from '../../workspace/seed.ts';
import { flag, method, text, type Answer, type Call, type Methods } from './method.ts';
import { isPage, page } from './pages.ts';

/** A user as the API shows it; the e-mail only with its own scope. */
function show({ world, token }: Call, user: UserSeed): Json {
  const team = user.team ?? world.seed.team.id;
  const mail = user.email && token.scopes.includes('users:read.email') ? { email: user.email } : {};
  return {
    id: user.id,
    team_id: team,
    name: user.name,
    real_name: user.realName,
    deleted: user.deleted ?? false,
    is_bot: user.kind === 'bot',
    is_app_user: false,
    is_restricted: user.kind === 'guest' || user.kind === 'single-channel guest',
    is_ultra_restricted: user.kind === 'single-channel guest',
    is_stranger: team !== world.seed.team.id,
    is_email_confirmed: user.email !== undefined && user.unconfirmed !== true,
    tz: 'Europe/Paris',
    profile: { real_name: user.realName, display_name: user.name, team, ...mail },
  };
}

function info(call: Call): Answer {
  const user = call.world.workspace.users.find((each) => each.id === text(call, 'user'));
  return user ? { ok: true, user: show(call, user) } : refuse('user_not_found');
}

function lookupByEmail(call: Call): Answer {
  const email = text(call, 'email').toLowerCase();
  const user = call.world.workspace.users.find((each) => each.email?.toLowerCase() === email && !each.deleted);
  return user ? { ok: true, user: show(call, user) } : refuse('users_not_found');
}

function list(call: Call): Answer {
  const found = page(call, call.world.workspace.users, 200, 1000);
  if (!isPage(found)) return found;
  const members = found.items.map((user) => show(call, user));
  return { ok: true, members, response_metadata: { next_cursor: found.next } };
}

function showGroup({ world }: Call, group: UserGroupSeed): Json {
  return {
    id: group.id,
    team_id: world.seed.team.id,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    date_delete: 0,
    user_count: group.users.length,
  };
}

function listGroups(call: Call): Answer {
  const usergroups = call.world.workspace.userGroups.map((group) => {
    const users = flag(call, 'include_users') ? { users: group.users } : {};
    return { ...showGroup(call, group), ...users };
  });
  return { ok: true, usergroups };
}

function listGroupUsers(call: Call): Answer {
  const group = call.world.workspace.userGroups.find((each) => each.id === text(call, 'usergroup'));
  return group ? { ok: true, users: group.users } : refuse('no_such_subteam');
}

/** The methods of these two families. */
export const users: Methods = {
  'users.info': method(4, 'users:read', info),
  'users.lookupByEmail': method(3, 'users:read.email', lookupByEmail),
  'users.list': method(2, 'users:read', list),
  'usergroups.list': method(2, 'usergroups:read', listGroups),
  'usergroups.users.list': method(2, 'usergroups:read', listGroupUsers),
};
