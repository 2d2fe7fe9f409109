/** A workload and its revisions as an API server describes them, read without trusting their shape. */
import type { Kind } from '../../action/action.ts';
import type { Instant } from '../../incident/incident.ts';
import { type Condition, controllerOf, readConditions } from '../diagnose/pods.ts';
import { dig, instant, isObject, type Json, list, number, object, text, texts } from '../json.ts';
import { hashOf } from '../template.ts';

/** What somebody wrote last, of `metadata.managedFields`. */
export interface Writing {
  readonly manager: string;
  /** `scale`, `status`; empty for the object itself. */
  readonly subresource: string;
  readonly at: Instant;
  readonly fields: Json;
}

/** A workload. Counters that its kind does not have, or that are not known yet, are 0. */
export interface Workload {
  readonly kind: Kind;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly observed: number;
  /** Wanted pods: `spec.replicas`, or the nodes that a DaemonSet fits. */
  readonly wanted: number;
  readonly paused: boolean;
  /** `RollingUpdate`, `Recreate`, `OnDelete`. */
  readonly strategy: string;
  /** Pods of a StatefulSet below this ordinal keep their version. */
  readonly partition: number;
  /** Whether a StatefulSet waits for each pod. */
  readonly ordered: boolean;
  readonly template: Json;
  readonly templateHash: string;
  readonly selector: Json;
  /** All pods that there are. */
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Of a StatefulSet: the name of the revision that is rolled out. */
  readonly updateRevision: string;
  readonly conditions: readonly Condition[];
  readonly writings: readonly Writing[];
}

/** A revision of a workload: a ReplicaSet or a ControllerRevision. */
export interface Revision {
  readonly uid: string;
  readonly name: string;
  readonly number: number;
  /** What pods carry in the label `controller-revision-hash`; empty for a ReplicaSet. */
  readonly label: string;
  readonly createdAt: Instant | null;
  readonly template: Json;
  readonly templateHash: string;
  /** Available pods of a ReplicaSet; null for a ControllerRevision. */
  readonly available: number | null;
}

/** Reads a workload; `kind` is what was asked for. */
export function readWorkload(value: Json, kind: Kind): Workload {
  const template = object(value, 'spec', 'template');
  const strategy = object(value, 'spec', kind === 'Deployment' ? 'strategy' : 'updateStrategy');
  const ready = number(value, 'status', 'readyReplicas') ?? 0;
  return {
    kind,
    name: text(value, 'metadata', 'name'),
    uid: text(value, 'metadata', 'uid'),
    generation: number(value, 'metadata', 'generation') ?? 0,
    observed: number(value, 'status', 'observedGeneration') ?? 0,
    paused: dig(value, 'spec', 'paused') === true,
    strategy: text(strategy, 'type') || 'RollingUpdate',
    partition: number(strategy, 'rollingUpdate', 'partition') ?? 0,
    ordered: kind === 'StatefulSet' && text(value, 'spec', 'podManagementPolicy') !== 'Parallel',
    template,
    templateHash: hashOf(template),
    selector: object(value, 'spec', 'selector'),
    updateRevision: text(value, 'status', 'updateRevision'),
    conditions: readConditions(value),
    writings: readWritings(value),
    ready,
    ...(kind === 'DaemonSet' ? nodeCounters(value) : replicaCounters(value, ready)),
  };
}

type Counters = Pick<Workload, 'wanted' | 'replicas' | 'updated' | 'available'>;

const replicaCounters = (value: Json, ready: number): Counters => ({
  wanted: number(value, 'spec', 'replicas') ?? 1,
  replicas: number(value, 'status', 'replicas') ?? 0,
  updated: number(value, 'status', 'updatedReplicas') ?? 0,
  // Old servers count no available pods of a StatefulSet.
  available: number(value, 'status', 'availableReplicas') ?? ready,
});

const nodeCounters = (value: Json): Counters => ({
  wanted: number(value, 'status', 'desiredNumberScheduled') ?? 0,
  replicas: number(value, 'status', 'currentNumberScheduled') ?? 0,
  updated: number(value, 'status', 'updatedNumberScheduled') ?? 0,
  available: number(value, 'status', 'numberAvailable') ?? 0,
});

const readWritings = (value: Json): readonly Writing[] =>
  list(value, 'metadata', 'managedFields').map((entry) => ({
    manager: text(entry, 'manager'),
    subresource: text(entry, 'subresource'),
    at: instant(entry, 'time') ?? 0,
    fields: object(entry, 'fieldsV1'),
  }));

/** Reads those of a list of ReplicaSets or ControllerRevisions that a workload controls, newest first. */
export function readRevisions(listed: Json, owner: string): readonly Revision[] {
  const own = list(listed, 'items').filter((item) => controllerOf(item) === owner);
  return own.map(readRevision).toSorted((a, b) => b.number - a.number);
}

function readRevision(value: Json): Revision {
  const snapshot = dig(value, 'data', 'spec', 'template');
  const template = isObject(snapshot) ? snapshot : object(value, 'spec', 'template');
  const annotated = Number(texts(value, 'metadata', 'annotations')['deployment.kubernetes.io/revision'] ?? '0');
  return {
    uid: text(value, 'metadata', 'uid'),
    name: text(value, 'metadata', 'name'),
    number: number(value, 'revision') ?? (Number.isSafeInteger(annotated) ? annotated : 0),
    label: text(value, 'metadata', 'labels', 'controller-revision-hash'),
    createdAt: instant(value, 'metadata', 'creationTimestamp') ?? null,
    template,
    templateHash: hashOf(template),
    available: isObject(snapshot) ? null : (number(value, 'status', 'availableReplicas') ?? 0),
  };
}
