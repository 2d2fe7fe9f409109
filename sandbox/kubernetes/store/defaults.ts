/** What the server fills in, so that an object that was read back compares with one that was written. */

import { isList, isObject, listAt, objectAt, objectsAt, stringAt, type JsonObject, type JsonValue } from '../json.ts';

/** Paths in templates where `creationTimestamp: null` and empty objects would differ are left as they were sent. */
function container(given: JsonObject): JsonObject {
  const image = stringAt(given, 'image');
  const tagged = /[:@][^/]+$/.test(image) && !image.endsWith(':latest');
  const ports = objectsAt(given, 'ports').map((port) => ({ protocol: 'TCP', ...port }));
  return {
    imagePullPolicy: tagged ? 'IfNotPresent' : 'Always',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...given,
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function podSpec(given: JsonObject): JsonObject {
  const inits = objectsAt(given, 'initContainers').map(container);
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...given,
    containers: objectsAt(given, 'containers').map(container),
    ...(inits.length === 0 ? {} : { initContainers: inits }),
  };
}

function template(given: JsonObject): JsonObject {
  return { ...given, spec: podSpec(objectAt(given, 'spec')) };
}

const quarter = { maxSurge: '25%', maxUnavailable: '25%' };

function strategy(given: JsonObject): JsonObject {
  const type = stringAt(given, 'type') || 'RollingUpdate';
  if (type !== 'RollingUpdate') return given;
  return { ...given, type, rollingUpdate: { ...quarter, ...objectAt(given, 'rollingUpdate') } };
}

function updateStrategy(given: JsonObject, rolling: JsonObject): JsonObject {
  const type = stringAt(given, 'type') || 'RollingUpdate';
  if (type !== 'RollingUpdate') return { ...given, type };
  return { ...given, type, rollingUpdate: { ...rolling, ...objectAt(given, 'rollingUpdate') } };
}

/** An autoscaler that is told nothing else keeps the CPU at 80 %. */
function metrics(spec: JsonObject): readonly JsonValue[] {
  const given = listAt(spec, 'metrics');
  if (given.length > 0) return given;
  const target = { type: 'Utilization', averageUtilization: 80 };
  return [{ type: 'Resource', resource: { name: 'cpu', target } }];
}

type Spec = (spec: JsonObject) => JsonObject;

const specs: { readonly [kind: string]: Spec } = {
  Deployment: (spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
    strategy: strategy(objectAt(spec, 'strategy')),
    template: template(objectAt(spec, 'template')),
  }),
  ReplicaSet: (spec) => ({ replicas: 1, ...spec, template: template(objectAt(spec, 'template')) }),
  StatefulSet: (spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    ...spec,
    updateStrategy: updateStrategy(objectAt(spec, 'updateStrategy'), { partition: 0 }),
    template: template(objectAt(spec, 'template')),
  }),
  DaemonSet: (spec) => ({
    revisionHistoryLimit: 10,
    ...spec,
    updateStrategy: updateStrategy(objectAt(spec, 'updateStrategy'), { maxSurge: 0, maxUnavailable: 1 }),
    template: template(objectAt(spec, 'template')),
  }),
  Pod: podSpec,
  HorizontalPodAutoscaler: (spec) => ({ minReplicas: 1, ...spec, metrics: metrics(spec) }),
};

/** Maps that are left out when nothing is in them. Other empty objects mean something, such as `emptyDir: {}`. */
const maps = ['labels', 'annotations', 'nodeSelector', 'matchLabels'];

/** Without empty lists and maps, which the server does not keep. */
function tidied(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(tidied);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, inner]) => {
    if (isList(inner)) return inner.length > 0 || key === 'containers';
    return !(maps.includes(key) && isObject(inner) && Object.keys(inner).length === 0);
  });
  return Object.fromEntries(kept.map(([key, inner]) => [key, tidied(inner)]));
}

/** The object with what the server fills in, and without what it leaves out. */
export function defaulted(object: JsonObject): JsonObject {
  const kind = stringAt(object, 'kind');
  const fill = Object.hasOwn(specs, kind) ? specs[kind] : undefined;
  const { metadata = {}, spec } = object;
  const bare = { ...object, metadata: tidied(metadata) };
  if (!isObject(spec)) return bare;
  const tidy = tidied(spec);
  return { ...bare, spec: fill && isObject(tidy) ? fill(tidy) : tidy };
}
