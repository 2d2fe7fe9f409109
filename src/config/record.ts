/** Records that are looked up with names from outside. */

/** A record without a prototype: `constructor` must not be found in it. */
export function record<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const found = Object.fromEntries(entries);
  Object.setPrototypeOf(found, null);
  return found;
}
