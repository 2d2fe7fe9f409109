/** Pod templates: what two of them have in common, and a hash that names the contents of one. */
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from './json.ts';
import { restartedAt, templateHashLabel } from './names.ts';

/** Annotations that only make pods start anew. */
const restarts = [restartedAt, 'robusta.kubernetes.io/restartedAt', 'cattle.io/timestamp'];

/** A value without what says nothing (null, empty objects and lists), its keys sorted; lists keep their order. */
function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical).filter(says);
  if (!isObject(value)) return value;
  const pairs = Object.entries(value)
    .map(([key, inner]): [string, Json] => [key, canonical(inner)])
    .filter(([, inner]) => says(inner));
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const says = (value: Json): boolean => value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);

/** SHA-256 (hex) of a value's canonical form. */
export const digestOf = (value: Json): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex');

/** A template as it can be written: without what the controllers add to their copies of it. */
export function bareTemplate(template: JsonObject): JsonObject {
  const { $patch: _, ...rest } = template;
  const { creationTimestamp: _created, ...metadata } = isObject(rest['metadata']) ? rest['metadata'] : {};
  return { ...rest, metadata: without(metadata, 'labels', [templateHashLabel]) };
}

/** Names the contents of a template, whatever the server added to it. */
export const hashOf = (template: Json): string => digestOf(isObject(template) ? bareTemplate(template) : template);

/** The same for templates that differ only by restarts. */
export function restartlessHash(template: Json): string {
  if (!isObject(template)) return digestOf(template);
  const bare = bareTemplate(template);
  const metadata = isObject(bare['metadata']) ? bare['metadata'] : {};
  return digestOf({ ...bare, metadata: without(metadata, 'annotations', restarts) });
}

function without(metadata: JsonObject, part: 'labels' | 'annotations', keys: readonly string[]): JsonObject {
  const inner = metadata[part];
  if (!isObject(inner)) return metadata;
  return { ...metadata, [part]: Object.fromEntries(Object.entries(inner).filter(([key]) => !keys.includes(key))) };
}
