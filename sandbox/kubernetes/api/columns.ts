/** The columns that `kubectl get` shows, by kind. */

import {
  listAt,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  type JsonObject,
  type JsonValue,
} from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { selectorText } from '../store/scale.ts';

/** One column. `wide` ones are shown by `-o wide` only. */
export type Column = {
  readonly name: string;
  readonly type?: 'integer';
  readonly wide?: boolean;
  readonly cell: (object: KubernetesObject, now: number) => JsonValue;
};

/** An age as kubectl writes it. */
export function age(from: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (seconds < 120) return `${seconds}s`;
  if ((minutes ?? 0) < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if ((hours ?? 0) < 3) return `${minutes}m`;
  if ((hours ?? 0) < 8) return (minutes ?? 0) % 60 === 0 ? `${hours}h` : `${hours}h${(minutes ?? 0) % 60}m`;
  return (hours ?? 0) < 48 ? `${hours}h` : `${days}d`;
}

const name: Column = { name: 'Name', cell: ({ metadata }) => metadata.name };
const old: Column = { name: 'Age', cell: ({ metadata }, now) => age(metadata.creationTimestamp, now) };

const spec = (label: string, key: string): Column => ({
  name: label,
  type: 'integer',
  cell: (object) => numberAt(object.spec, key) ?? 0,
});
const status = (label: string, key: string): Column => ({
  name: label,
  type: 'integer',
  cell: (object) => numberAt(object.status, key) ?? 0,
});

const podSpecOf = (object: KubernetesObject): JsonObject => objectAt(objectAt(object.spec, 'template'), 'spec');
const containers =
  (key: string) =>
  (object: KubernetesObject): string =>
    objectsAt(podSpecOf(object), 'containers')
      .map((one) => stringAt(one, key))
      .join(',');
const shape: readonly Column[] = [
  { name: 'Containers', wide: true, cell: containers('name') },
  { name: 'Images', wide: true, cell: containers('image') },
];
const selected: Column = {
  name: 'Selector',
  wide: true,
  cell: (object) => selectorText(stringsAt(objectAt(object.spec, 'selector'), 'matchLabels')),
};

function ready(object: KubernetesObject): string {
  return `${numberAt(object.status, 'readyReplicas') ?? 0}/${numberAt(object.spec, 'replicas') ?? 0}`;
}

function podReady(object: KubernetesObject): string {
  const statuses = objectsAt(object.status, 'containerStatuses');
  return `${statuses.filter((each) => each['ready'] === true).length}/${listAt(object.spec, 'containers').length}`;
}

function podStatus(object: KubernetesObject): string {
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = objectsAt(object.status, 'containerStatuses').map((each) =>
    objectAt(objectAt(each, 'state'), 'waiting'),
  );
  const reason = waiting.map((each) => stringAt(each, 'reason')).find((each) => each !== '');
  return reason ?? stringAt(object.status, 'phase');
}

function restarts(object: KubernetesObject, now: number): string {
  const statuses = objectsAt(object.status, 'containerStatuses');
  const count = statuses.reduce((sum, each) => sum + (numberAt(each, 'restartCount') ?? 0), 0);
  const ended = statuses.map((each) => stringAt(objectAt(objectAt(each, 'lastState'), 'terminated'), 'finishedAt'));
  const last = ended
    .filter((each) => each !== '')
    .toSorted()
    .at(-1);
  return count === 0 || last === undefined ? String(count) : `${count} (${age(last, now)} ago)`;
}

const pod: readonly Column[] = [
  name,
  { name: 'Ready', cell: podReady },
  { name: 'Status', cell: podStatus },
  { name: 'Restarts', cell: restarts },
  old,
  { name: 'IP', wide: true, cell: (object) => stringAt(object.status, 'podIP') || '<none>' },
  { name: 'Node', wide: true, cell: (object) => stringAt(object.spec, 'nodeName') || '<none>' },
];

const event: readonly Column[] = [
  { name: 'Last Seen', cell: (object, now) => age(stringAt(object, 'lastTimestamp'), now) },
  { name: 'Type', cell: (object) => stringAt(object, 'type') },
  { name: 'Reason', cell: (object) => stringAt(object, 'reason') },
  {
    name: 'Object',
    cell(object) {
      const about = objectAt(object, 'involvedObject');
      return `${stringAt(about, 'kind').toLowerCase()}/${stringAt(about, 'name')}`;
    },
  },
  { name: 'Source', wide: true, cell: (object) => stringAt(objectAt(object, 'source'), 'component') },
  { name: 'Message', cell: (object) => stringAt(object, 'message') },
  { name: 'Count', wide: true, type: 'integer', cell: (object) => numberAt(object, 'count') ?? 1 },
];

function target(object: KubernetesObject): string {
  const reference = objectAt(object.spec, 'scaleTargetRef');
  return `${stringAt(reference, 'kind')}/${stringAt(reference, 'name')}`;
}

function controllerOf(object: KubernetesObject): string {
  const owner = object.metadata.ownerReferences?.find((each) => each.controller);
  return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>';
}

const bound =
  (key: string) =>
  (object: KubernetesObject): string => {
    const value = object.spec?.[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : 'N/A';
  };

const byKind: { readonly [kind: string]: readonly Column[] } = {
  Pod: pod,
  Event: event,
  Deployment: [
    name,
    { name: 'Ready', cell: ready },
    status('Up-to-date', 'updatedReplicas'),
    status('Available', 'availableReplicas'),
    old,
    ...shape,
    selected,
  ],
  ReplicaSet: [
    name,
    spec('Desired', 'replicas'),
    status('Current', 'replicas'),
    status('Ready', 'readyReplicas'),
    old,
    ...shape,
    selected,
  ],
  StatefulSet: [name, { name: 'Ready', cell: ready }, old, ...shape],
  DaemonSet: [
    name,
    status('Desired', 'desiredNumberScheduled'),
    status('Current', 'currentNumberScheduled'),
    status('Ready', 'numberReady'),
    status('Up-to-date', 'updatedNumberScheduled'),
    status('Available', 'numberAvailable'),
    old,
    ...shape,
    selected,
  ],
  ControllerRevision: [
    name,
    { name: 'Controller', cell: controllerOf },
    { name: 'Revision', type: 'integer', cell: (object) => numberAt(object, 'revision') ?? 0 },
    old,
  ],
  HorizontalPodAutoscaler: [
    name,
    { name: 'Reference', cell: target },
    { name: 'Targets', cell: () => '<none>' },
    spec('MinPods', 'minReplicas'),
    spec('MaxPods', 'maxReplicas'),
    status('Replicas', 'currentReplicas'),
    old,
  ],
  PodDisruptionBudget: [
    name,
    { name: 'Min Available', cell: bound('minAvailable') },
    { name: 'Max Unavailable', cell: bound('maxUnavailable') },
    status('Allowed Disruptions', 'disruptionsAllowed'),
    old,
  ],
  Namespace: [name, { name: 'Status', cell: (object) => stringAt(object.status, 'phase') }, old],
  Node: [
    name,
    { name: 'Status', cell: () => 'Ready' },
    { name: 'Roles', cell: () => '<none>' },
    old,
    { name: 'Version', cell: (object) => stringAt(objectAt(object.status, 'nodeInfo'), 'kubeletVersion') },
  ],
};

/** The columns of a kind. */
export function columnsOf(kind: string): readonly Column[] {
  return (Object.hasOwn(byKind, kind) ? byKind[kind] : undefined) ?? [name, old];
}
