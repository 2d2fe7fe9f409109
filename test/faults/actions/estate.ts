/** The workloads of a run: what there is to act on, which verbs make sense for each, and a cluster that is seeded with them. */
import type { Seed, WorkloadSeed } from '../../../sandbox/kubernetes/seed/seed.ts';
import type { Pace } from '../../../sandbox/kubernetes/pace.ts';
import type { Target, Verb } from '../../../src/action/action.ts';

/** A workload, and the service of the configuration that it is. */
export interface Workload {
  readonly service: string;
  readonly target: Target & { readonly kind: 'Deployment' | 'StatefulSet' };
  readonly verbs: readonly Verb[];
  /** Whether it has an autoscaler, which has its name. */
  readonly scaled: boolean;
}

/** How many workloads there are: so many actions may be under way at a time. */
const count = 20;

const deployments = { kind: 'Deployment', scaled: false } as const;
const statefulSets = { kind: 'StatefulSet', scaled: false } as const;
const autoscaled = { kind: 'Deployment', scaled: true } as const;

const usual: Readonly<Record<'Deployment' | 'StatefulSet', readonly Verb[]>> = {
  Deployment: ['restart', 'rollback', 'scale', 'pause', 'resume', 'delete-pod'],
  StatefulSet: ['restart', 'rollback', 'scale', 'delete-pod'],
};

/** The kinds for which a verb makes sense, in the order in which workloads take them. */
function kindsFor(
  verb: Verb | null,
): readonly { readonly kind: 'Deployment' | 'StatefulSet'; readonly scaled: boolean }[] {
  switch (verb) {
    case 'pause':
    case 'resume':
      return [deployments];
    case 'set-autoscaler-bounds':
      return [autoscaled, { ...autoscaled, kind: 'StatefulSet' }];
    case null:
      return [deployments, deployments, statefulSets, deployments, autoscaled, statefulSets];
    default:
      return [deployments, statefulSets];
  }
}

/** The workloads for one verb, or for all of them. */
export function drawEstate(verb: Verb | null): readonly Workload[] {
  const kinds = kindsFor(verb);
  return Array.from({ length: count }, (_, index) => {
    const { kind, scaled } = kinds[index % kinds.length] ?? deployments;
    const service = `service-${index}`;
    const verbs: readonly Verb[] =
      verb === null ? (scaled ? ['set-autoscaler-bounds', 'restart'] : usual[kind]) : [verb];
    return { service, target: { cluster: 'eu-1', namespace: 'shop', kind, name: service }, verbs, scaled };
  });
}

/** Workloads that take their time to roll out, for nobody but the vigil. */
export const slowEstate: readonly Workload[] = ['slow-0', 'slow-1', 'slow-2'].map((service) => ({
  ...{ service, verbs: [], scaled: false },
  target: { cluster: 'eu-1', namespace: 'shop', kind: 'Deployment', name: service },
}));

/** An image of a workload. Tags that begin with `crash` never get ready. */
export const imageOf = ({ service }: Pick<Workload, 'service'>, tag: string): string =>
  `registry.test/${service}:${tag}`;

/** How many pods each has at first. */
const replicas = 2;

function seedOf(workload: Workload): WorkloadSeed {
  const { kind, name } = workload.target;
  const [first, second] = workload.verbs.length === 0 ? (['slow-1', 'slow-2'] as const) : (['v1', 'v2'] as const);
  return {
    ...{ kind, name, replicas },
    history: [
      { image: imageOf(workload, first), ago: 9_000_000 },
      { image: imageOf(workload, second), ago: 6_000_000 },
    ],
    spec: kind === 'Deployment' ? { progressDeadlineSeconds: workload.verbs.length === 0 ? 60 : 5 } : {},
  };
}

/** The cluster. */
export const seedFor = (estate: readonly Workload[]): Partial<Seed> => ({
  workloads: estate.map(seedOf),
  objects: estate.flatMap(({ target: { kind, name }, scaled }) =>
    scaled
      ? [
          {
            kind: 'HorizontalPodAutoscaler',
            metadata: { name, namespace: 'shop' },
            spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name }, minReplicas: 2, maxReplicas: 6 },
          },
        ]
      : [],
  ),
});

/** A rollout takes a second or two, so that a run sees hundreds of them. */
export const pace: Partial<Pace> = {
  // A long run would drown in the events of what crashes.
  keepEvents: 60_000,
  ...{ tick: 150, start: 150, ready: 150, terminate: 200, crashAfter: 300, backOff: 500, slowReady: 6_000 },
  ...{ autoscale: 2_000, longestBackOff: 4_000 },
};

/** The part of vigie.yaml that says so. Sixty seconds are the shortest that an approval may last. */
export const servicesOf = (estate: readonly Workload[]): string =>
  estate
    .map(
      ({ service, target: { kind, name } }) => `  ${service}:
    match: ['service="${service}"']
    environment: production
    target: {cluster: eu-1, namespace: shop, kind: ${kind}, name: ${name}}
    limits: {max_replicas: 20, actions_per_hour: 1000}
`,
    )
    .join('');
