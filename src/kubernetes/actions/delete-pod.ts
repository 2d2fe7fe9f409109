/** Delete a pod: what frees a StatefulSet that waits for a pod which never gets ready. Bound to the pod's uid. */
import type { Refusal } from '../../incident/event.ts';
import { optional } from '../around.ts';
import { dig, type JsonObject, list, number, object, text } from '../json.ts';
import { single } from '../names.ts';
import type { Draft, Recipe, Scene } from '../recipe.ts';
import { line } from '../words.ts';
import { emptyDraft, onWorkload } from './written.ts';

/** How pod `pod` of a workload is deleted. */
export const deletePod = (pod: string): Recipe => {
  const path: Recipe['path'] = (_plan, { namespace }) => single('v1', namespace, 'pods', pod);
  return {
    ...onWorkload,
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet'],
    path,
    uid: (plan) => plan.object?.uid ?? '',
    absent: (_plan, replaced) => ({
      already: replaced ? `Pod ${pod} is gone, and a new one has its name` : `Pod ${pod} is gone already`,
    }),
    draft: async (scene) => draft(scene, pod, path({ object: null }, scene.target)),
    fits: (_plan, found) =>
      dig(found, 'metadata', 'deletionTimestamp') === undefined
        ? 'fits'
        : { already: `Pod ${pod} is being deleted already` },
    write: (material) => ({
      path: path(material.plan, material.target),
      remove: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: material.plan.object?.uid ?? '' } },
    }),
    // The uid is all it takes: one that is gone has landed.
    trace: async () => true,
  };
};

async function draft(scene: Scene, pod: string, path: string): Promise<Draft | Refusal> {
  const { around, cluster, target, workload } = scene;
  const found = await optional(() => cluster.get(path));
  if (found === null) return { refused: `There is no pod ${pod} in ${target.namespace}, or Vigie may not read it` };
  if (!(await belongs(scene, found))) return { refused: `Pod ${pod} does not belong to ${target.kind} ${target.name}` };
  const held = around.budgets.filter((budget) => (number(budget, 'status', 'disruptionsAllowed') ?? 1) === 0);
  const ready = list(found, 'status', 'conditions').find((condition) => text(condition, 'type') === 'Ready');
  const isReady = text(ready, 'status') === 'True';
  return {
    ...emptyDraft(workload),
    object: { name: pod, uid: text(found, 'metadata', 'uid') },
    notes: [`${target.kind} ${target.name} makes a new one in its place`],
    warnings: [
      ...(isReady ? [{ text: `Pod ${pod} is ready: it serves now`, blocks: false }] : []),
      ...held.map((budget) => ({
        text: `Disruption budget ${line(text(budget, 'metadata', 'name'), 80)} allows no disruption now, and does not hold here`,
        blocks: false,
      })),
    ],
  };
}

/** A pod of a Deployment belongs to one of its ReplicaSets. */
async function belongs({ cluster, target, workload }: Scene, pod: JsonObject): Promise<boolean> {
  const uid = text(workload, 'metadata', 'uid');
  const owner = controllerOf(pod);
  if (target.kind !== 'Deployment') return text(owner, 'uid') === uid;
  if (text(owner, 'kind') !== 'ReplicaSet') return false;
  const replicaSet = await optional(() =>
    cluster.get(single('apps/v1', target.namespace, 'replicasets', text(owner, 'name'))),
  );
  return replicaSet !== null && text(controllerOf(replicaSet), 'uid') === uid;
}

const controllerOf = (one: JsonObject): JsonObject =>
  object(list(one, 'metadata', 'ownerReferences').find((owner) => dig(owner, 'controller') === true));
