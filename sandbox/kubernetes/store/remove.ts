/** Deleting objects: gracefully for pods, at once for the rest; what they own goes when the collector comes by. */

import { conflict } from '../api/status.ts';
import { numberAt, objectAt, stringAt, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { timestamp, type World } from '../world.ts';
import { namespaces, qualified, resources, type Resource } from './resources.ts';
import type { Writing } from './write.ts';

/** The server names the kind here, where it names the resource elsewhere. */
function refuseOther({ group, kind }: Resource, object: KubernetesObject, options: JsonObject): void {
  const preconditions = objectAt(options, 'preconditions');
  const { name, uid, resourceVersion } = object.metadata;
  const refuse = (what: string, wanted: string, found: string, done: string): void => {
    if (wanted === '' || wanted === found) return;
    const why = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}).`;
    throw conflict({ group, plural: kind }, name, `${why} The object might have been ${done}`);
  };
  refuse('UID', stringAt(preconditions, 'uid'), uid, 'deleted and then recreated');
  refuse('ResourceVersion', stringAt(preconditions, 'resourceVersion'), resourceVersion, 'modified');
}

function orphan(world: World, uid: string): void {
  for (const resource of resources) {
    for (const object of world.store.list(resource)) {
      const owners = object.metadata.ownerReferences;
      if (!owners?.some((owner) => owner.uid === uid)) continue;
      const ownerReferences = owners.filter((owner) => owner.uid !== uid);
      world.store.put(resource, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  }
}

function emptyNamespace(world: World, name: string): void {
  for (const resource of resources) {
    for (const object of world.store.list(resource, name)) world.store.remove(resource, object);
  }
}

/** Seconds that a pod is given to end; 0 for everything else, and for pods that run nowhere yet. */
function graceOf(object: KubernetesObject, options: JsonObject): number {
  if (object.kind !== 'Pod' || stringAt(object.spec, 'nodeName') === '') return 0;
  return numberAt(options, 'gracePeriodSeconds') ?? numberAt(object.spec, 'terminationGracePeriodSeconds') ?? 30;
}

/**
 * Deletes an object as DeleteOptions say, and gives back what is left of it: a pod goes on for a while with a
 * deletionTimestamp. Throws 409 when a precondition does not hold.
 */
export function remove<T extends KubernetesObject>(
  world: World,
  resource: Resource<T>,
  object: T,
  options: JsonObject = {},
  writing: Pick<Writing, 'dryRun'> = {},
): { readonly object: T; readonly gone: boolean } {
  refuseOther(resource, object, options);
  const grace = graceOf(object, options);
  if (grace > 0) {
    if (object.metadata.deletionTimestamp !== undefined) return { object, gone: false };
    const deletionTimestamp = timestamp(world.now() + grace * 1000);
    const metadata = { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: grace };
    const ending = { ...object, metadata };
    return { object: writing.dryRun ? ending : world.store.put(resource, ending), gone: false };
  }
  if (writing.dryRun) return { object, gone: true };
  if (stringAt(options, 'propagationPolicy') === 'Orphan') orphan(world, object.metadata.uid);
  if (qualified(resource) === qualified(namespaces)) emptyNamespace(world, object.metadata.name);
  return { object: world.store.remove(resource, object), gone: true };
}
