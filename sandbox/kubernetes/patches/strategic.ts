/** Strategic merge: a merge patch in which the items of some lists are merged by a key. */

import { isList, isObject, sameJson, type JsonObject, type JsonValue } from '../json.ts';
import { itemKeys } from './lists.ts';

const directives = ['$patch', '$retainKeys'];

function isDirective(key: string): boolean {
  return directives.includes(key) || key.startsWith('$setElementOrder/') || key.startsWith('$deleteFromPrimitiveList/');
}

/** A patch's value where nothing was before: without directives and nulls. */
function fresh(value: JsonValue): JsonValue {
  if (isList(value)) return value.filter((item) => !(isObject(item) && item['$patch'] === 'delete')).map(fresh);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !isDirective(key) && inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, fresh(inner)]));
}

function mergeItems(old: readonly JsonValue[], patch: readonly JsonValue[], key: string): JsonValue {
  let items = [...old];
  for (const change of patch) {
    if (!isObject(change)) continue;
    if (change['$patch'] === 'replace') {
      return patch.filter((item) => !(isObject(item) && item['$patch'] === 'replace')).map(fresh);
    }
    const at = items.findIndex((item) => isObject(item) && item[key] === change[key]);
    const found = items[at];
    if (change['$patch'] === 'delete') items = items.filter((_item, index) => index !== at);
    else if (found === undefined) items.push(fresh(change));
    else items[at] = merge(found, change);
  }
  return items;
}

/** Lists of plain values that are sets. */
const sets = ['finalizers'];

function mergeList(name: string, old: JsonValue | undefined, patch: readonly JsonValue[]): JsonValue {
  const before = isList(old) ? old : [];
  const [key] = itemKeys(name) ?? [];
  if (key !== undefined) return mergeItems(before, patch, key);
  if (!sets.includes(name)) return fresh(patch);
  return [...before, ...patch.filter((item) => !before.some((known) => sameJson(known, item)))];
}

function mergeObject(old: JsonObject, patch: JsonObject): JsonValue {
  const retained = patch['$retainKeys'];
  const kept = isList(retained) ? Object.entries(old).filter(([key]) => retained.includes(key)) : Object.entries(old);
  const merged: Record<string, JsonValue> = Object.fromEntries(kept);
  for (const [key, value] of Object.entries(patch)) {
    const deleted = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1];
    const list = deleted === undefined ? undefined : merged[deleted];
    if (deleted !== undefined && isList(list) && isList(value)) {
      merged[deleted] = list.filter((item) => !value.includes(item));
    }
    if (isDirective(key)) continue;
    if (value === null) delete merged[key];
    else if (isList(value)) merged[key] = mergeList(key, merged[key], value);
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

function merge(old: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'delete') return {};
  if (patch['$patch'] === 'replace' || !isObject(old)) return fresh(patch);
  return mergeObject(old, patch);
}

/** The document after the patch. */
export function strategicMerge(document: JsonObject, patch: JsonObject): JsonValue {
  return merge(document, patch);
}
