/** `conversations.history` and `conversations.replies`: reading messages back. */

import { refuse } from '../../workspace/content.ts';
import type { Json } from '../../../json.ts';
import { showMessage, threadFigures } from '../../workspace/messages.ts';
import type { Channel, Message } from '../../workspace/state.ts';
import { flag, onChannel, scopes, text, type Answer, type Call, type Methods } from './method.ts';
import { isPage, page } from './pages.ts';

/** A message with what only reading back shows: thread figures and pins. */
function show(call: Call, channel: Channel, message: Message): Json {
  const pinned = channel.pins.includes(message.ts) ? { pinned_to: [channel.id] } : {};
  const shown = showMessage(call.world, message, flag(call, 'include_all_metadata'));
  return { ...shown, ...threadFigures(channel, message), ...pinned };
}

/** Messages between `oldest` and `latest`, without the two themselves unless `inclusive`. */
function between(call: Call, messages: readonly Message[]): readonly Message[] {
  const oldest = Number(text(call, 'oldest') || 0);
  const latest = Number(text(call, 'latest') || Number.POSITIVE_INFINITY);
  const inclusive = flag(call, 'inclusive');
  return messages.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
}

function answer(call: Call, channel: Channel, messages: readonly Message[], more: Json): Answer {
  const found = page(call, messages, 100, 999);
  if (!isPage(found)) return found;
  const shown = found.items.map((message) => show(call, channel, message));
  const metadata = found.next ? { response_metadata: { next_cursor: found.next } } : {};
  return { ok: true, messages: shown, has_more: found.next !== '', ...more, ...metadata };
}

function history(call: Call, channel: Channel): Answer {
  const visible = channel.messages.filter((message) => message.threadTs === null || message.broadcast);
  return answer(call, channel, between(call, visible).toReversed(), { pin_count: channel.pins.length });
}

function replies(call: Call, channel: Channel): Answer {
  const asked = channel.messages.find((message) => message.ts === text(call, 'ts'));
  if (!asked) return refuse('thread_not_found');
  const root = asked.threadTs ?? asked.ts;
  const thread = channel.messages.filter((message) => message.ts === root || message.threadTs === root);
  const first = thread.filter((message) => message.ts === root);
  const rest = between(
    call,
    thread.filter((message) => message.ts !== root),
  );
  return answer(call, channel, [...first, ...rest], {});
}

/** The methods of this family. */
export const reading: Methods = {
  'conversations.history': onChannel({ tier: 3, scope: scopes.history, member: true }, history),
  'conversations.replies': onChannel({ tier: 3, scope: scopes.history, member: true }, replies),
};
