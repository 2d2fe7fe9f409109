/** JSON of an API server, read without trusting its shape: whatever is missing or of another type is undefined. */

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Parses JSON. Throws a SyntaxError. */
export function parseJson(written: string): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
  return JSON.parse(written) as Json;
}

/** Whether it is an object, and not a list. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** What lies under a path: `dig(pod, 'spec', 'containers', 0, 'image')`. */
export function dig(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let found = value;
  for (const part of path) {
    if (typeof part === 'number') found = list(found)[part];
    else found = isObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }
  return found;
}

/** The object under a path; empty when there is none. */
export function object(value: Json | undefined, ...path: readonly (string | number)[]): JsonObject {
  const found = dig(value, ...path);
  return isObject(found) ? found : {};
}

/** The list under a path; empty when there is none. */
export function list(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = path.length === 0 ? value : dig(value, ...path);
  return found !== undefined && found !== null && isList(found) ? found : [];
}

/** The text under a path; empty when there is none. */
export function text(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = dig(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The number under a path. */
export function number(value: Json | undefined, ...path: readonly (string | number)[]): number | undefined {
  const found = dig(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The instant of an RFC 3339 text under a path. */
export function instant(value: Json | undefined, ...path: readonly (string | number)[]): number | undefined {
  const parsed = Date.parse(text(value, ...path));
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** The texts of an object of texts, as labels and annotations are. */
export function texts(
  value: Json | undefined,
  ...path: readonly (string | number)[]
): Readonly<Record<string, string>> {
  const pairs = Object.entries(object(value, ...path));
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
