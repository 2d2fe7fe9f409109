/** What the server refuses as invalid (422), as far as workloads, scales and autoscalers go. */

import type { Cause } from '../api/status.ts';
import { isObject, objectAt, objectsAt, sameJson, stringAt, stringsAt, without } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';

/** A value that the server does not take. */
export function wrong(field: string, value: JsonValue | undefined, why: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`, field };
}

function required(field: string, why = ''): Cause {
  return { reason: 'FieldValueRequired', message: `Required value${why === '' ? '' : `: ${why}`}`, field };
}

function natural(spec: JsonObject, ...names: readonly string[]): readonly Cause[] {
  return names.flatMap((name) => {
    const value = spec[name];
    if (value === undefined) return [];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return [];
    return [wrong(`spec.${name}`, value, 'must be greater than or equal to 0')];
  });
}

function containers(spec: JsonObject, at: string): readonly Cause[] {
  const list = objectsAt(spec, 'containers');
  if (list.length === 0) return [required(`${at}.containers`)];
  return list.flatMap((one, index) => {
    const missing = ['name', 'image'].filter((key) => stringAt(one, key) === '');
    return missing.map((key) => required(`${at}.containers[${index}].${key}`));
  });
}

function workload(spec: JsonObject): readonly Cause[] {
  const template = objectAt(spec, 'template');
  const labels = stringsAt(objectAt(template, 'metadata'), 'labels');
  const wanted = Object.entries(stringsAt(objectAt(spec, 'selector'), 'matchLabels'));
  const differs = wanted.some(([key, value]) => labels[key] !== value);
  return [
    ...natural(spec, 'replicas', 'revisionHistoryLimit', 'minReadySeconds', 'progressDeadlineSeconds'),
    ...(isObject(spec['selector']) ? [] : [required('spec.selector')]),
    ...(differs ? [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')] : []),
    ...containers(objectAt(template, 'spec'), 'spec.template.spec'),
  ];
}

function bounds(spec: JsonObject): readonly Cause[] {
  const min = typeof spec['minReplicas'] === 'number' ? spec['minReplicas'] : 1;
  const max = typeof spec['maxReplicas'] === 'number' ? spec['maxReplicas'] : 0;
  // Without the feature gate HPAScaleToZero, which is off by default.
  const low = min < 1 ? [wrong('spec.minReplicas', min, 'must be greater than or equal to 1')] : [];
  if (max === 0) return [...low, required('spec.maxReplicas', 'must be set and greater than 0')];
  if (max < 0) return [...low, wrong('spec.maxReplicas', max, 'must be greater than or equal to 1')];
  if (min <= max) return low;
  return [...low, wrong('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')];
}

/** All that is wrong with an object by itself. */
export function faultsOf(object: KubernetesObject): readonly Cause[] {
  const spec = object.spec ?? {};
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return workload(spec);
    case 'Pod':
      return containers(spec, 'spec');
    case 'HorizontalPodAutoscaler':
      return bounds(spec);
    default:
      return [];
  }
}

const changeableInStatefulSets = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** What an update may not change. */
export function immutableFaults(before: KubernetesObject, after: KubernetesObject): readonly Cause[] {
  const [was, is] = [before.spec ?? {}, after.spec ?? {}];
  if (before.kind === 'StatefulSet') {
    if (sameJson(without(was, ...changeableInStatefulSets), without(is, ...changeableInStatefulSets))) return [];
    const names = changeableInStatefulSets.map((name) => `'${name}'`);
    const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    const message = `Forbidden: updates to statefulset spec for fields other than ${list} are forbidden`;
    return [{ reason: 'FieldValueForbidden', message, field: 'spec' }];
  }
  if (before.kind === 'ControllerRevision' && !sameJson(before['data'], after['data'])) {
    return [{ reason: 'FieldValueInvalid', message: 'Invalid value: "": field is immutable', field: 'data' }];
  }
  const selected = ['Deployment', 'ReplicaSet', 'DaemonSet'].includes(before.kind);
  if (!selected || sameJson(was['selector'], is['selector'])) return [];
  return [wrong('spec.selector', is['selector'], 'field is immutable')];
}
