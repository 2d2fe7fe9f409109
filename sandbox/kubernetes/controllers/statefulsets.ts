/** The StatefulSet controller: numbered pods, made and replaced in order, waiting for each to be ready. */

import { ApiError } from '../api/status.ts';
import { objectAt, sameJson, stringAt, type JsonObject } from '../json.ts';
import type { ControllerRevision, Pod, StatefulSet, Template } from '../kinds.ts';
import { remove } from '../store/remove.ts';
import { pods, statefulSets } from '../store/resources.ts';
import { create, update } from '../store/write.ts';
import { firstSeen, type World } from '../world.ts';
import { currentRevision, revisionLabel, revisionsOf, templateOf, trimRevisions } from './controller-revisions.ts';
import { remark } from './events.ts';
import { controlledBy, controller, controllerStatus, counted, isActive, isAvailable, isReady } from './owned.ts';
import { podDraft, podsOf } from './owned.ts';

const from = 'statefulset-controller';

/** The two revisions that a StatefulSet's pods may have. */
type Revisions = { readonly current: ControllerRevision; readonly update: ControllerRevision };

function ordinalOf({ metadata }: Pod): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1);
}

function revisionOf({ metadata }: Pod): string {
  return metadata.labels?.[revisionLabel] ?? '';
}

function asTemplate(data: JsonObject): Template {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a revision keeps the template it was made from
  return data as unknown as Template;
}

function partitionOf({ spec }: StatefulSet): number {
  return spec.updateStrategy.rollingUpdate?.partition ?? 0;
}

function createPod(world: World, set: StatefulSet, ordinal: number, { current, update: next }: Revisions): void {
  const { name, namespace = '' } = set.metadata;
  const held = set.spec.updateStrategy.type === 'RollingUpdate' && ordinal < partitionOf(set);
  const revision = held ? current : next;
  const template = asTemplate(templateOf(revision));
  const podName = `${name}-${ordinal}`;
  const numbered = {
    [revisionLabel]: revision.metadata.name,
    'statefulset.kubernetes.io/pod-name': podName,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  const labelled = {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...numbered } },
  };
  const failed = `create Pod ${podName} in StatefulSet ${name} failed error: `;
  try {
    const draft = podDraft(labelled, { name: podName }, controlledBy(statefulSets, set));
    const pod = create(world, pods, namespace, draft, controller);
    const message = `create Pod ${pod.metadata.name} in StatefulSet ${name} successful`;
    remark(world, set, { type: 'Normal', reason: 'SuccessfulCreate', message, from });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    remark(world, set, { type: 'Warning', reason: 'FailedCreate', message: failed + error.message, from });
  }
}

function deletePod(world: World, set: StatefulSet, pod: Pod): void {
  remove(world, pods, pod);
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  remark(world, set, { type: 'Normal', reason: 'SuccessfulDelete', message, from });
}

/**
 * Makes missing pods and unmakes surplus ones. True when the rolling update must wait: under OrderedReady a pod that is not
 * ready stops everything, also the update that would mend it.
 */
function fill(world: World, set: StatefulSet, owned: readonly Pod[], revisions: Revisions): boolean {
  const ordered = set.spec.podManagementPolicy === 'OrderedReady';
  for (let ordinal = 0; ordinal < set.spec.replicas; ordinal += 1) {
    const pod = owned.find((each) => ordinalOf(each) === ordinal);
    if (!pod) createPod(world, set, ordinal, revisions);
    const waits = !pod || !isAvailable(world, pod, set.spec.minReadySeconds);
    if (waits && ordered) return true;
  }
  const surplus = owned.filter((pod) => ordinalOf(pod) >= set.spec.replicas);
  for (const pod of surplus.toSorted((a, b) => ordinalOf(b) - ordinalOf(a))) {
    if (pod.metadata.deletionTimestamp === undefined) deletePod(world, set, pod);
    if (ordered) return true;
  }
  return false;
}

/** Replaces at most one pod that has another revision, from the highest number down to the partition. */
function roll(world: World, set: StatefulSet, owned: readonly Pod[], revision: string): void {
  if (set.spec.updateStrategy.type === 'OnDelete') return;
  const targets = owned.filter((pod) => ordinalOf(pod) >= partitionOf(set));
  for (const pod of targets.toSorted((a, b) => ordinalOf(b) - ordinalOf(a))) {
    if (pod.metadata.deletionTimestamp !== undefined) return;
    if (revisionOf(pod) !== revision) return deletePod(world, set, pod);
    if (!isReady(pod)) return;
  }
}

function statusOf(world: World, set: StatefulSet, revisions: Revisions): StatefulSet['status'] {
  const owned = podsOf(world, set);
  const active = owned.filter(isActive);
  const of = (revision: string): number => active.filter((pod) => revisionOf(pod) === revision).length;
  const next = revisions.update.metadata.name;
  const ready = active.filter(isReady).length;
  const rolling = set.spec.updateStrategy.type === 'RollingUpdate';
  const complete = rolling && of(next) === owned.length && ready === owned.length && owned.length === set.spec.replicas;
  const current = complete ? next : revisions.current.metadata.name;
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: owned.length,
    availableReplicas: active.filter((pod) => isAvailable(world, pod, set.spec.minReadySeconds)).length,
    ...counted({ readyReplicas: ready, currentReplicas: of(current), updatedReplicas: of(next) }),
    currentRevision: current,
    updateRevision: next,
    collisionCount: 0,
  };
}

function sync(world: World, set: StatefulSet): void {
  const { uid, generation = 1 } = set.metadata;
  if (world.now() - firstSeen(world, `observed ${uid} ${generation}`) < world.pace.observe) return;
  const next = currentRevision(world, statefulSets, set);
  const named = stringAt(objectAt(set, 'status'), 'currentRevision');
  const current = revisionsOf(world, set).find(({ metadata }) => metadata.name === named) ?? next;
  const revisions = { current, update: next };
  const owned = podsOf(world, set);
  if (!fill(world, set, owned, revisions)) roll(world, set, owned, next.metadata.name);
  const status = statusOf(world, set, revisions);
  if (!sameJson(status, set.status)) update(world, statefulSets, set, { ...set, status }, controllerStatus);
  trimRevisions(world, set, [next.metadata.name, current.metadata.name, ...owned.map(revisionOf)]);
}

/** One step of all StatefulSets. */
export function stepStatefulSets(world: World): void {
  for (const set of world.store.list(statefulSets)) sync(world, set);
}
