/** Objects as an API server has them: workloads, their revisions and pods, with what a test wants to be different. */
import type { Mark, Order, Plan } from '../../src/action/action.ts';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { hashOf } from '../../src/kubernetes/template.ts';

/** When the action landed. */
export const landed = Date.UTC(2026, 10, 21, 3, 12, 0);

/** An instant so many seconds after it, as Kubernetes writes it. */
export const stamp = (seconds: number): string => new Date(landed + seconds * 1000).toISOString().replace('.000Z', 'Z');

/** A template with this image. */
const template = (image: string, extra: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app: 'checkout' } },
  spec: { containers: [{ name: 'app', image, ...extra }] },
});

/** What is rolled out. */
export const good = template('shop/checkout:1.4.1');

/** What was before. */
export const bad = template('shop/checkout:1.4.2');

const metadata = (name: string, uid: string, more: JsonObject = {}): JsonObject => ({
  name,
  namespace: 'shop',
  uid,
  creationTimestamp: stamp(-86_400),
  ...more,
});

/** A Deployment of three pods, whose rollout of `good` is complete, unless `status` says otherwise. */
export const deployment = (
  given: { readonly metadata?: JsonObject; readonly spec?: JsonObject; readonly status?: JsonObject } = {},
): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata('checkout', 'uid-d', { generation: 5, ...given.metadata }),
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'checkout' } },
    strategy: { type: 'RollingUpdate' },
    progressDeadlineSeconds: 600,
    template: good,
    ...given.spec,
  },
  status: {
    observedGeneration: 5,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    ...given.status,
  },
});

/** A StatefulSet of three pods, complete. */
export const statefulSet = (
  given: { readonly metadata?: JsonObject; readonly spec?: JsonObject; readonly status?: JsonObject } = {},
): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metadata('checkout', 'uid-d', { generation: 5, ...given.metadata }),
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'checkout' } },
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    template: good,
    ...given.spec,
  },
  status: {
    observedGeneration: 5,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    updateRevision: 'checkout-good',
    ...given.status,
  },
});

/** A DaemonSet on three nodes, complete. */
export const daemonSet = (
  given: { readonly metadata?: JsonObject; readonly spec?: JsonObject; readonly status?: JsonObject } = {},
): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: metadata('checkout', 'uid-d', { generation: 5, ...given.metadata }),
  spec: {
    selector: { matchLabels: { app: 'checkout' } },
    updateStrategy: { type: 'RollingUpdate' },
    template: good,
    ...given.spec,
  },
  status: {
    observedGeneration: 5,
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
    ...given.status,
  },
});

const owned = (kind: string, uid: string): JsonObject => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'checkout', uid, controller: true }],
});

/** A ReplicaSet of the Deployment. */
export const replicaSet = (revision: number, of: JsonObject, available: number, more: JsonObject = {}): JsonObject => ({
  metadata: metadata(`checkout-${revision}`, `uid-rs-${revision}`, {
    ...owned('Deployment', 'uid-d'),
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ...more,
  }),
  spec: { template: of },
  status: { replicas: available, availableReplicas: available },
});

/** A ControllerRevision of the DaemonSet or StatefulSet. */
export const controllerRevision = (revision: number, of: JsonObject, label: string): JsonObject => ({
  metadata: metadata(`checkout-${label}`, `uid-cr-${revision}`, {
    ...owned('DaemonSet', 'uid-d'),
    labels: { 'controller-revision-hash': label },
  }),
  revision,
  data: { spec: { template: { ...of, $patch: 'replace' } } },
});

/** What is different about a pod; it is ready, unless told otherwise. */
export interface PodGiven {
  readonly owner?: string;
  readonly hash?: string;
  readonly createdAt?: string;
  readonly ready?: boolean;
  readonly readySince?: string;
  readonly scheduled?: string;
  readonly deleting?: string;
  readonly status?: JsonObject;
  /** The container's own status. */
  readonly container?: JsonObject;
  readonly spec?: JsonObject;
}

/** A pod. */
export const pod = (name: string, given: PodGiven = {}): JsonObject => {
  const { ready = true, createdAt = stamp(1), scheduled } = given;
  return {
    metadata: metadata(name, `uid-${name}`, {
      creationTimestamp: createdAt,
      labels: { app: 'checkout', ...(given.hash === undefined ? {} : { 'controller-revision-hash': given.hash }) },
      ...owned('ReplicaSet', given.owner ?? 'uid-rs-7'),
      ...(given.deleting === undefined ? {} : { deletionTimestamp: given.deleting }),
    }),
    spec: { containers: [{ name: 'app', image: 'shop/checkout:1.4.1' }], ...given.spec },
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: scheduled === undefined ? 'True' : 'False',
          lastTransitionTime: createdAt,
          ...(scheduled === undefined ? {} : { reason: 'Unschedulable', message: scheduled }),
        },
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: given.readySince ?? createdAt },
      ],
      ...(scheduled === undefined
        ? { containerStatuses: [{ name: 'app', ready, restartCount: 0, state: { running: {} }, ...given.container }] }
        : {}),
      ...given.status,
    },
  };
};

/** A container that waits. */
export const waiting = (reason: string, message = '', more: JsonObject = {}): JsonObject => ({
  state: { waiting: { reason, message } },
  ...more,
});

/** A container that crashed before. */
export const crashing = (restarts: number, reason = 'Error', exitCode = 1, finishedAt = stamp(0)): JsonObject => ({
  restartCount: restarts,
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
  lastState: { terminated: { reason, exitCode, finishedAt } },
});

/** A list. */
export const listOf = (...items: readonly Json[]): JsonObject => ({ kind: 'List', items });

/** The plan of an order on the workload. */
export const planOf = (order: Order, more: Partial<Plan> = {}): Plan => ({
  target: 'eu-1/shop/Deployment/checkout',
  order,
  at: landed - 60_000,
  uid: 'uid-d',
  generation: 4,
  templateHash: hashOf(bad),
  replicas: 3,
  paused: false,
  pinned: null,
  object: null,
  differences: [],
  notes: [],
  warnings: [],
  deployedAt: null,
  inverse: null,
  digest: '0'.repeat(64),
  ...more,
});

/** Where the rollout of `good` landed. */
export const mark: Mark = { uid: 'uid-d', generation: 5, templateHash: hashOf(good), serverTime: landed };
