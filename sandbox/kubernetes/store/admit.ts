/** Admission of pods: resource quotas and webhooks that deny them. */

import { forbidden } from '../api/status.ts';
import { objectAt, objectsAt, stringAt, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { quantity, written } from '../quantity.ts';
import { denied } from '../troubles/webhooks.ts';
import type { World } from '../world.ts';
import { pods, quotas } from './resources.ts';

/** What a pod takes of one thing that a quota can bound: `pods`, `requests.cpu`, `limits.memory`, `cpu`, … */
function takes(pod: JsonObject, what: string): number {
  if (what === 'pods' || what === 'count/pods') return 1;
  const [kind = '', name = ''] = what.includes('.') ? what.split('.') : ['requests', what];
  const containers = objectsAt(objectAt(pod, 'spec'), 'containers');
  const asked = containers.map((one) => quantity(stringAt(objectAt(objectAt(one, 'resources'), kind), name)));
  return asked.reduce((sum, each) => sum + each, 0);
}

/** What the pods of a namespace take together. Pods that have ended count no more. */
export function taken(world: World, namespace: string, what: string): number {
  const living = world.store
    .list(pods, namespace)
    .filter(({ status }) => !['Succeeded', 'Failed'].includes(status.phase));
  return living.reduce((sum, pod) => sum + takes(pod, what), 0);
}

/** Throws 403 when a quota of the namespace leaves no room for the pod, or what a webhook says about it. */
export function admitPod(world: World, namespace: string, pod: KubernetesObject): void {
  const { name } = pod.metadata;
  for (const quota of world.store.list(quotas, namespace)) {
    const over = Object.entries(quota.spec.hard).flatMap(([what, hard]) => {
      const [used, more] = [taken(world, namespace, what), takes(pod, what)];
      if (used + more <= quantity(hard) || more === 0) return [];
      return [[`${what}=${written(more)}`, `${what}=${written(used)}`, `${what}=${hard}`] as const];
    });
    if (over.length === 0) continue;
    const [requested, used, limited] = [0, 1, 2].map((column) => over.map((row) => row[column]).join(','));
    const numbers = `requested: ${requested}, used: ${used}, limited: ${limited}`;
    throw forbidden(pods, name, `exceeded quota: ${quota.metadata.name}, ${numbers}`);
  }
  const refusal = denied(world, { verb: 'create', resource: 'pods', namespace, name, user: '', dryRun: false });
  if (refusal) throw refusal;
}
