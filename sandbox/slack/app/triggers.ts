/** Trigger ids: the three-second permission to open a modal for somebody. */

import type { World } from '../world.ts';

/** One permission. `viewId` is the modal it came from, when it did: only those may be pushed onto. */
export type Trigger = { readonly user: string; readonly at: number; readonly viewId: string | null; used: boolean };

/** Slack's three seconds (https://docs.slack.dev/interactivity/handling-user-interaction#trigger-ids). */
const lifeMs = 3000;

/** A new trigger id for this person. */
export function issueTrigger(world: World, user: string, viewId: string | null = null): string {
  const id = world.ids.trigger(world.clock.now());
  world.triggers.set(id, { user, at: world.clock.now(), viewId, used: false });
  return id;
}

/** The trigger when it may still be used, else the error code Slack answers. It is not used up by looking. */
export function findTrigger(world: World, id: string): Trigger | string {
  const trigger = world.triggers.get(id);
  if (!trigger) return 'invalid_trigger_id';
  if (trigger.used) return 'exchanged_trigger_id';
  if (world.clock.now() - trigger.at > lifeMs) return 'expired_trigger_id';
  return trigger;
}
