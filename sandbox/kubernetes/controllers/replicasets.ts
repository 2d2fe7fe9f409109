/** The ReplicaSet controller: as many pods as wanted, and a condition when they are refused. */

import { ApiError } from '../api/status.ts';
import { sameJson } from '../json.ts';
import type { Condition, Pod, ReplicaSet } from '../kinds.ts';
import { remove } from '../store/remove.ts';
import { pods, replicaSets } from '../store/resources.ts';
import { create, update } from '../store/write.ts';
import type { World } from '../world.ts';
import { remark } from './events.ts';
import { byAge, controlledBy, controller, controllerStatus, counted, isActive, isAvailable } from './owned.ts';
import { isReady, podDraft, podsOf, withCondition } from './owned.ts';

const from = 'replicaset-controller';

/** Creates pods until one is refused; gives back the refusal. */
function createPods(world: World, set: ReplicaSet, count: number): string | null {
  const { name, namespace = '' } = set.metadata;
  for (let made = 0; made < count; made += 1) {
    try {
      const draft = podDraft(set.spec.template, { generateName: `${name}-` }, controlledBy(replicaSets, set));
      const pod = create(world, pods, namespace, draft, controller);
      const message = `Created pod: ${pod.metadata.name}`;
      remark(world, set, { type: 'Normal', reason: 'SuccessfulCreate', message, from });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      remark(world, set, {
        type: 'Warning',
        reason: 'FailedCreate',
        message: `Error creating: ${error.message}`,
        from,
      });
      return error.message;
    }
  }
  return null;
}

/** Unscheduled and unready pods go first, then the youngest. */
function expendable(one: Pod, other: Pod): number {
  const worth = (pod: Pod): number => (isReady(pod) ? 2 : 0) + (pod.spec.nodeName === undefined ? 0 : 1);
  return worth(one) - worth(other) || byAge(other, one);
}

function deletePods(world: World, set: ReplicaSet, active: readonly Pod[], count: number): void {
  for (const pod of active.toSorted(expendable).slice(0, count)) {
    remove(world, pods, pod);
    const message = `Deleted pod: ${pod.metadata.name}`;
    remark(world, set, { type: 'Normal', reason: 'SuccessfulDelete', message, from });
  }
}

function conditionsOf(world: World, set: ReplicaSet, refusal: string | null): readonly Condition[] {
  const old = (set.status.conditions ?? []).filter(({ type }) => type !== 'ReplicaFailure');
  if (refusal === null) return old;
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal } as const;
  return withCondition(world, set.status.conditions ?? [], failure, false);
}

function sync(world: World, set: ReplicaSet): void {
  const active = podsOf(world, set).filter(isActive);
  const missing = set.spec.replicas - active.length;
  const refusal = missing > 0 ? createPods(world, set, missing) : null;
  if (missing < 0) deletePods(world, set, active, -missing);
  const now = podsOf(world, set).filter(isActive);
  const conditions = conditionsOf(world, set, refusal);
  const status = {
    replicas: now.length,
    ...counted({
      fullyLabeledReplicas: now.length,
      readyReplicas: now.filter(isReady).length,
      availableReplicas: now.filter((pod) => isAvailable(world, pod, set.spec.minReadySeconds)).length,
    }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  if (!sameJson(status, set.status)) update(world, replicaSets, set, { ...set, status }, controllerStatus);
}

/** One step of all ReplicaSets. */
export function stepReplicaSets(world: World): void {
  for (const set of world.store.list(replicaSets)) sync(world, set);
}
