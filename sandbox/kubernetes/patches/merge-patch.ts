/** JSON Merge Patch (RFC 7386). */

import { isObject, type JsonValue } from '../json.ts';

/** The document with the patch's values; null removes. */
export function mergePatch(document: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged: Record<string, JsonValue> = { ...(isObject(document) ? document : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
