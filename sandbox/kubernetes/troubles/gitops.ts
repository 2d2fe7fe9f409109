/** A GitOps controller that takes changes back: Argo CD or Flux, as they show in an object's labels and managed fields. */

import { objectAt, sameJson, without, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { resourceNamed } from '../store/resources.ts';
import { update, type Writing } from '../store/write.ts';
import type { World } from '../world.ts';

/** What to keep as it is in Git. */
export type GitOps = {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly by: 'argocd-controller' | 'kustomize-controller';
  /** What Git says something about; the template when left out. */
  readonly fields?: readonly ('template' | 'replicas')[];
  /** How long a change stands before it is taken back, in milliseconds; 5000 when left out. */
  readonly afterMs?: number;
  /** Shows its marks but takes nothing back, like Argo CD without self-heal. */
  readonly idle?: boolean;
};

/** A controller at work. */
export type Reverter = GitOps & { readonly wanted: JsonObject; drifted: number | null };

/** Flux applies, Argo CD by default updates. */
function writing({ by }: GitOps, claims: JsonObject): Writing {
  return { manager: by, operation: by === 'kustomize-controller' ? 'Apply' : 'Update', claims };
}

function marks({ by, kind, namespace, name }: GitOps, object: KubernetesObject): JsonObject {
  const { labels = {}, annotations = {} } = object.metadata;
  if (by === 'kustomize-controller') {
    const flux = 'kustomize.toolkit.fluxcd.io';
    return { labels: { ...labels, [`${flux}/name`]: name, [`${flux}/namespace`]: 'flux-system' } };
  }
  return {
    annotations: { ...annotations, 'argocd.argoproj.io/tracking-id': `${name}:apps/${kind}:${namespace}/${name}` },
  };
}

function find(world: World, { kind, namespace, name }: GitOps) {
  const resource = resourceNamed(kind);
  return { resource, object: world.store.get(resource, namespace, name) };
}

/** Puts a workload under GitOps as it is now: what it says now is what Git says. */
export function adopt(world: World, given: GitOps): void {
  const { resource, object } = find(world, given);
  if (!object) throw new Error(`there is no ${given.kind} ${given.namespace}/${given.name} to put under GitOps`);
  const fields = given.fields ?? ['template'];
  const spec = object.spec ?? {};
  const wanted = Object.fromEntries(Object.entries(spec).filter(([key]) => fields.some((field) => field === key)));
  const metadata = { ...object.metadata, ...marks(given, object) };
  update(world, resource, object, { ...object, metadata }, writing(given, { spec: wanted }));
  world.reverters.push({ ...given, wanted, drifted: null });
}

/** Lets go of a workload. */
export function release(world: World, namespace: string, name: string): void {
  const kept = world.reverters.filter((each) => each.namespace !== namespace || each.name !== name);
  world.reverters.splice(0, world.reverters.length, ...kept);
}

/** Argo CD leaves what Git does not mention; a restart's annotation is such a thing. */
const restarted = 'kubectl.kubernetes.io/restartedAt';

function drift({ wanted, by }: Reverter, spec: JsonObject): boolean {
  return Object.entries(wanted).some(([field, value]) => {
    const now = spec[field];
    if (sameJson(now, value)) return false;
    if (by !== 'argocd-controller' || field !== 'template') return true;
    const template = objectAt(spec, 'template');
    const metadata = objectAt(template, 'metadata');
    const annotations = without(objectAt(metadata, 'annotations'), restarted);
    const noted = Object.keys(annotations).length === 0 ? {} : { annotations };
    return !sameJson({ ...template, metadata: { ...without(metadata, 'annotations'), ...noted } }, value);
  });
}

/** Takes back what has drifted for long enough. */
export function revert(world: World): void {
  for (const reverter of world.reverters) {
    const { resource, object } = find(world, reverter);
    if (!object || reverter.idle) continue;
    const spec = object.spec ?? {};
    if (!drift(reverter, spec)) {
      reverter.drifted = null;
      continue;
    }
    reverter.drifted ??= world.now();
    if (world.now() - reverter.drifted < (reverter.afterMs ?? 5000)) continue;
    reverter.drifted = null;
    const next = { ...object, spec: { ...spec, ...reverter.wanted } };
    update(world, resource, object, next, writing(reverter, { spec: reverter.wanted }));
  }
}
