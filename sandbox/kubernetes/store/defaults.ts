/** What the server fills in, so that an object that was read back compares with one that was written. */

import { isObject, objectAt, objectsAt, stringAt, type JsonObject, type JsonValue } from '../json.ts';

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
  HorizontalPodAutoscaler: (spec) => ({ minReplicas: 1, ...spec }),
};

/** The object with what the server fills in. */
export function defaulted(object: JsonObject): JsonObject {
  const kind = stringAt(object, 'kind');
  const fill = Object.hasOwn(specs, kind) ? specs[kind] : undefined;
  const spec: JsonValue | undefined = object['spec'];
  return fill && isObject(spec) ? { ...object, spec: fill(spec) } : object;
}
