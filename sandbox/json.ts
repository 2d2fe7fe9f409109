/** Reading JSON whose shape is not known until it has been looked at. */

/** Any JSON object. */
export type Json = { readonly [key: string]: unknown };

/** Whether the value is a JSON object: not null, not a list. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON in the text, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object at the key, or undefined when something else, or nothing, is there. */
export function objectAt(value: Json, key: string): Json | undefined {
  const found = value[key];
  return isObject(found) ? found : undefined;
}

/** The string at the key; empty when there is none. */
export function stringAt(value: Json, key: string): string {
  const found = value[key];
  return typeof found === 'string' ? found : '';
}

/** The objects of the list at the key; empty when there is no list. Items that are not objects are left out. */
export function objectsAt(value: Json, key: string): readonly Json[] {
  const found = value[key];
  return Array.isArray(found) ? found.filter(isObject) : [];
}
