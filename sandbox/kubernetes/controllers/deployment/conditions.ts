/** A Deployment's status: counters, and whether it is available, progressing or refused pods. */

import type { Condition, Deployment, ReplicaSet } from '../../kinds.ts';
import type { World } from '../../world.ts';
import { conditionOf, counted, withCondition } from '../owned.ts';
import { leeway } from './revisions.ts';

type Progress = Pick<Condition, 'status' | 'reason' | 'message'>;
type Counts = {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
};

const neverTimed = 2_147_483_647;

function countsOf(current: ReplicaSet | undefined, all: readonly ReplicaSet[]): Counts {
  const sum = (count: (status: ReplicaSet['status']) => number | undefined): number =>
    all.reduce((total, { status }) => total + (count(status) ?? 0), 0);
  return {
    replicas: sum(({ replicas }) => replicas),
    updated: current?.status.replicas ?? 0,
    ready: sum(({ readyReplicas }) => readyReplicas),
    available: sum(({ availableReplicas }) => availableReplicas),
  };
}

function hasProgressed({ status }: Deployment, now: Counts): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return (
    now.updated > updatedReplicas ||
    now.replicas - now.updated < replicas - updatedReplicas ||
    now.ready > readyReplicas ||
    now.available > availableReplicas
  );
}

/**
 * Whether the deadline has passed. A condition that says so already keeps saying so until there is progress, also for a
 * newer generation: a rollback can look failed for a moment.
 */
function isOverdue(world: World, { spec, status }: Deployment): boolean {
  const said = conditionOf(status.conditions, 'Progressing');
  if (!said || said.reason === 'NewReplicaSetAvailable') return false;
  if (said.reason === 'ProgressDeadlineExceeded') return true;
  const since = Date.parse(said.lastUpdateTime ?? '');
  return since + spec.progressDeadlineSeconds * 1000 < world.now();
}

function progressOf(
  world: World,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  now: Counts,
): Progress | null {
  const { replicas } = deployment.spec;
  const what = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (now.updated === replicas && now.replicas === replicas && now.available === replicas) {
    return { status: 'True', reason: 'NewReplicaSetAvailable', message: `${what} has successfully progressed.` };
  }
  if (hasProgressed(deployment, now)) {
    return { status: 'True', reason: 'ReplicaSetUpdated', message: `${what} is progressing.` };
  }
  if (!isOverdue(world, deployment)) return null;
  return { status: 'False', reason: 'ProgressDeadlineExceeded', message: `${what} has timed out progressing.` };
}

/** Puts a Progressing condition in. One of the same status and reason stays, except that progress renews its time. */
export function progressing(world: World, conditions: readonly Condition[], next: Progress): readonly Condition[] {
  const old = conditionOf(conditions, 'Progressing');
  const same = old?.status === next.status && old.reason === next.reason;
  if (same && next.reason !== 'ReplicaSetUpdated') return conditions;
  return withCondition(world, conditions, { type: 'Progressing', ...next });
}

function available(world: World, deployment: Deployment, conditions: readonly Condition[], now: Counts) {
  const enough = now.available >= deployment.spec.replicas - leeway(deployment).unavailable;
  const next = enough
    ? ({ status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' } as const)
    : ({
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      } as const);
  const old = conditionOf(conditions, 'Available');
  if (old?.status === next.status) return conditions;
  return withCondition(world, conditions, { type: 'Available', ...next });
}

function refused(world: World, conditions: readonly Condition[], sets: readonly ReplicaSet[]): readonly Condition[] {
  const failure = sets.map(({ status }) => conditionOf(status.conditions, 'ReplicaFailure')).find((each) => each);
  const rest = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (!failure) return rest;
  const old = conditionOf(conditions, 'ReplicaFailure');
  if (old?.message === failure.message) return conditions;
  return withCondition(world, conditions, failure);
}

/** The status after a step. `timed` is false while the rollout is paused, or was only scaled: progress is not judged. */
export function statusOf(
  world: World,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  timed: boolean,
): Deployment['status'] {
  const all = [...(current ? [current] : []), ...old];
  const now = countsOf(current, all);
  const { status, spec } = deployment;
  let conditions = available(world, deployment, status.conditions ?? [], now);
  const before = conditionOf(status.conditions, 'Progressing');
  const settled = now.replicas === now.updated && before?.reason === 'NewReplicaSetAvailable';
  if (timed && !settled && spec.progressDeadlineSeconds < neverTimed) {
    const next = progressOf(world, deployment, current, now);
    if (next) conditions = progressing(world, conditions, next);
  }
  conditions = refused(world, conditions, current ? [current, ...old] : old);
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...counted({
      replicas: now.replicas,
      updatedReplicas: now.updated,
      readyReplicas: now.ready,
      availableReplicas: now.available,
      unavailableReplicas: Math.max(0, all.reduce((sum, set) => sum + set.spec.replicas, 0) - now.available),
    }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}
