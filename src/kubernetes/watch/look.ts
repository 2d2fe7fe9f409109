/** Looks at what a run is about: one request for most of them, a few more while pods roll. */
import type { Plan, Target } from '../../action/action.ts';
import { readPod } from '../diagnose/pods.ts';
import type { Cluster, Query } from '../cluster.ts';
import { type Json, type JsonObject, list, text } from '../json.ts';
import { KubeError } from '../kube-error.ts';
import { collection, single, workloadPath } from '../names.ts';
import { printSelector } from '../revisions.ts';
import { readRevisions, readWorkload, type Workload } from './objects.ts';
import type { Look } from './sight.ts';

/** Pods of more than so many are not looked at one by one. */
const manyPods = 200;

/** Looks. Throws a KubeError when what matters can't be seen; what the Role forbids is left out, if it only helps. */
export async function lookAt(cluster: Cluster, target: Target, plan: Plan): Promise<Look> {
  const nothing: Look = { workload: null, pods: null, revisions: null, autoscaled: false, object: null };
  const { namespace } = target;
  const { verb } = plan.order;
  switch (verb) {
    case 'delete-pod':
      return { ...nothing, object: await found(cluster, single('v1', namespace, 'pods', plan.object?.name ?? '')) };
    case 'set-autoscaler-bounds': {
      const name = plan.object?.name ?? '';
      const path = single('autoscaling/v2', namespace, 'horizontalpodautoscalers', name);
      return { ...nothing, object: await found(cluster, path) };
    }
    default:
  }
  const raw = await found(cluster, workloadPath(target));
  if (raw === null) return nothing;
  const workload = readWorkload(raw, target.kind);
  if (verb === 'pause' || verb === 'resume') return { ...nothing, workload };
  const labels = printSelector(workload.selector);
  const ask = (path: string, query: Query): Promise<JsonObject | null> => allowed(cluster.get(path, query));
  const [pods, revisions, autoscalers] = await Promise.all([
    ask(collection('v1', namespace, 'pods'), { labelSelector: labels, limit: manyPods }),
    revisionsOf(verb, target, labels, ask),
    verb === 'scale' ? ask(collection('autoscaling/v2', namespace, 'horizontalpodautoscalers'), {}) : null,
  ]);
  return {
    workload,
    pods: pods === null ? null : list(pods, 'items').map(readPod),
    revisions: revisions === null ? null : readRevisions(revisions, workload.uid),
    autoscaled: list(autoscalers, 'items').some((autoscaler) => aimsAt(autoscaler, workload)),
    object: null,
  };
}

/** A StatefulSet names its revision itself, and scaling makes none. */
async function revisionsOf(
  verb: Plan['order']['verb'],
  { kind, namespace }: Target,
  labels: string,
  ask: (path: string, query: Query) => Promise<JsonObject | null>,
): Promise<JsonObject | null> {
  if (kind === 'StatefulSet' || verb === 'scale') return null;
  const plural = kind === 'Deployment' ? 'replicasets' : 'controllerrevisions';
  return ask(collection('apps/v1', namespace, plural), { labelSelector: labels, limit: manyPods });
}

/** Whether an autoscaler has a workload for its target. */
export const aimsAt = (autoscaler: Json, { kind, name }: Pick<Workload, 'kind' | 'name'>): boolean =>
  text(autoscaler, 'spec', 'scaleTargetRef', 'kind') === kind &&
  text(autoscaler, 'spec', 'scaleTargetRef', 'name') === name &&
  text(autoscaler, 'spec', 'scaleTargetRef', 'apiVersion').startsWith('apps/');

/** An object, or null when there is none. A 404 that is not the API server's own proves nothing. */
async function found(cluster: Cluster, path: string): Promise<JsonObject | null> {
  try {
    return await cluster.get(path);
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'missing' && error.reason === 'NotFound') return null;
    throw error;
  }
}

async function allowed(asked: Promise<JsonObject>): Promise<JsonObject | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'forbidden') return null;
    throw error;
  }
}
