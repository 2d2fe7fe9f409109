/** The DaemonSet controller: one pod a node, replaced a few at a time. */

import { ApiError } from '../api/status.ts';
import { sameJson, stringAt } from '../json.ts';
import type { DaemonSet, Pod } from '../kinds.ts';
import { resolved } from '../quantity.ts';
import { remove } from '../store/remove.ts';
import { daemonSets, nodes, pods } from '../store/resources.ts';
import { create, update } from '../store/write.ts';
import { firstSeen, type World } from '../world.ts';
import { currentRevision, revisionLabel, trimRevisions } from './controller-revisions.ts';
import { remark } from './events.ts';
import { controlledBy, controller, controllerStatus, counted, isActive, isAvailable, isReady } from './owned.ts';
import { podDraft, podsOf } from './owned.ts';

const from = 'daemonset-controller';

function createPod(world: World, set: DaemonSet, nodeName: string, hash: string): void {
  const { name, namespace = '' } = set.metadata;
  const { template } = set.spec;
  const labels = { ...template.metadata?.labels, [revisionLabel]: hash };
  const placed = { ...template, metadata: { ...template.metadata, labels }, spec: { ...template.spec, nodeName } };
  try {
    const draft = podDraft(placed, { generateName: `${name}-` }, controlledBy(daemonSets, set));
    const pod = create(world, pods, namespace, draft, controller);
    remark(world, set, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pod.metadata.name}`,
      from,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    remark(world, set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}`, from });
  }
}

function deletePod(world: World, set: DaemonSet, pod: Pod): void {
  remove(world, pods, pod);
  const message = `Deleted pod: ${pod.metadata.name}`;
  remark(world, set, { type: 'Normal', reason: 'SuccessfulDelete', message, from });
}

/** Old pods that do not work are replaced at once, others as far as so many may be missing. */
function roll(world: World, set: DaemonSet, owned: readonly Pod[], hash: string, wanted: number): void {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type === 'OnDelete') return;
  const old = owned.filter((pod) => isActive(pod) && pod.metadata.labels?.[revisionLabel] !== hash);
  const available = (pod: Pod): boolean => isAvailable(world, pod, set.spec.minReadySeconds);
  for (const pod of old) if (!available(pod)) deletePod(world, set, pod);
  const most = Math.max(1, resolved(rollingUpdate?.maxUnavailable, wanted, 'up'));
  const spare = most - (wanted - owned.filter(available).length);
  for (const pod of old.filter(available).slice(0, Math.max(0, spare))) deletePod(world, set, pod);
}

function statusOf(world: World, set: DaemonSet, hash: string, wanted: number) {
  const active = podsOf(world, set).filter(isActive);
  const available = active.filter((pod) => isAvailable(world, pod, set.spec.minReadySeconds)).length;
  return {
    currentNumberScheduled: active.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: wanted,
    numberReady: active.filter(isReady).length,
    observedGeneration: set.metadata.generation ?? 1,
    ...counted({
      updatedNumberScheduled: active.filter(({ metadata }) => metadata.labels?.[revisionLabel] === hash).length,
      numberAvailable: available,
      numberUnavailable: wanted - available,
    }),
  };
}

function sync(world: World, set: DaemonSet): void {
  const { uid, generation = 1 } = set.metadata;
  if (world.now() - firstSeen(world, `observed ${uid} ${generation}`) < world.pace.observe) return;
  const revision = currentRevision(world, daemonSets, set);
  const hash = stringAt(revision.metadata.labels, revisionLabel);
  const names = world.store.list(nodes).map(({ metadata }) => metadata.name);
  const owned = podsOf(world, set);
  for (const name of names) {
    if (!owned.some(({ spec }) => spec.nodeName === name)) createPod(world, set, name, hash);
  }
  for (const pod of owned) if (!names.includes(pod.spec.nodeName ?? '') && isActive(pod)) deletePod(world, set, pod);
  roll(world, set, owned, hash, names.length);
  const status = statusOf(world, set, hash, names.length);
  if (!sameJson(status, set.status)) update(world, daemonSets, set, { ...set, status }, controllerStatus);
  trimRevisions(world, set, [revision.metadata.name]);
}

/** One step of all DaemonSets. */
export function stepDaemonSets(world: World): void {
  for (const set of world.store.list(daemonSets)) sync(world, set);
}
