/** JSON as the API server keeps it: never changed in place, compared by what it means. */

import { isDeepStrictEqual } from 'node:util';

/** Any JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** Any JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Whether the value is a list; unlike `Array.isArray` it also narrows readonly lists. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether the value is a JSON object: not null, not a list. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON in the text, or undefined when the text is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The object at the key; empty when something else, or nothing, is there. */
export function objectAt(value: JsonObject | undefined, key: string): JsonObject {
  const found = value?.[key];
  return isObject(found) ? found : {};
}

/** The string at the key; empty when there is none. */
export function stringAt(value: JsonObject | undefined, key: string): string {
  const found = value?.[key];
  return typeof found === 'string' ? found : '';
}

/** The number at the key, or undefined. */
export function numberAt(value: JsonObject | undefined, key: string): number | undefined {
  const found = value?.[key];
  return typeof found === 'number' ? found : undefined;
}

/** The list at the key; empty when there is none. */
export function listAt(value: JsonObject | undefined, key: string): readonly JsonValue[] {
  const found = value?.[key];
  return isList(found) ? found : [];
}

/** The objects of the list at the key. */
export function objectsAt(value: JsonObject | undefined, key: string): readonly JsonObject[] {
  return listAt(value, key).filter(isObject);
}

/** The entries of an object whose values are strings, such as labels. */
export function stringsAt(value: JsonObject | undefined, key: string): { readonly [key: string]: string } {
  const entries = Object.entries(objectAt(value, key));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The object without some of its keys. */
export function without(value: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** Whether two values are the same JSON, whatever the order of keys. */
export function sameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return isDeepStrictEqual(one, other);
}

function isEmpty(value: JsonValue): boolean {
  if (value === null) return true;
  return typeof value === 'object' && (isList(value) ? value : Object.keys(value)).length === 0;
}

/** The value without nulls, empty objects and empty lists, and with its keys in order. */
function canonical(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, canonical(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const meanings = new WeakMap<object, string>();

/**
 * Equal for values that are equal as Kubernetes means it: what is empty and what is absent are the same. It is remembered,
 * because controllers compare all templates at every tick, and what is stored is never changed in place.
 */
export function meaningOf(value: JsonObject): string {
  const known = meanings.get(value);
  if (known !== undefined) return known;
  const meaning = JSON.stringify(canonical(value));
  meanings.set(value, meaning);
  return meaning;
}
