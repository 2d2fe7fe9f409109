/** The scale subresource: a workload's size as an object of its own. */

import { isObject, numberAt, objectAt, stringAt, stringsAt, type JsonObject } from '../json.ts';
import type { KubernetesObject, Strings } from '../kinds.ts';
import type { World } from '../world.ts';
import { conflict, invalid, uidMismatch } from '../api/status.ts';
import type { Resource } from './resources.ts';
import { update, type Writing } from './write.ts';

/** A selector as the Scale object shows it: `app=checkout,tier=web`. */
export function selectorText(labels: Strings): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** The Scale object of a workload. It carries the workload's uid and resourceVersion. */
export function scaleOf(object: KubernetesObject): JsonObject {
  const { name, namespace = '', uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = stringsAt(objectAt(object.spec, 'selector'), 'matchLabels');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object.spec, 'replicas') ?? 0 },
    status: { replicas: numberAt(object.status, 'replicas') ?? 0, selector: selectorText(labels) },
  };
}

/** Writes a workload's replicas from a Scale object; nothing else of it counts but uid and resourceVersion. */
export function writeScale<T extends KubernetesObject>(
  world: World,
  resource: Resource<T>,
  object: T,
  scale: JsonObject,
  writing: Writing,
): T {
  const replicas = numberAt(objectAt(scale, 'spec'), 'replicas') ?? 0;
  const given = objectAt(scale, 'metadata');
  const { uid, resourceVersion } = object.metadata;
  if (!Number.isInteger(replicas) || replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    const named = { ...resource, group: 'autoscaling', kind: 'Scale' };
    const cause = { reason: 'FieldValueInvalid', message, field: 'spec.replicas' };
    throw invalid(named, object.metadata.name, [cause]);
  }
  const wanted = stringAt(given, 'uid') || uid;
  if (wanted !== uid) {
    const scaled = { group: resource.group, plural: `${resource.plural}/scale` };
    throw conflict(scaled, object.metadata.name, uidMismatch(wanted, uid));
  }
  const metadata = {
    ...object.metadata,
    name: stringAt(given, 'name') || object.metadata.name,
    resourceVersion: stringAt(given, 'resourceVersion') || resourceVersion,
  };
  const spec = isObject(object.spec) ? { ...object.spec, replicas } : { replicas };
  return update(world, resource, object, { ...object, metadata, spec }, { ...writing, subresource: 'scale' });
}
