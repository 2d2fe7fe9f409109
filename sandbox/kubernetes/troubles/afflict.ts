/** Pods that go bad by themselves: what they run does not change, how they behave does. */

import type { Behaviour } from '../controllers/behaviour.ts';
import { pods } from '../store/resources.ts';
import type { World } from '../world.ts';

/** How a pod misbehaves, and since when (milliseconds). */
export type Affliction = { readonly behaviour: Behaviour; readonly since: number };

/**
 * Makes the pods of a workload that run now behave in this way, so that a restart helps. The workload is the first part of
 * the pods' names. Gives back the names of the pods.
 */
export function afflict(world: World, namespace: string, workload: string, behaviour: Behaviour): readonly string[] {
  const struck = world.store.list(pods, namespace).filter(({ metadata }) => metadata.name.startsWith(`${workload}-`));
  for (const { metadata } of struck) world.afflictions.set(metadata.uid, { behaviour, since: world.now() });
  return struck.map(({ metadata }) => metadata.name);
}
