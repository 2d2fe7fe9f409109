/** Who owns which field: `metadata.managedFields` as the server keeps it. */

import { isList, isObject, sameJson, type JsonObject, type JsonValue } from '../json.ts';
import type { KubernetesObject, ManagedFields } from '../kinds.ts';
import { itemKeys } from '../patches/lists.ts';

/** A leaf's path, as JSON of its steps, and its value. */
type Leaves = ReadonlyMap<string, JsonValue>;

/** Objects that count as one value. */
const atomic = ['selector', 'nodeSelector', 'scaleTargetRef', 'involvedObject', 'data'];
const unowned = ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];
const unownedDeletion = ['deletionTimestamp', 'deletionGracePeriodSeconds', 'generateName', 'selfLink'];

function itemStep(item: JsonObject, keys: readonly string[]): string {
  const named = keys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key] ?? null] as const);
  return `k:${JSON.stringify(Object.fromEntries(named))}`;
}

function collect(value: JsonValue, path: readonly string[], name: string, leaves: Map<string, JsonValue>): void {
  const keys = itemKeys(name);
  if (isList(value) && keys !== undefined && value.length > 0 && value.every(isObject)) {
    for (const item of value) {
      const at = [...path, itemStep(item, keys)];
      leaves.set(JSON.stringify([...at, '.']), '');
      for (const [key, inner] of Object.entries(item)) collect(inner, [...at, `f:${key}`], key, leaves);
    }
  } else if (isObject(value) && !atomic.includes(name) && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value)) collect(inner, [...path, `f:${key}`], key, leaves);
  } else {
    leaves.set(JSON.stringify(path), value);
  }
}

function leavesOf(object: JsonObject): Leaves {
  const leaves = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(object)) {
    if (key === 'apiVersion' || key === 'kind') continue;
    if (key !== 'metadata' || !isObject(value)) {
      collect(value, [`f:${key}`], key, leaves);
      continue;
    }
    const owned = Object.entries(value).filter(([name]) => ![...unowned, ...unownedDeletion].includes(name));
    for (const [name, inner] of owned) collect(inner, ['f:metadata', `f:${name}`], name, leaves);
  }
  return leaves;
}

function nested(path: readonly string[], into: JsonObject): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return into;
  const inner = into[step];
  return { ...into, [step]: nested(rest, isObject(inner) ? inner : {}) };
}

function written(paths: ReadonlySet<string>): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- paths are written by leavesOf and pathsIn only
  return [...paths].reduce<JsonObject>((into, path) => nested(JSON.parse(path) as string[], into), {});
}

function pathsIn(fields: JsonObject, path: readonly string[] = []): readonly string[] {
  return Object.entries(fields).flatMap(([step, inner]) => {
    const at = [...path, step];
    return isObject(inner) && Object.keys(inner).length > 0 ? pathsIn(inner, at) : [JSON.stringify(at)];
  });
}

/** Who writes. */
export type Writer = {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly subresource?: string;
};

function isWriter(entry: ManagedFields, writer: Writer): boolean {
  return (
    entry.manager === writer.manager && entry.operation === writer.operation && entry.subresource === writer.subresource
  );
}

function entryOf(writer: Writer, apiVersion: string, time: string, paths: ReadonlySet<string>): ManagedFields {
  const { manager, operation, subresource } = writer;
  const under = subresource === undefined ? {} : { subresource };
  return { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: written(paths), ...under };
}

/** The server's order, so that whoever writes nothing new changes nothing: applies first, then the oldest. */
function byTime(one: ManagedFields, other: ManagedFields): number {
  const keyOf = ({ apiVersion, manager, operation, subresource = '', time }: ManagedFields): string =>
    [operation, time, manager, apiVersion, subresource].join('\n');
  return keyOf(one) < keyOf(other) ? -1 : 1;
}

/**
 * The entries after a write: what was changed belongs to the writer, what is gone to nobody. With `claims` the writer
 * also comes to own these fields without having changed them, as an apply does.
 */
export function fieldsAfter(
  before: KubernetesObject | null,
  after: KubernetesObject,
  writer: Writer,
  time: string,
  claims: JsonObject = {},
): readonly ManagedFields[] {
  const old = before ? leavesOf(before) : new Map<string, JsonValue>();
  const now = leavesOf(after);
  const changed = new Set([...now].filter(([path, value]) => !sameJson(old.get(path), value)).map(([path]) => path));
  const claimed = [...leavesOf(claims).keys()].filter((path) => now.has(path));
  const entries = before?.metadata.managedFields ?? [];
  const own = entries.find((entry) => isWriter(entry, writer));
  const held = pathsIn(own?.fieldsV1 ?? {}).filter((path) => now.has(path));
  const paths = new Set([...held, ...changed, ...claimed]);
  const others = entries.flatMap((entry) => {
    if (entry === own) return [];
    const all = pathsIn(entry.fieldsV1);
    const left = all.filter((path) => now.has(path) && !changed.has(path));
    if (left.length === all.length) return [entry];
    return left.length === 0 ? [] : [{ ...entry, fieldsV1: written(new Set(left)) }];
  });
  if (paths.size === 0) return others;
  const untouched = changed.size === 0 && paths.size === held.length;
  const mine = own && untouched ? own : entryOf(writer, after.apiVersion, time, paths);
  return [...others, mine].toSorted(byTime);
}
