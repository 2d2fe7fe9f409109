/** Writing objects by the server's rules: versions, generations, defaults, validation, ownership of fields. */

import { alreadyExists, badRequest, conflict, invalid, notFound, uidMismatch } from '../api/status.ts';
import { objectAt, sameJson, stringAt, without, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { timestamp, type World } from '../world.ts';
import { admitPod } from './admit.ts';
import { defaulted } from './defaults.ts';
import { fieldsAfter, type Writer } from './fields.ts';
import { groupVersion, namespaces, pods, qualified, type Resource } from './resources.ts';
import { faultsOf, immutableFaults, wrong } from './validate.ts';

/** Who writes and how. */
export type Writing = Writer & {
  /** Says what would come of it and stores nothing. */
  readonly dryRun?: boolean;
  /** Fields that an apply owns without changing them. */
  readonly claims?: JsonObject;
  /** Another uid is a precondition that fails in a PUT, and a change of what can't be changed in a PATCH. */
  readonly patch?: boolean;
};

function refuseFaults(resource: Resource, object: KubernetesObject, before?: KubernetesObject): void {
  const causes = [...faultsOf(object), ...(before ? immutableFaults(before, object) : [])];
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
}

/** An object that came as JSON, as one of this resource. */
function typed<T extends KubernetesObject>(resource: Resource<T>, json: JsonObject): T {
  const { kind } = resource;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- defaulted and validated by whoever calls this
  return { ...defaulted({ ...json, apiVersion: groupVersion(resource), kind }) } as unknown as T;
}

function owned<T extends KubernetesObject>(world: World, before: T | null, after: T, writing: Writing): T {
  const bare = without(after.metadata, 'managedFields');
  const plain = { ...after, metadata: bare };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only managedFields has been taken out
  const object = plain as unknown as T;
  const managedFields = fieldsAfter(before, object, writing, timestamp(world.now()), writing.claims);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function nameFor(world: World, metadata: JsonObject): string {
  const given = stringAt(metadata, 'name');
  return given === '' ? `${stringAt(metadata, 'generateName')}${world.ids.suffix()}` : given;
}

/** Creates an object. Throws the server's refusal. */
export function create<T extends KubernetesObject>(
  world: World,
  resource: Resource<T>,
  namespace: string,
  draft: JsonObject,
  writing: Writing,
): T {
  const given = objectAt(draft, 'metadata');
  const name = nameFor(world, given);
  const elsewhere = stringAt(given, 'namespace');
  if (resource.namespaced && elsewhere !== '' && elsewhere !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name === '') {
    const why = 'name or generateName is required';
    const causes = [{ reason: 'FieldValueRequired', message: `Required value: ${why}`, field: 'metadata.name' }];
    throw invalid(resource, '', causes);
  }
  if (resource.namespaced && !world.store.get(namespaces, '', namespace)) throw notFound(namespaces, namespace);
  const metadata = {
    ...without(given, 'managedFields', 'resourceVersion', 'selfLink'),
    name,
    ...(resource.namespaced ? { namespace } : {}),
    uid: world.ids.uid(),
    ...(resource.generation === 'none' ? {} : { generation: 1 }),
    creationTimestamp: timestamp(world.now()),
  };
  const status = resource.status ? { status: initialStatus(resource) } : {};
  const object = typed(resource, { ...draft, metadata, ...status });
  refuseFaults(resource, object);
  if (world.store.get(resource, namespace, name)) throw alreadyExists(resource, name);
  if (qualified(resource) === qualified(pods)) admitPod(world, namespace, object);
  const created = owned(world, null, object, writing);
  return writing.dryRun ? created : world.store.put(resource, created);
}

function initialStatus({ kind }: Resource): JsonObject {
  if (kind === 'Pod') return { phase: 'Pending', qosClass: 'Burstable' };
  if (kind === 'Namespace') return { phase: 'Active' };
  return kind === 'ReplicaSet' || kind === 'StatefulSet' ? { replicas: 0 } : {};
}

function refuseStale(resource: Resource, before: KubernetesObject, given: JsonObject, patch: boolean): void {
  const { name, uid, resourceVersion } = before.metadata;
  const wanted = stringAt(given, 'uid');
  const isOther = wanted !== '' && wanted !== uid;
  if (isOther && !patch) {
    const why = `StorageError: invalid object, Code: 4, AdditionalErrorMsg: ${uidMismatch(wanted, uid)}`;
    throw conflict(resource, name, why);
  }
  const version = stringAt(given, 'resourceVersion');
  if (version !== '' && version !== resourceVersion) throw conflict(resource, name);
  if (isOther) throw invalid(resource, name, [wrong('metadata.uid', wanted, 'field is immutable')]);
}

const fixed = [
  ...['name', 'namespace', 'uid', 'creationTimestamp', 'generation', 'generateName'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds'],
];

/** What a write through the object, or through its status, may change; the rest stays as it was. */
function permitted(resource: Resource, before: KubernetesObject, given: JsonObject, subresource?: string): JsonObject {
  const same = Object.entries(before.metadata).filter(([key]) => fixed.includes(key));
  const loose = without(objectAt(given, 'metadata'), 'managedFields', ...fixed);
  const metadata = { ...loose, ...Object.fromEntries(same) };
  if (subresource === 'status') {
    const labels = before.metadata.labels ? { labels: before.metadata.labels } : {};
    const kept = { ...without(metadata, 'labels'), ...labels };
    return { ...before, metadata: kept, status: objectAt(given, 'status') };
  }
  if (!resource.status) return { ...given, metadata };
  return { ...given, metadata, ...(before.status ? { status: before.status } : {}) };
}

function nextGeneration(resource: Resource, before: KubernetesObject, after: KubernetesObject): number | undefined {
  const { generation = 1, annotations = {} } = before.metadata;
  if (resource.generation === 'none') return before.metadata.generation;
  const spec = sameJson(before.spec, after.spec);
  const noted = resource.generation === 'spec' || sameJson(annotations, after.metadata.annotations ?? {});
  return spec && noted ? generation : generation + 1;
}

function isUnchanged(before: KubernetesObject, after: KubernetesObject): boolean {
  const bare = ({ metadata }: KubernetesObject): JsonObject => without(metadata, 'managedFields', 'resourceVersion');
  return sameJson({ ...before, metadata: bare(before) }, { ...after, metadata: bare(after) });
}

/**
 * Replaces an object by another one that was made from it. A resourceVersion or uid in the new one is compared with the
 * stored one. A write that changes nothing keeps the version. Throws the server's refusal.
 */
export function update<T extends KubernetesObject>(
  world: World,
  resource: Resource<T>,
  before: T,
  given: JsonObject,
  writing: Writing,
): T {
  const { name, resourceVersion } = before.metadata;
  const wanted = objectAt(given, 'metadata');
  if (stringAt(wanted, 'name') !== name) {
    const named = stringAt(wanted, 'name');
    throw badRequest(`the name of the object (${named}) does not match the name on the URL (${name})`);
  }
  refuseStale(resource, before, wanted, writing.patch === true);
  const object = typed(resource, permitted(resource, before, given, writing.subresource));
  const generation =
    writing.subresource === 'status' ? before.metadata.generation : nextGeneration(resource, before, object);
  const numbered = generation === undefined ? {} : { generation };
  const next = { ...object, metadata: { ...object.metadata, ...numbered, resourceVersion } };
  refuseFaults(resource, next, before);
  const after = owned(world, before, next, writing);
  if (isUnchanged(before, after) && sameJson(before.metadata.managedFields, after.metadata.managedFields))
    return before;
  return writing.dryRun ? after : world.store.put(resource, after);
}
