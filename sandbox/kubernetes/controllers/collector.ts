/** The garbage collector: what is owned by something that is gone goes too. */

import { remove } from '../store/remove.ts';
import { resources } from '../store/resources.ts';
import type { World } from '../world.ts';

/** One round of the collector. */
export function collectGarbage(world: World): void {
  const all = resources.flatMap((resource) => world.store.list(resource).map((object) => ({ resource, object })));
  const living = new Set(all.map(({ object }) => object.metadata.uid));
  for (const { resource, object } of all) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0 || owners.some(({ uid }) => living.has(uid))) continue;
    if (object.metadata.deletionTimestamp === undefined) remove(world, resource, object);
  }
}
