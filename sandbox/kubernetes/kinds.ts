/** The kinds of object that the sandbox knows, as far as its controllers read them. */

import type { JsonObject } from './json.ts';

/** Labels, annotations and the like. */
export type Strings = { readonly [key: string]: string };

/** Who made an object, so that it goes when they go. */
export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

/** Which fields somebody set last. */
export type ManagedFields = {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: JsonObject;
  readonly subresource?: string;
};

/** What every object says about itself. */
export type Metadata = {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Strings;
  readonly annotations?: Strings;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
};

/** Any object of the API. */
export type KubernetesObject = JsonObject & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
};

/** Something an object says about its state. */
export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
};

/** One container of a template or pod. */
export type Container = JsonObject & { readonly name: string; readonly image: string };

/** What a pod runs. */
export type PodSpec = JsonObject & { readonly containers: readonly Container[]; readonly nodeName?: string };

/** What pods are made from. */
export type Template = {
  readonly metadata?: { readonly labels?: Strings; readonly annotations?: Strings };
  readonly spec: PodSpec;
};

/** Which pods belong to a workload. */
export type Selector = JsonObject & { readonly matchLabels?: Strings };

type WorkloadSpec = JsonObject & {
  readonly replicas: number;
  readonly selector: Selector;
  readonly template: Template;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit: number;
};

/** A rolling update's bounds: a number of pods or a percentage. */
export type Bound = number | string;

/** apps/v1 Deployment. */
export type Deployment = KubernetesObject & {
  readonly spec: WorkloadSpec & {
    readonly paused?: boolean;
    readonly progressDeadlineSeconds: number;
    readonly strategy: {
      readonly type: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: { readonly maxSurge: Bound; readonly maxUnavailable: Bound };
    };
  };
  readonly status: JsonObject & {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
};

/** apps/v1 ReplicaSet. */
export type ReplicaSet = KubernetesObject & {
  readonly spec: WorkloadSpec;
  readonly status: JsonObject & {
    readonly observedGeneration?: number;
    readonly replicas: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
};

/** apps/v1 StatefulSet. */
export type StatefulSet = KubernetesObject & {
  readonly spec: WorkloadSpec & {
    readonly serviceName?: string;
    readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete';
      readonly rollingUpdate?: { readonly partition?: number };
    };
  };
  readonly status: JsonObject & {
    readonly replicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
};

/** apps/v1 DaemonSet. */
export type DaemonSet = KubernetesObject & {
  readonly spec: WorkloadSpec & {
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete';
      readonly rollingUpdate?: { readonly maxUnavailable?: Bound };
    };
  };
};

/** apps/v1 ControllerRevision. */
export type ControllerRevision = KubernetesObject & { readonly data: JsonObject; readonly revision: number };

/** core/v1 Pod. */
export type Pod = KubernetesObject & {
  readonly spec: PodSpec;
  readonly status: JsonObject & {
    readonly phase: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly JsonObject[];
  };
};

/** core/v1 Event. */
export type EventObject = KubernetesObject & {
  readonly involvedObject: JsonObject;
  readonly reason: string;
  readonly message: string;
  readonly type: 'Normal' | 'Warning';
  readonly count: number;
  readonly lastTimestamp: string;
};

/** autoscaling/v2 HorizontalPodAutoscaler. */
export type Autoscaler = KubernetesObject & {
  readonly spec: JsonObject & {
    readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
  };
};

/** policy/v1 PodDisruptionBudget. */
export type DisruptionBudget = KubernetesObject & {
  readonly spec: JsonObject & {
    readonly selector: Selector;
    readonly minAvailable?: Bound;
    readonly maxUnavailable?: Bound;
  };
};

/** core/v1 ResourceQuota. */
export type Quota = KubernetesObject & { readonly spec: JsonObject & { readonly hard: Strings } };
