/** The `chat.*` methods: messages posted, changed and taken away. */

import { findChannel, openDirect } from '../../workspace/channels.ts';
import { isEmpty, readContent, refuse } from '../../workspace/content.ts';
import { edit, post, remove, showMessage } from '../../workspace/messages.ts';
import type { Channel, Message } from '../../workspace/state.ts';
import {
  flag,
  isMember,
  missingField,
  missingScope,
  onChannel,
  text,
  type Answer,
  type Call,
  type Methods,
} from './method.ts';

/** Slack refuses longer texts in edits and ephemeral messages. */
const maxEditedText = 4000;

/** Where a message may go: a channel by id or name, or a person, whose direct conversation is opened. */
function destination(call: Call): Channel | undefined {
  const given = text(call, 'channel');
  const person = call.world.workspace.users.find((user) => user.id === given && user.kind !== 'bot' && !user.deleted);
  const found = person ? openDirect(call.world, [person.id]) : findChannel(call.world, given);
  return found && (found.kind === 'public' || isMember(call, found)) ? found : undefined;
}

/** Why nothing can be posted to this channel, or null. */
function postingRefusal(call: Call, channel: Channel): Answer | null {
  if (channel.isArchived) return refuse('is_archived');
  const mayVisit = channel.kind === 'public' && call.token.scopes.includes('chat:write.public');
  return isMember(call, channel) || mayVisit ? null : refuse('not_in_channel');
}

/** The message a reply goes under, null for none, or undefined when it cannot be replied to. */
function parentOf(call: Call, channel: Channel): Message | null | undefined {
  const ts = text(call, 'thread_ts');
  if (ts === '') return null;
  return channel.messages.find((message) => message.ts === ts && message.threadTs === null && !isSystem(message));
}

function isSystem(message: Message): boolean {
  return message.subtype !== null && message.subtype !== 'thread_broadcast';
}

function postMessage(call: Call): Answer {
  const missing = missingScope(call, 'chat:write', 'public');
  if (missing) return missing;
  if (text(call, 'channel') === '') return missingField('channel');
  const channel = destination(call);
  if (!channel) return refuse('channel_not_found');
  const refusal = postingRefusal(call, channel);
  if (refusal) return refusal;
  const content = readContent(call.world, call.args);
  if (!content.ok) return content;
  if (isEmpty(content)) return refuse('no_text');
  const parent = parentOf(call, channel);
  if (parent === undefined) return refuse('cannot_reply_to_message');
  const broadcast = parent !== null && flag(call, 'reply_broadcast');
  const draft = { user: call.world.seed.app.userId, byApp: true, content, threadTs: parent?.ts ?? null, broadcast };
  const message = post(call.world, channel, draft);
  const answer = { channel: channel.id, ts: message.ts, message: showMessage(call.world, message) };
  const warned = { warning: content.warnings.join(','), response_metadata: { warnings: content.warnings } };
  return { ok: true, ...answer, ...(content.warnings.length > 0 ? warned : {}) };
}

/** The app's own message that is to be changed, or why it cannot be. */
function ownMessage(call: Call, channel: Channel, error: string): Message | Answer {
  const message = channel.messages.find((each) => each.ts === text(call, 'ts'));
  if (!message) return refuse('message_not_found');
  return message.byApp && !isSystem(message) ? message : refuse(error);
}

function update(call: Call, channel: Channel): Answer {
  const message = ownMessage(call, channel, 'cant_update_message');
  if ('ok' in message) return message;
  if ([...text(call, 'text')].length > maxEditedText) return refuse('msg_too_long');
  const content = readContent(call.world, call.args);
  if (!content.ok) return content;
  if (isEmpty(content) && content.metadata === undefined) return refuse('no_text');
  edit(call.world, channel, message, content);
  return {
    ok: true,
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: showMessage(call.world, message),
  };
}

function deleteMessage(call: Call, channel: Channel): Answer {
  const message = ownMessage(call, channel, 'cant_delete_message');
  if ('ok' in message) return message;
  remove(call.world, channel, message);
  return { ok: true, channel: channel.id, ts: message.ts };
}

function postEphemeral(call: Call, channel: Channel): Answer {
  const user = text(call, 'user');
  if (user === '') return missingField('user');
  if (!channel.members.includes(user)) return refuse('user_not_in_channel');
  if ([...text(call, 'text')].length > maxEditedText) return refuse('msg_too_long');
  const content = readContent(call.world, call.args);
  if (!content.ok) return content;
  if (isEmpty(content)) return refuse('no_text');
  const threadTs = text(call, 'thread_ts') || null;
  const draft = { user: call.world.seed.app.userId, byApp: true, content, onlyFor: user, threadTs };
  return { ok: true, message_ts: post(call.world, channel, draft).ts };
}

function getPermalink(call: Call, channel: Channel): Answer {
  const message = channel.messages.find((each) => each.ts === text(call, 'message_ts'));
  if (!message) return refuse('message_not_found');
  const base = `https://${call.world.seed.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`;
  const thread = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : '';
  return { ok: true, channel: channel.id, permalink: base + thread };
}

/** The methods of this family. */
export const chat: Methods = {
  'chat.postMessage': { tier: 'posting', auth: 'bot', run: postMessage },
  'chat.update': onChannel({ tier: 3, scope: 'chat:write', open: 'is_inactive' }, update),
  'chat.delete': onChannel({ tier: 3, scope: 'chat:write' }, deleteMessage),
  'chat.postEphemeral': onChannel({ tier: 4, scope: 'chat:write', member: true, open: 'is_archived' }, postEphemeral),
  'chat.getPermalink': onChannel({ tier: 'generous', scope: '' }, getPermalink),
};
