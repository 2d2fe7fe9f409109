/** What surrounds a workload: autoscalers, disruption budgets, quotas. What may not be read is said and left out. */
import type { Target } from '../action/action.ts';
import type { Cluster } from './cluster.ts';
import { dig, type Json, type JsonObject, isObject, list, object, text, texts } from './json.ts';
import { KubeError } from './kube-error.ts';
import { collection, workloadPath } from './names.ts';
import { line } from './words.ts';

/** The surroundings. */
export interface Around {
  /** Those whose target is the workload. Null when they can't be read. */
  readonly autoscalers: readonly JsonObject[] | null;
  /** Those that cover its pods. */
  readonly budgets: readonly JsonObject[];
  readonly quotas: readonly JsonObject[];
  /** Who runs its pods in its place, in words; null when it does itself. */
  readonly standIn: string | null;
  /** What could not be read, in words. */
  readonly unread: readonly string[];
}

/** Reads the surroundings. Only trouble with the way to the cluster is thrown. */
export async function lookAround(cluster: Cluster, target: Target, workload: JsonObject): Promise<Around> {
  const { namespace } = target;
  const read = (group: string, plural: string): Promise<readonly JsonObject[] | null> =>
    optional(async () => objects(await cluster.get(collection(group, namespace, plural), { limit: 500 })));
  const [autoscalers, budgets, quotas, standIn] = await Promise.all([
    read('autoscaling/v2', 'horizontalpodautoscalers'),
    read('policy/v1', 'poddisruptionbudgets'),
    read('v1', 'resourcequotas'),
    findStandIn(cluster, target, workload),
  ]);
  const labels = texts(workload, 'spec', 'template', 'metadata', 'labels');
  const unread = [
    autoscalers === null ? 'autoscalers' : '',
    budgets === null ? 'disruption budgets' : '',
    quotas === null ? 'quotas' : '',
  ].filter((name) => name !== '');
  return {
    autoscalers: autoscalers?.filter((autoscaler) => isAimedAt(autoscaler, target)) ?? null,
    budgets: (budgets ?? []).filter((budget) => selects(object(budget, 'spec', 'selector'), labels)),
    quotas: quotas ?? [],
    standIn,
    unread: unread.map((name) => `Vigie may not list ${name} in ${namespace}, so they were not looked at`),
  };
}

/** Argo Rollouts and Flagger leave a Deployment with 0 replicas and run its pods elsewhere: changing it does nothing. */
async function findStandIn(cluster: Cluster, target: Target, workload: JsonObject): Promise<string | null> {
  const { kind, name, namespace } = target;
  if (kind !== 'Deployment' || dig(workload, 'spec', 'replicas') !== 0) return null;
  const [rollouts, primary] = await Promise.all([
    optional(async () => objects(await cluster.get(collection('argoproj.io/v1alpha1', namespace, 'rollouts')))),
    optional(() => cluster.get(workloadPath({ ...target, name: `${name}-primary` }))),
  ]);
  const rollout = rollouts?.find(
    (one) => text(one, 'spec', 'workloadRef', 'name') === name && text(one, 'spec', 'workloadRef', 'kind') === kind,
  );
  if (rollout !== undefined) return `Argo Rollout ${line(text(rollout, 'metadata', 'name'), 80)}`;
  const canary = list(primary ?? {}, 'metadata', 'ownerReferences').find((owner) => text(owner, 'kind') === 'Canary');
  return canary === undefined ? null : `Flagger's Canary ${line(text(canary, 'name'), 80)}`;
}

/** What a read gives; null when we are not allowed to, or the cluster has no such thing. */
export async function optional<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KubeError && ['forbidden', 'missing', 'denied', 'other'].includes(error.kind)) return null;
    throw error;
  }
}

/** The objects of a list. */
const objects = (listed: Json): readonly JsonObject[] => list(listed, 'items').filter(isObject);

function isAimedAt(autoscaler: Json, { kind, name }: Target): boolean {
  const aim = object(autoscaler, 'spec', 'scaleTargetRef');
  const group = text(aim, 'apiVersion').split('/')[0] ?? '';
  return text(aim, 'kind') === kind && text(aim, 'name') === name && ['apps', 'extensions', ''].includes(group);
}

/** Whether a label selector selects these labels. An empty one selects everything. */
export function selects(selector: Json, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(texts(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    list(selector, 'matchExpressions').every((expression) => {
      const value = labels[text(expression, 'key')];
      const values = list(expression, 'values').map((one) => text(one));
      switch (text(expression, 'operator')) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
