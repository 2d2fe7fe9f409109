/** Pressing buttons and choosing in menus that are really shown. */

import { tellFailure } from './acks.ts';
import { describe, enter, kept } from './forms.ts';
import { findElement, findPerson, labelOf, lookAt, note, openViewOf, type Place, type Seen } from './look.ts';
import { act, type Outcome, type Sending } from './outcome.ts';
import { messageAction, suggestion, viewAction } from './payloads.ts';
import type { Placed } from '../blocks/walk.ts';
import { objectAt, objectsAt, stringAt, type Json } from '../../json.ts';
import type { UserSeed } from '../workspace/seed.ts';
import type { Entered } from '../workspace/values.ts';
import type { World } from '../world.ts';

/** Which of several alike elements is meant, and how the request is sent. */
export type Pointing = Sending & { readonly blockId?: string };

/** An element as it appears in `actions`: with its label, its value and what was chosen. */
function asAction({ element, blockId }: Placed, chosen: Json): Json {
  const { options: _options, option_groups: _groups, accessibility_label: _label, ...shown } = element;
  return { ...shown, block_id: blockId, ...chosen };
}

async function send(world: World, user: UserSeed, seen: Seen, action: Json, sending: Sending): Promise<Outcome> {
  const payload =
    seen.kind === 'view'
      ? viewAction(world, user, seen.view, action)
      : messageAction(world, user, seen.channel, seen.message, action);
  const channel = seen.kind === 'view' ? null : seen.channel;
  return act(world, user.id, { kind: 'interaction', payload }, sending, tellFailure(world, user.id, channel));
}

/** Presses a button, found by action id or label, and says yes when it asks for confirmation. */
export async function click(
  world: World,
  who: string,
  place: Place,
  wanted: string,
  pointing: Pointing = {},
): Promise<Outcome> {
  const user = findPerson(world, who);
  const seen = lookAt(world, user, place, wanted);
  const found = findElement(user, seen.blocks, wanted, pointing.blockId);
  const type = stringAt(found.element, 'type');
  if (type !== 'button' && type !== 'icon_button') throw new Error(`"${wanted}" is no button but a ${type}`);
  const question = stringAt(objectAt(objectAt(found.element, 'confirm') ?? {}, 'title') ?? {}, 'text');
  const confirmed = found.element['confirm'] ? ` and confirms${question ? ` “${question}”` : ''}` : '';
  note(world, user, seen.kind === 'view' ? null : seen.channel, `presses [${labelOf(found.element)}]${confirmed}`);
  const { confirm: _asked, ...element } = found.element;
  return send(world, user, seen, asAction({ ...found, element }, {}), pointing);
}

/** Chooses in a menu, picker, radio or check box: by option value, label, id or date. */
export async function choose(
  world: World,
  who: string,
  place: Place,
  wanted: string,
  entered: Entered,
  pointing: Pointing = {},
): Promise<Outcome> {
  const user = findPerson(world, who);
  const seen = lookAt(world, user, place, wanted);
  const found = findElement(user, seen.blocks, wanted, pointing.blockId);
  if (found.input && found.block['dispatch_action'] !== true) {
    throw new Error(
      `"${wanted}" is an input without dispatch_action: choosing in it tells the app nothing; use submit`,
    );
  }
  const chosen = enter(world, found.element, entered);
  if (seen.kind === 'view') seen.view.values = kept(seen.view.values, found, chosen);
  else {
    const { message } = seen;
    message.entered = { ...message.entered, [user.id]: kept(message.entered[user.id] ?? {}, found, chosen) };
  }
  note(world, user, seen.kind === 'view' ? null : seen.channel, `chooses ${describe(world, found.element, chosen)}`);
  return send(world, user, seen, asAction(found, chosen), pointing);
}

/** Types into an external select of a view; the app's answer with options is the outcome's body. */
export async function suggest(
  world: World,
  who: string,
  viewId: string,
  wanted: string,
  typed: string,
): Promise<Outcome> {
  const user = findPerson(world, who);
  const view = openViewOf(world, user, viewId);
  const { element, blockId } = findElement(user, objectsAt(view.body, 'blocks'), wanted, undefined);
  const payload = suggestion(world, user, view, element, blockId, typed);
  return act(world, user.id, { kind: 'interaction', payload }, {}, tellFailure(world, user.id, null));
}
