/** The `views.*` methods: modals and Home tabs. */

import { jsonArgument, refuse } from '../../workspace/content.ts';
import { isObject, type Json } from '../../../json.ts';
import { findTrigger, type Trigger } from '../../app/triggers.ts';
import { homeOf, openView, publishHome, showView, updateView, viewRefusal } from '../../workspace/views.ts';
import type { View } from '../../workspace/state.ts';
import { method, missingField, text, type Answer, type Call, type Methods } from './method.ts';

/** The view that was sent, or null when it is missing or is no JSON object. */
function sentView(call: Call): Json | null {
  const view = jsonArgument(call.args, 'view');
  return isObject(view) ? view : null;
}

/** Opens or pushes for whoever holds the trigger. `onto` finds the modal below, when there must be one. */
function withTrigger(call: Call, onto: (trigger: Trigger) => View | Answer | null): Answer {
  const body = sentView(call);
  if (!body) return missingField('view');
  const trigger = findTrigger(call.world, text(call, 'trigger_id'));
  if (typeof trigger === 'string') return refuse(trigger);
  const refusal = viewRefusal(call.world, body, 'modal', null);
  if (refusal) return refusal;
  const below = onto(trigger);
  if (below && 'ok' in below) return below;
  const view = openView(call.world, trigger.user, body, below);
  if ('ok' in view) return view;
  trigger.used = true;
  return { ok: true, view: showView(call.world, view) };
}

function push(call: Call): Answer {
  return withTrigger(call, ({ viewId }) => {
    const below = viewId === null ? undefined : call.world.workspace.views.get(viewId);
    return below?.open && below.kind === 'modal' ? below : refuse('not_found');
  });
}

/** Whether the caller saw the newest state of the view, as far as it says what it saw. */
function hashFits(call: Call, view: View): boolean {
  const hash = text(call, 'hash');
  return hash === '' || hash === view.hash;
}

function update(call: Call): Answer {
  const body = sentView(call);
  if (!body) return missingField('view');
  const [id, external] = [text(call, 'view_id'), text(call, 'external_id')];
  const view = [...call.world.workspace.views.values()].find(
    (each) => each.open && (each.id === id || (external !== '' && each.body['external_id'] === external)),
  );
  if (!view) return refuse('not_found');
  if (!hashFits(call, view)) return refuse('hash_conflict');
  const refusal = viewRefusal(call.world, body, view.kind, view);
  if (refusal) return refusal;
  updateView(call.world, view, body);
  return { ok: true, view: showView(call.world, view) };
}

function publish(call: Call): Answer {
  const body = sentView(call);
  if (!body) return missingField('view');
  const user = call.world.workspace.users.find((each) => each.id === text(call, 'user_id') && !each.deleted);
  if (!user) return refuse('user_not_found');
  const before = homeOf(call.world, user.id);
  if (before && !hashFits(call, before)) return refuse('hash_conflict');
  const refusal = viewRefusal(call.world, body, 'home', before ?? null);
  if (refusal) return refusal;
  return { ok: true, view: showView(call.world, publishHome(call.world, user.id, body)) };
}

/** The methods of this family. They need no scope. */
export const views: Methods = {
  'views.open': method(4, '', (call) => withTrigger(call, () => null)),
  'views.push': method(4, '', push),
  'views.update': method(4, '', update),
  'views.publish': method(4, '', publish),
};
