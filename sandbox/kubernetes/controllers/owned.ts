/** What controllers share: owners and what they own, the state of pods, conditions. */

import type { Condition, KubernetesObject, OwnerReference, Pod, Template } from '../kinds.ts';
import { groupVersion, pods, type Resource } from '../store/resources.ts';
import type { Writing } from '../store/write.ts';
import { timestamp, type World } from '../world.ts';

/** Controllers write as this. */
export const controller: Writing = { manager: 'kube-controller-manager', operation: 'Update' };

/** Controllers write a status as this. */
export const controllerStatus: Writing = { ...controller, subresource: 'status' };

/** The reference that makes the owner control what carries it. */
export function controlledBy(resource: Resource, { metadata }: KubernetesObject): OwnerReference {
  const { name, uid } = metadata;
  return {
    apiVersion: groupVersion(resource),
    kind: resource.kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The objects that an owner controls, oldest first. */
export function ownedBy<T extends KubernetesObject>(
  world: World,
  resource: Resource<T>,
  owner: KubernetesObject,
): readonly T[] {
  const { uid, namespace } = owner.metadata;
  const owned = world.store
    .list(resource, namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some((each) => each.controller && each.uid === uid));
  return owned.toSorted((a, b) => byAge(a, b));
}

/** Older first; what is equally old by name. */
export function byAge(one: KubernetesObject, other: KubernetesObject): number {
  const [a, b] = [one.metadata, other.metadata];
  return a.creationTimestamp === b.creationTimestamp
    ? a.name.localeCompare(b.name)
    : a.creationTimestamp.localeCompare(b.creationTimestamp);
}

/** The condition of a type, if there. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((each) => each.type === type);
}

/** Whether a pod is ready. */
export function isReady({ status, metadata }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && conditionOf(status.conditions, 'Ready')?.status === 'True';
}

/** Whether a pod has been ready long enough. */
export function isAvailable(world: World, pod: Pod, minReadySeconds = 0): boolean {
  if (!isReady(pod)) return false;
  const since = conditionOf(pod.status.conditions, 'Ready')?.lastTransitionTime ?? '';
  return minReadySeconds === 0 || Date.parse(since) + minReadySeconds * 1000 <= world.now();
}

/** Whether a pod counts: it has not ended and is not ending. */
export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status.phase);
}

/** The pod that an owner makes of a template. */
export function podDraft(template: Template, named: { readonly [key: string]: string }, owner: OwnerReference) {
  const { labels = {}, annotations } = template.metadata ?? {};
  const noted = annotations === undefined ? {} : { annotations };
  const metadata = { ...named, labels, ...noted, ownerReferences: [owner] };
  return { kind: 'Pod', metadata, spec: template.spec };
}

/** All pods that an owner controls. */
export function podsOf(world: World, owner: KubernetesObject): readonly Pod[] {
  return ownedBy(world, pods, owner);
}

/** The conditions with this one put in; it keeps its transition time while its status stays. */
export function withCondition(
  world: World,
  conditions: readonly Condition[],
  next: Omit<Condition, 'lastTransitionTime' | 'lastUpdateTime'>,
  stamped = true,
): readonly Condition[] {
  const now = timestamp(world.now());
  const old = conditionOf(conditions, next.type);
  const lastTransitionTime = (old?.status === next.status ? old.lastTransitionTime : undefined) ?? now;
  const condition = { ...next, ...(stamped ? { lastUpdateTime: now } : {}), lastTransitionTime };
  const index = conditions.findIndex(({ type }) => type === next.type);
  return index === -1 ? [...conditions, condition] : conditions.with(index, condition);
}

/** Counters without those that are 0, which the API leaves out. */
export function counted(counts: { readonly [name: string]: number }): { readonly [name: string]: number } {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
