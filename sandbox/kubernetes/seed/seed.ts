/** A description of a cluster, and how it comes about: revisions are deployed one after the other, in the past. */

import { objectAt, stringAt, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { tick } from '../controllers/tick.ts';
import { namespaces, nodes, resourceNamed } from '../store/resources.ts';
import { create, update, type Writing } from '../store/write.ts';
import type { World } from '../world.ts';
import { draftOf } from './drafts.ts';

/** One version of a workload. */
export type Revision = {
  readonly image: string;
  /** How long ago it was deployed, in milliseconds; when left out, now. */
  readonly ago?: number;
  /** Annotation `kubernetes.io/change-cause`. */
  readonly cause?: string;
  readonly env?: { readonly [name: string]: string };
  /** Whether the sandbox waits until the rollout is over, or stuck; true when left out. */
  readonly settle?: boolean;
};

/** A workload and the versions it has had, oldest first. */
export type WorkloadSeed = {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  /** `shop` when left out. */
  readonly namespace?: string;
  readonly name: string;
  /** 3 when left out. */
  readonly replicas?: number;
  readonly history: readonly [Revision, ...Revision[]];
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  /** Merged into `spec`, such as a strategy or a progress deadline. */
  readonly spec?: JsonObject;
  /** `resources` of the container. */
  readonly resources?: JsonObject;
};

/** A cluster. */
export type Seed = {
  readonly namespaces: readonly string[];
  /** How many nodes there are. */
  readonly nodes: number;
  readonly workloads: readonly WorkloadSeed[];
  /** Whole objects of any other kind, such as autoscalers, budgets and quotas; they come after the workloads. */
  readonly objects: readonly JsonObject[];
};

const deployer: Writing = { manager: 'kubectl-client-side-apply', operation: 'Update' };

/** How long a rollout is given to settle, on the sandbox's clock. */
const settling = 30_000;

/** Runs the controllers until nothing changes for two seconds, at most half a minute; in steps of a quarter second. */
function settle(world: World): void {
  const start = world.past.at ?? 0;
  const step = Math.max(250, world.pace.tick);
  let quiet = 0;
  while (quiet < 2000 && (world.past.at ?? 0) - start < settling) {
    const before = world.store.version();
    tick(world);
    quiet = world.store.version() === before ? quiet + step : 0;
    world.past.at = (world.past.at ?? 0) + step;
  }
}

function deploy(world: World, seed: WorkloadSeed, revision: Revision): void {
  const resource = resourceNamed(seed.kind);
  const namespace = seed.namespace ?? 'shop';
  const draft = draftOf(seed, revision);
  const before = world.store.get(resource, namespace, seed.name);
  if (!before) {
    create(world, resource, namespace, draft, deployer);
    return;
  }
  const annotations = { ...before.metadata.annotations, ...draft.metadata.annotations };
  update(
    world,
    resource,
    before,
    { ...before, metadata: { ...before.metadata, annotations }, spec: draft.spec },
    deployer,
  );
}

function node(index: number): JsonObject {
  const capacity = { cpu: '4', memory: '16Gi', pods: '110' };
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  return {
    metadata: {
      name: `node-${index + 1}`,
      labels: { 'kubernetes.io/hostname': `node-${index + 1}`, 'kubernetes.io/os': 'linux' },
    },
    spec: {},
    status: {
      capacity,
      allocatable: capacity,
      conditions: [ready],
      addresses: [{ type: 'InternalIP', address: `10.0.0.${index + 1}` }],
      nodeInfo: {
        kubeletVersion: 'v1.36.0',
        osImage: 'Sandbox Linux',
        containerRuntimeVersion: 'containerd://2.1.0',
        kernelVersion: '6.12.0',
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
    },
  };
}

function putNode(world: World, index: number): void {
  const draft = node(index);
  const made = create(world, nodes, '', draft, deployer);
  // A status goes in by its own door, here as in the real server.
  update(world, nodes, made, { ...made, status: objectAt(draft, 'status') }, { ...deployer, subresource: 'status' });
}

/** Creates any object; its namespace has to be there. Gives back what is stored. */
export function plant(world: World, object: JsonObject): KubernetesObject {
  const resource = resourceNamed(stringAt(object, 'kind'));
  const namespace = stringAt(objectAt(object, 'metadata'), 'namespace') || 'shop';
  return create(world, resource, resource.namespaced ? namespace : '', object, deployer);
}

/** Plays the histories of all workloads in the past, in the order of time. */
function grow(world: World, workloads: readonly WorkloadSeed[]): void {
  const now = world.now();
  const steps = workloads.flatMap((seed) => seed.history.map((revision) => ({ seed, revision })));
  const ordered = steps.toSorted((a, b) => (b.revision.ago ?? 0) - (a.revision.ago ?? 0));
  try {
    for (const { seed, revision } of ordered) {
      const at = now - (revision.ago ?? 0);
      world.past.at = Math.max(at, world.past.at ?? at);
      deploy(world, seed, revision);
      if (revision.ago !== undefined && revision.settle !== false) settle(world);
    }
  } finally {
    world.past.at = null;
  }
}

/** Fills an empty cluster. */
export function plantSeed(world: World, seed: Seed): void {
  const oldest = Math.max(0, ...seed.workloads.flatMap(({ history }) => history.map(({ ago = 0 }) => ago)));
  world.past.at = world.clock.now() - oldest - 86_400_000;
  for (const name of ['default', 'kube-system', ...seed.namespaces]) {
    create(world, namespaces, '', { metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } }, deployer);
  }
  for (let index = 0; index < seed.nodes; index += 1) putNode(world, index);
  world.past.at = null;
  grow(world, seed.workloads);
  for (const object of seed.objects) plant(world, object);
  tick(world);
}
