/** Filling in, sending and closing modals, and the shortcuts that open them. */

import { applySubmissionAck, tellFailure } from './acks.ts';
import { findPerson, labelOf, note, openViewOf, visibleChannel, visibleMessage } from './look.ts';
import { act, type Outcome, type Sending } from './outcome.ts';
import { globalShortcut, messageShortcut, viewClosed, viewSubmission } from './payloads.ts';
import { allElements, type Placed } from '../blocks/walk.ts';
import { objectAt, objectsAt, stringAt, type Json } from '../../json.ts';
import { enteredValue, isBlank, valueKey, type Entered } from '../workspace/values.ts';
import { findChannel } from '../workspace/channels.ts';
import { nameOf } from '../story/mrkdwn.ts';
import { closeAll, closeView } from '../workspace/views.ts';
import type { Values, View } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** Fills a modal in and sends it. Keys of `values` are block ids, action ids or labels of inputs. */
export async function submit(
  world: World,
  who: string,
  viewId: string,
  values: { readonly [field: string]: Entered },
  sending: Sending = {},
): Promise<Outcome> {
  const user = findPerson(world, who);
  const view = openViewOf(world, user, viewId);
  if (!view.body['submit']) throw new Error(`the view ${viewId} has no button to send it in`);
  const placed = allElements(objectsAt(view.body, 'blocks'));
  for (const [field, entered] of Object.entries(values)) {
    const found = placed.find(
      ({ element, blockId, block }) =>
        blockId === field || element['action_id'] === field || objectAt(block, 'label')?.['text'] === field,
    );
    if (!found) throw new Error(`the view ${viewId} shows no field "${field}"`);
    view.values = kept(view.values, found, enter(world, found.element, entered));
  }
  for (const { element, blockId, block, input } of placed) {
    const value = view.values[blockId]?.[stringAt(element, 'action_id')];
    const missing = input && block['optional'] !== true && value !== undefined && isBlank(element, value);
    if (missing) throw new Error(`Slack does not let ${user.name} send the form: ${blockId} is empty and not optional`);
  }
  note(world, user, null, `submits ${formLine(world, view, placed)}`);
  const payload = viewSubmission(world, user, view);
  return act(world, user.id, { kind: 'interaction', payload }, sending, (reply) =>
    applySubmissionAck(world, view, reply),
  );
}

/** A form in one line: its title and what was entered. */
function formLine(world: World, view: View, placed: readonly Placed[]): string {
  const title = stringAt(objectAt(view.body, 'title') ?? {}, 'text');
  const fields = placed.flatMap(({ element, blockId, block }) => {
    const value = view.values[blockId]?.[stringAt(element, 'action_id')];
    const label = stringAt(objectAt(block, 'label') ?? {}, 'text') || stringAt(element, 'action_id');
    return value && !isBlank(element, value) ? [`${label}: ${describe(world, element, value)}`] : [];
  });
  return [`“${title}”`, ...fields].join(', ');
}

/** Closes a modal without sending it; the app is told only if the view asked for that. */
export async function dismiss(
  world: World,
  who: string,
  viewId: string,
  sending: Sending = {},
): Promise<Outcome | null> {
  const user = findPerson(world, who);
  const view = openViewOf(world, user, viewId);
  if (view.body['clear_on_close'] === true) closeAll(world, user.id);
  closeView(view);
  note(world, user, null, `closes “${stringAt(objectAt(view.body, 'title') ?? {}, 'text')}”`);
  if (view.body['notify_on_close'] !== true) return null;
  const payload = viewClosed(world, user, view, false);
  return act(world, user.id, { kind: 'interaction', payload }, sending, () => undefined);
}

/** Uses a shortcut: of the global menu, or of a message's menu when a message is given. */
export async function shortcut(
  world: World,
  who: string,
  callbackId: string,
  on: { readonly channel: string; readonly message: string } | null = null,
  sending: Sending = {},
): Promise<Outcome> {
  const user = findPerson(world, who);
  const channel = on ? visibleChannel(world, user, on.channel) : null;
  const message = on && channel ? visibleMessage(world, channel, user, on.message) : null;
  note(world, user, channel, `uses the shortcut ${callbackId}`);
  const payload =
    channel && message
      ? messageShortcut(world, user, channel, message, callbackId)
      : globalShortcut(world, user, callbackId);
  return act(world, user.id, { kind: 'interaction', payload }, sending, tellFailure(world, user.id, channel));
}

/** What was chosen, for the transcript: labels where there are any. */
export function describe(world: World, element: Json, value: Json): string {
  const held = value[valueKey(element)];
  const each = (item: unknown): string =>
    typeof item === 'object' && item !== null && 'text' in item
      ? labelOf({ text: item.text })
      : nameOf(world, String(item));
  return Array.isArray(held) ? held.map(each).join(', ') || 'nothing' : each(held);
}

/** The values with one more thing chosen; overflow menus forget it at once. */
export function kept(values: Values, { element, blockId }: Placed, value: Json): Values {
  if (stringAt(element, 'type') === 'overflow') return values;
  return { ...values, [blockId]: { ...values[blockId], [stringAt(element, 'action_id')]: value } };
}

/** The value of an element once somebody entered this; people and channels may be given by name. */
export function enter(world: World, element: Json, entered: Entered): Json {
  const type = stringAt(element, 'type');
  const idOf = (name: string): string => {
    if (type.endsWith('users_select')) return findPerson(world, name).id;
    const isChannel = type.endsWith('channels_select') || type.endsWith('conversations_select');
    return (isChannel && findChannel(world, name)?.id) || name;
  };
  if (typeof entered === 'string') return enteredValue(element, idOf(entered));
  return enteredValue(element, Array.isArray(entered) ? entered.map(idOf) : entered);
}
