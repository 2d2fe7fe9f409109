/** All simulated Web API methods by name. */

import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import { reading } from './history.ts';
import { marks } from './marks.ts';
import { membership } from './members.ts';
import { method, type Answer, type Call, type Methods } from './method.ts';
import { users } from './users.ts';
import { views } from './views.ts';

function authTest({ world }: Call): Answer {
  const { app, team } = world.seed;
  const user = world.workspace.users.find(({ id }) => id === app.userId)?.name ?? '';
  const url = `https://${team.domain}.slack.com/`;
  const who = { url, team: team.name, user, team_id: team.id, user_id: app.userId, bot_id: app.botId };
  return { ok: true, ...who, is_enterprise_install: false };
}

function openConnection({ world }: Call): Answer {
  const url = `${world.baseUrl.replace('http', 'ws')}/link?ticket=${world.link.sockets.ticket()}&app_id=${world.seed.app.id}`;
  return { ok: true, url };
}

const general: Methods = {
  'api.test': { tier: 'generous', auth: 'none', run: ({ args }) => ({ ok: true, args }) },
  'auth.test': method('generous', '', authTest),
  'apps.connections.open': { tier: 3, auth: 'app', run: openConnection },
};

/** Every method this sandbox knows; any other is answered `unknown_method`. */
export const methods: Methods = {
  ...general,
  ...chat,
  ...conversations,
  ...membership,
  ...reading,
  ...marks,
  ...users,
  ...views,
};
