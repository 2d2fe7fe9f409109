/** Names and paths: where workloads and what belongs to them live in an API server, and how we sign what we write. */
import type { Kind, Target } from '../action/action.ts';
import { KubeError } from './kube-error.ts';
import { line } from './words.ts';

/** The annotation that says which action was done last. */
export const marker = 'vigie.dev/last-action';

/** How we sign what we write. A name that begins with `kubectl` would be undone by Flux. */
export const fieldManager = 'vigie';

/** The annotation that kubectl writes, too: its change rolls the pods. */
export const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** The label that the Deployment controller adds to the templates of its ReplicaSets. */
export const templateHashLabel = 'pod-template-hash';

const plurals: Readonly<Record<Kind, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** `deployments`. */
export const pluralOf = (kind: Kind): string => plurals[kind];

/** A collection in a namespace: `collection('apps/v1', 'shop', 'replicasets')`; `v1` for the core group. */
export function collection(group: string, namespace: string, plural: string): string {
  const root = group === 'v1' ? '/api/v1' : `/apis/${group}`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Names follow RFC 1123. Above all, `..` is none: it would lead to what the collection is in. */
const name1123 = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/;

/** Whether an object may be called so. */
const isName = (name: string): boolean => name1123.test(name);

/** One object of a collection. */
export function single(group: string, namespace: string, plural: string, name: string): string {
  if (isName(name)) return `${collection(group, namespace, plural)}/${name}`;
  throw new KubeError('invalid', `There can be no ${plural} with the name "${line(name, 60)}"`, {
    code: 0,
    reason: 'Name',
  });
}

/** A workload. */
export const workloadPath = ({ kind, namespace, name }: Target): string =>
  single('apps/v1', namespace, pluralOf(kind), name);
