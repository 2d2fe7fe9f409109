/** The bodies Slack sends to apps when people do something (https://docs.slack.dev/interactivity). */

import type { Json } from '../../json.ts';
import { showMessage } from '../workspace/messages.ts';
import { issueResponseUrl } from '../app/response-url.ts';
import type { UserSeed } from '../workspace/seed.ts';
import { issueTrigger } from '../app/triggers.ts';
import { initialValues } from '../workspace/values.ts';
import { showView } from '../workspace/views.ts';
import type { Channel, Message, View } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** What every interaction carries: the team, the app, the person, and a fresh trigger. */
function common(world: World, user: UserSeed, viewId: string | null = null): Json {
  const { app, team } = world.seed;
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.team ?? team.id },
    api_app_id: app.id,
    token: 'legacy',
    trigger_id: issueTrigger(world, user.id, viewId),
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** The name Slack gives for a channel in payloads: direct and private ones are not named. */
function shownName(channel: Channel): string {
  const names = { public: channel.name, private: 'privategroup', im: 'directmessage', mpim: 'mpdm' };
  return names[channel.kind];
}

/** The form fields of a slash command. */
export function commandFields(world: World, user: UserSeed, channel: Channel, line: string): Record<string, string> {
  const { app, team } = world.seed;
  const [command = ''] = line.trim().split(/\s+/);
  return {
    token: 'legacy',
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: shownName(channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text: escapeText(world, line.trim().slice(command.length).trim()),
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: issueResponseUrl(world, user.id, channel.id, null),
    trigger_id: issueTrigger(world, user.id),
  };
}

/** Typed text as Slack sends it: control characters escaped, `@ana` and `#incidents` made into ids. */
export function escapeText(world: World, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const withPeople = escaped.replaceAll(/(^|\s)@([a-z0-9._-]+)/g, (all, before: string, name: string) => {
    const user = world.workspace.users.find((each) => each.name === name);
    const group = world.workspace.userGroups.find((each) => each.handle === name);
    if (user) return `${before}<@${user.id}|${name}>`;
    return group ? `${before}<!subteam^${group.id}|@${name}>` : all;
  });
  return withPeople.replaceAll(/(^|\s)#([a-z0-9_-]+)/g, (all, before: string, name: string) => {
    const channel = [...world.workspace.channels.values()].find((each) => each.name === name);
    return channel ? `${before}<#${channel.id}|${name}>` : all;
  });
}

/** A press or a choice in a message. `action` is the element with what was chosen. */
export function messageAction(world: World, user: UserSeed, channel: Channel, message: Message, action: Json): Json {
  const thread = message.threadTs ? { thread_ts: message.threadTs } : {};
  const where = { message_ts: message.ts, channel_id: channel.id, is_ephemeral: message.onlyFor !== null, ...thread };
  const shown = message.onlyFor === null ? { message: showMessage(world, message) } : {};
  return {
    type: 'block_actions',
    ...common(world, user),
    container: { type: 'message', ...where },
    channel: { id: channel.id, name: shownName(channel) },
    ...shown,
    state: { values: initialValues(message.blocks, message.entered[user.id]) },
    response_url: issueResponseUrl(world, user.id, channel.id, message.ts),
    actions: [{ ...action, action_ts: world.ids.ts(world.clock.now()) }],
  };
}

/** A press or a choice in a modal or Home tab. */
export function viewAction(world: World, user: UserSeed, view: View, action: Json): Json {
  return {
    type: 'block_actions',
    ...common(world, user, view.id),
    container: { type: 'view', view_id: view.id },
    view: showView(world, view),
    actions: [{ ...action, action_ts: world.ids.ts(world.clock.now()) }],
  };
}

/** A modal sent in. */
export function viewSubmission(world: World, user: UserSeed, view: View): Json {
  return { type: 'view_submission', ...common(world, user, view.id), view: showView(world, view), response_urls: [] };
}

/** A modal closed without being sent in. */
export function viewClosed(world: World, user: UserSeed, view: View, isCleared: boolean): Json {
  return { type: 'view_closed', ...common(world, user, view.id), view: showView(world, view), is_cleared: isCleared };
}

/** A shortcut chosen from the global menu. */
export function globalShortcut(world: World, user: UserSeed, callbackId: string): Json {
  const actionTs = world.ids.ts(world.clock.now());
  return { type: 'shortcut', ...common(world, user), action_ts: actionTs, callback_id: callbackId };
}

/** A shortcut chosen from a message's menu. */
export function messageShortcut(
  world: World,
  user: UserSeed,
  channel: Channel,
  message: Message,
  callbackId: string,
): Json {
  return {
    type: 'message_action',
    ...common(world, user),
    action_ts: world.ids.ts(world.clock.now()),
    channel: { id: channel.id, name: shownName(channel) },
    callback_id: callbackId,
    response_url: issueResponseUrl(world, user.id, channel.id, message.ts),
    message_ts: message.ts,
    message: showMessage(world, message),
  };
}

/** Letters typed into an external select of a view. */
export function suggestion(
  world: World,
  user: UserSeed,
  view: View,
  element: Json,
  blockId: string,
  typed: string,
): Json {
  const { trigger_id: _none, ...rest } = common(world, user);
  return {
    type: 'block_suggestion',
    ...rest,
    container: { type: 'view', view_id: view.id },
    action_id: element['action_id'],
    block_id: blockId,
    value: typed,
    view: showView(world, view),
  };
}
