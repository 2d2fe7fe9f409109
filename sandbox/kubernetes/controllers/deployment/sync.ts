/** The Deployment controller: one step of every Deployment. */

import { sameJson } from '../../json.ts';
import type { Condition, Deployment, ReplicaSet } from '../../kinds.ts';
import { remove } from '../../store/remove.ts';
import { deployments, replicaSets } from '../../store/resources.ts';
import { update } from '../../store/write.ts';
import { firstSeen, type World } from '../../world.ts';
import { remark } from '../events.ts';
import { conditionOf, controllerStatus } from '../owned.ts';
import { progressing, statusOf } from './conditions.ts';
import { currentSet, revisionKey, revisionOf, setsOf, type Sets } from './revisions.ts';
import { firstReplicas, isScaled, recreate, roll, scale } from './scaling.ts';

/** Publishes a status, and the revision number as an annotation; through the status, so no generation passes. */
function publish(world: World, given: Deployment, status: Deployment['status'], revision: number): Deployment {
  const { name, namespace = '' } = given.metadata;
  const deployment = world.store.get(deployments, namespace, name) ?? given;
  const noted = revision === 0 ? {} : { [revisionKey]: String(revision) };
  const annotations = { ...deployment.metadata.annotations, ...noted };
  const metadata = { ...deployment.metadata, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) };
  const next = { ...deployment, metadata, status };
  if (sameJson(next, deployment)) return deployment;
  return update(world, deployments, deployment, next, controllerStatus);
}

/** Old ReplicaSets without pods, beyond the history limit, oldest revision first. */
function trim(world: World, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const idle = old.filter(({ spec, status }) => spec.replicas === 0 && status.replicas === 0);
  const surplus = old.length - deployment.spec.revisionHistoryLimit;
  for (const set of idle.toSorted((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, surplus))) {
    remove(world, replicaSets, set);
  }
}

/** The Progressing condition says when a rollout was paused and resumed. */
function paused(world: World, { spec, status }: Deployment): readonly Condition[] {
  const conditions = status.conditions ?? [];
  const now = conditionOf(conditions, 'Progressing');
  if (now?.reason === 'ProgressDeadlineExceeded') return conditions;
  if (spec.paused && now?.reason !== 'DeploymentPaused') {
    const next = { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' } as const;
    return progressing(world, conditions, next);
  }
  if (!spec.paused && now?.reason === 'DeploymentPaused') {
    const next = { status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' } as const;
    return progressing(world, conditions, next);
  }
  return conditions;
}

function withConditions(deployment: Deployment, conditions: readonly Condition[]): Deployment {
  return conditions.length === 0 ? deployment : { ...deployment, status: { ...deployment.status, conditions } };
}

function rollOut(world: World, deployment: Deployment, sets: Sets): void {
  const { set, created } = currentSet(world, deployment, sets, firstReplicas(deployment, sets.old));
  const first = conditionOf(deployment.status.conditions, 'Progressing') === undefined;
  let judged = deployment;
  if (created || first) {
    const said = created ? 'Created new' : 'Found new';
    const reason = created ? 'NewReplicaSetCreated' : 'FoundNewReplicaSet';
    const next = { status: 'True', reason, message: `${said} replica set "${set.metadata.name}"` } as const;
    judged = withConditions(deployment, progressing(world, deployment.status.conditions ?? [], next));
  }
  if (created && set.spec.replicas > 0) {
    const message = `Scaled up replica set ${set.metadata.name} from 0 to ${set.spec.replicas}`;
    const reason = 'ScalingReplicaSet';
    remark(world, deployment, { type: 'Normal', reason, message, from: 'deployment-controller' });
  } else if (deployment.spec.strategy.type === 'Recreate') {
    recreate(world, deployment, set, sets.old);
  } else {
    roll(world, deployment, set, sets.old);
  }
  const now = setsOf(world, deployment);
  const published = publish(world, deployment, statusOf(world, judged, now.current, now.old, true), revisionOf(set));
  const { replicas, availableReplicas = 0, updatedReplicas = 0 } = { ...published.status, ...published.spec };
  if (updatedReplicas === replicas && availableReplicas === replicas) trim(world, deployment, now.old);
}

function sync(world: World, deployment: Deployment): void {
  const { uid, generation = 1 } = deployment.metadata;
  if (world.now() - firstSeen(world, `observed ${uid} ${generation}`) < world.pace.observe) return;
  const judged = withConditions(deployment, paused(world, deployment));
  const sets = setsOf(world, deployment);
  if (!deployment.spec.paused && !isScaled(deployment, sets)) return rollOut(world, judged, sets);
  scale(world, deployment, sets);
  const now = setsOf(world, deployment);
  const revision = now.current ? revisionOf(now.current) : 0;
  publish(world, deployment, statusOf(world, judged, now.current, now.old, false), revision);
}

/** One step of all Deployments. */
export function stepDeployments(world: World): void {
  for (const deployment of world.store.list(deployments)) sync(world, deployment);
}
