/** Modals and Home tabs: opening, stacking, changing and closing them. */

import { normaliseView } from '../blocks/normalise.ts';
import { viewIssues } from '../blocks/validate.ts';
import { refuse, refuseBecause, type Refusal } from './content.ts';
import { objectsAt, stringAt, type Json } from '../../json.ts';
import { initialValues } from './values.ts';
import type { View } from './state.ts';
import type { World } from '../world.ts';

/** Slack's limits: modals on top of each other, and bytes of one view as JSON. */
const maxStack = 3;
const maxBytes = 250_000;

/** A person's open modals, the lowest first. */
export function stackOf(world: World, user: string): readonly View[] {
  return [...world.workspace.views.values()].filter((view) => view.user === user && view.kind === 'modal' && view.open);
}

/** A person's Home tab, if the app has published one. */
export function homeOf(world: World, user: string): View | undefined {
  return [...world.workspace.views.values()].find((view) => view.user === user && view.kind === 'home');
}

/** Why Slack would not take this as a view of that kind, or null. `self` may keep its own external id. */
export function viewRefusal(world: World, body: Json, kind: View['kind'], self: View | null): Refusal | null {
  const issues = viewIssues(body);
  if (issues.length > 0) return refuseBecause('invalid_arguments', issues);
  if (body['type'] !== kind)
    return refuseBecause('invalid_arguments', [`must be of type ${kind} [json-pointer:/view/type]`]);
  if (JSON.stringify(body).length > maxBytes) return refuse('view_too_large');
  const external = stringAt(body, 'external_id');
  const taken = [...world.workspace.views.values()].some(
    (view) => view !== self && view.open && external !== '' && view.body['external_id'] === external,
  );
  return taken ? refuse('duplicate_external_id') : null;
}

/** Opens a modal, or pushes it onto the one given. The body must have been found good. */
export function openView(world: World, user: string, body: Json, on: View | null): View | Refusal {
  const stack = stackOf(world, user);
  if (on && stack.length >= maxStack) return refuse('push_limit_reached');
  if (!on) closeAll(world, user);
  const id = world.ids.next('V');
  const place = { kind: 'modal' as const, root: on?.root ?? id, previous: on?.id ?? null };
  const view = addView(world, { id, user, ...place }, body);
  world.journal.add(world.clock.now(), { kind: on ? 'pushed' : 'opened', view });
  return view;
}

/** Shows a Home tab, the first or the next one. */
export function publishHome(world: World, user: string, body: Json): View {
  const before = homeOf(world, user);
  if (before) setBody(world, before, body);
  const id = before?.id ?? world.ids.next('V');
  const view = before ?? addView(world, { id, user, kind: 'home', root: id, previous: null }, body);
  world.journal.add(world.clock.now(), { kind: 'published', view });
  return view;
}

/** Replaces a view's content. What somebody entered stays where block and action ids are the same. */
export function updateView(world: World, view: View, body: Json): void {
  setBody(world, view, body);
  world.journal.add(world.clock.now(), { kind: 'updated', view });
}

function setBody(world: World, view: View, body: Json): void {
  view.body = normaliseView(body, world.ids);
  view.values = initialValues(objectsAt(view.body, 'blocks'), view.values);
  view.hash = world.ids.hash(world.clock.now());
}

function addView(world: World, place: Pick<View, 'id' | 'user' | 'kind' | 'root' | 'previous'>, body: Json): View {
  const view: View = { ...place, body: {}, hash: '', values: {}, open: true };
  setBody(world, view, body);
  world.workspace.views.set(view.id, view);
  return view;
}

/** Closes one modal. */
export function closeView(view: View): void {
  view.open = false;
}

/** Closes a person's whole stack. */
export function closeAll(world: World, user: string): void {
  for (const view of stackOf(world, user)) closeView(view);
}

/** A view as the API and payloads show it. */
export function showView(world: World, view: View): Json {
  const { app, team } = world.seed;
  return {
    id: view.id,
    team_id: team.id,
    private_metadata: '',
    callback_id: '',
    external_id: '',
    ...(view.kind === 'modal' ? { submit: null, close: null, submit_disabled: false } : {}),
    clear_on_close: false,
    notify_on_close: false,
    ...view.body,
    state: { values: view.values },
    hash: view.hash,
    previous_view_id: view.previous,
    root_view_id: view.root,
    app_id: app.id,
    app_installed_team_id: team.id,
    bot_id: app.botId,
  };
}
