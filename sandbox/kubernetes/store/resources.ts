/** The resources that are served: their names, and what one can do with them. */

import type {
  Autoscaler,
  ControllerRevision,
  DaemonSet,
  Deployment,
  DisruptionBudget,
  EventObject,
  KubernetesObject,
  Pod,
  Quota,
  ReplicaSet,
  StatefulSet,
} from '../kinds.ts';

/** One resource of the API. The type parameter is the kind that its objects have. */
export type Resource<T extends KubernetesObject = KubernetesObject> = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Whether `…/status` is written apart from the rest. */
  readonly status: boolean;
  /** Whether there is `…/scale`. */
  readonly scale: boolean;
  /** When `metadata.generation` rises: never, with the spec, or with the spec and with annotations. */
  readonly generation: 'none' | 'spec' | 'spec and annotations';
  /** Never set; it carries the type. */
  readonly example?: T;
};

type Given = Partial<Omit<Resource, 'example' | 'version'>> & Pick<Resource, 'kind' | 'plural'>;

function resource<T extends KubernetesObject>(served: string, given: Given): Resource<T> {
  const [version = '', group = ''] = served.split('/').toReversed();
  return {
    group,
    version,
    singular: given.kind.toLowerCase(),
    shortNames: [],
    namespaced: true,
    status: false,
    scale: false,
    generation: 'none',
    ...given,
  };
}

const workload = { status: true, generation: 'spec' } as const;

/** core/v1. */
export const namespaces = resource('v1', {
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  status: true,
});
/** core/v1. */
export const nodes = resource('v1', {
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  status: true,
});
/** core/v1. */
export const pods = resource<Pod>('v1', { kind: 'Pod', plural: 'pods', shortNames: ['po'], status: true });
/** core/v1. */
export const events = resource<EventObject>('v1', { kind: 'Event', plural: 'events', shortNames: ['ev'] });
/** core/v1. */
export const quotas = resource<Quota>('v1', {
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  status: true,
});
/** apps/v1. */
export const deployments = resource<Deployment>('apps/v1', {
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  ...workload,
  scale: true,
  generation: 'spec and annotations',
});
/** apps/v1. */
export const replicaSets = resource<ReplicaSet>('apps/v1', {
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  ...workload,
  scale: true,
});
/** apps/v1. */
export const statefulSets = resource<StatefulSet>('apps/v1', {
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  ...workload,
  scale: true,
});
/** apps/v1. */
export const daemonSets = resource<DaemonSet>('apps/v1', {
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  ...workload,
});
/** apps/v1. */
export const controllerRevisions = resource<ControllerRevision>('apps/v1', {
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
});
/** autoscaling/v2. */
export const autoscalers = resource<Autoscaler>('autoscaling/v2', {
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  status: true,
});
/** policy/v1. */
export const disruptionBudgets = resource<DisruptionBudget>('policy/v1', {
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  ...workload,
});

/** All that is stored. */
export const resources: readonly Resource[] = [
  ...[namespaces, nodes, pods, events, quotas],
  ...[deployments, replicaSets, statefulSets, daemonSets, controllerRevisions],
  ...[autoscalers, disruptionBudgets],
];

/** `apps/v1`, or `v1` for the core group. */
export function groupVersion({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `deployments.apps`, or `pods`: what error messages call it. */
export function qualified({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** The resource at a path's group, version and plural name. */
export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return resources.find((each) => each.group === group && each.version === version && each.plural === plural);
}

/** The resource with this kind, plural, singular or short name. Throws when there is none. */
export function resourceNamed(name: string): Resource {
  const wanted = name.toLowerCase();
  const found = resources.find((each) =>
    [each.kind.toLowerCase(), each.plural, each.singular, ...each.shortNames].includes(wanted),
  );
  if (!found) throw new Error(`this cluster has no resource called ${name}`);
  return found;
}
