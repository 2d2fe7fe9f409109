/** Patches, and what an object looks like after one: the two forms that Vigie sends, nothing more. */
import { isObject, type Json, type JsonObject } from './json.ts';

/** One operation of a JSON patch; `test` is not among them, because a failed one looks like a fault of validation. */
export interface Operation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: Json;
}

/** A patch. Whoever sends it has put the `resourceVersion` into it. */
export type Patch =
  | { readonly type: 'merge'; readonly body: JsonObject }
  | { readonly type: 'json'; readonly body: readonly Operation[] };

/** The body as JSON. */
export const bodyOf = (patch: Patch): Json =>
  patch.type === 'merge' ? patch.body : patch.body.map(({ op, path, value }) => ({ op, path, value }));

/** A part of a JSON pointer. */
export const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The object after the patch, without what the server would add. */
export function patched(object: JsonObject, patch: Patch): JsonObject {
  if (patch.type === 'merge') return merged(object, patch.body);
  return patch.body.reduce((now, { path, value }) => {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    return placed(now, keys, value);
  }, object);
}

function merged(object: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...object };
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? merged(isObject(old) ? old : {}, value) : value;
  }
  return result;
}

function placed(object: JsonObject, [key, ...rest]: readonly string[], value: Json): JsonObject {
  if (key === undefined) return object;
  const old = object[key];
  return { ...object, [key]: rest.length === 0 ? value : placed(isObject(old) ? old : {}, rest, value) };
}
