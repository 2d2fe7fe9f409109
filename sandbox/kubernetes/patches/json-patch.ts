/** JSON Patch (RFC 6902). */

import { ApiError, badRequest } from '../api/status.ts';
import { isList, isObject, sameJson, stringAt, type JsonObject, type JsonValue } from '../json.ts';

type Change = (at: JsonValue | undefined, key: string) => JsonValue | undefined;

function tokens(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw unprocessable();
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What the real server says when an operation does not apply, a failed test included: 422, and not a word about which. */
function unprocessable(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request');
}

function indexIn(list: readonly JsonValue[], key: string, bound: number): number {
  const index = key === '-' ? list.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > bound) throw unprocessable();
  return index;
}

function child(node: JsonValue, key: string): JsonValue | undefined {
  if (isList(node)) return node[indexIn(node, key, node.length - 1)];
  return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}

/** The document with the parent of the last token replaced by what `change` makes of it. */
function changed(node: JsonValue, path: readonly string[], change: Change): JsonValue {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return change(node, key) ?? node;
  const inner = child(node, key);
  if (inner === undefined) throw unprocessable();
  const next = changed(inner, rest, change);
  if (isList(node)) return node.with(indexIn(node, key, node.length - 1), next);
  return isObject(node) ? { ...node, [key]: next } : node;
}

const adding =
  (value: JsonValue): Change =>
  (at, key) => {
    if (isList(at)) return at.toSpliced(indexIn(at, key, at.length), 0, value);
    if (isObject(at)) return { ...at, [key]: value };
    throw unprocessable();
  };

const removing: Change = (at, key) => {
  if (isList(at)) return at.toSpliced(indexIn(at, key, at.length - 1), 1);
  if (!isObject(at) || !Object.hasOwn(at, key)) {
    throw unprocessable();
  }
  return Object.fromEntries(Object.entries(at).filter(([name]) => name !== key));
};

const replacing =
  (value: JsonValue): Change =>
  (at, key) => {
    if (isList(at)) return at.with(indexIn(at, key, at.length - 1), value);
    if (isObject(at) && Object.hasOwn(at, key)) return { ...at, [key]: value };
    throw unprocessable();
  };

function read(document: JsonValue, pointer: string): JsonValue | undefined {
  return tokens(pointer).reduce<JsonValue | undefined>(
    (node, token) => (node === undefined ? undefined : child(node, token)),
    document,
  );
}

function apply(document: JsonValue, operation: JsonObject): JsonValue {
  const pointer = stringAt(operation, 'path');
  const path = tokens(pointer);
  const value = operation['value'] ?? null;
  const from = stringAt(operation, 'from');
  const write = (change: Change, whole: JsonValue): JsonValue =>
    path.length === 0 ? whole : changed(document, path, change);
  switch (stringAt(operation, 'op')) {
    case 'add':
      return write(adding(value), value);
    case 'replace':
      return write(replacing(value), value);
    case 'remove':
      return write(removing, {});
    case 'test':
      if (sameJson(read(document, pointer) ?? null, value)) return document;
      throw unprocessable();
    case 'copy':
    case 'move': {
      const found = read(document, from);
      if (found === undefined) throw unprocessable();
      const rest = stringAt(operation, 'op') === 'move' ? changed(document, tokens(from), removing) : document;
      return changed(rest, path, adding(found));
    }
    default:
      throw badRequest(`Unexpected kind: ${stringAt(operation, 'op')}`);
  }
}

/** The document after all operations. Throws 400 when the patch is not one, and 422 when it does not apply. */
export function jsonPatch(document: JsonObject, patch: JsonValue): JsonValue {
  if (!isList(patch)) {
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  }
  return patch.filter(isObject).reduce<JsonValue>(apply, document);
}
