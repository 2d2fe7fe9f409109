/** Reading a tree of unknown shape: the plain values of the file before (or without) its schema. */

/** Whether a value is a mapping of keys. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of keys and indexes; undefined when there is none. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value) && typeof step === 'number') return value[step];
    return isMapping(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, root);
}

/** The keys of the mapping at a path; none when there is no mapping. */
export function keysAt(root: unknown, path: readonly (string | number)[]): readonly string[] {
  const value = valueAt(root, path);
  return isMapping(value) ? Object.keys(value) : [];
}

/** The paths of the items of the list at a path; none when there is no list. */
export function itemsAt(root: unknown, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  const found = valueAt(root, path);
  return Array.isArray(found) ? found.map((_: unknown, index) => [...path, index]) : [];
}

/** The texts in the list at a path; none when there is no list. */
export function textsAt(root: unknown, path: readonly (string | number)[]): readonly string[] {
  const found = valueAt(root, path);
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
}
