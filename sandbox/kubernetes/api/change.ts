/** Writing over HTTP: POST, PUT, PATCH and DELETE of objects, of their status and of their scale. */

import { isObject, objectAt, stringAt, type JsonObject, type JsonValue } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { jsonPatch } from '../patches/json-patch.ts';
import { mergePatch } from '../patches/merge-patch.ts';
import { strategicMerge } from '../patches/strategic.ts';
import { remove } from '../store/remove.ts';
import type { Resource } from '../store/resources.ts';
import { scaleOf, writeScale } from '../store/scale.ts';
import { create, update, type Writing } from '../store/write.ts';
import type { World } from '../world.ts';
import { knownSubresource, objectAtPlace, selected } from './read.ts';
import { contentType, isDryRun, readJson, readObject, unsupported, type ResourceRequest } from './request.ts';
import { badRequest, notAllowed } from './status.ts';

/** What a write comes to. */
export type Written = { readonly code: number; readonly body: JsonObject };

/** The manager of a write: the query's, else the first word of the User-Agent. */
function writingOf({ incoming, place }: ResourceRequest, options: JsonValue = {}): Writing {
  const named = incoming.url.searchParams.get('fieldManager') ?? '';
  const agent = (incoming.headers['user-agent'] ?? '').split('/')[0]?.trim() ?? '';
  return {
    manager: named || agent || 'unknown',
    operation: 'Update',
    dryRun: isDryRun(incoming, options),
    patch: incoming.method === 'PATCH',
    ...(place.subresource === '' ? {} : { subresource: place.subresource }),
  };
}

/** POST. */
export function createOne(world: World, request: ResourceRequest): Written {
  const { place, resource, incoming } = request;
  if (place.name !== '') throw notAllowed();
  const draft = readObject(incoming);
  const kind = stringAt(draft, 'kind');
  if (kind !== '' && kind !== resource.kind) {
    throw badRequest(
      `the object provided is unrecognized: ${kind} in version "v1" cannot be handled as a ${resource.kind}`,
    );
  }
  return { code: 201, body: create(world, resource, place.namespace, draft, writingOf(request)) };
}

function store(world: World, request: ResourceRequest, object: KubernetesObject, given: JsonObject): JsonObject {
  const { place, resource } = request;
  const writing = writingOf(request);
  if (place.subresource === 'scale') return scaleOf(writeScale(world, resource, object, given, writing));
  return update(world, resource, object, given, writing);
}

/** PUT. */
export function replaceOne(world: World, request: ResourceRequest): Written {
  knownSubresource(request);
  const given = readObject(request.incoming);
  const object = objectAtPlace(world, request);
  return { code: 200, body: store(world, request, object, given) };
}

const accepted = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
].join(', ');

function patched(type: string, document: JsonObject, patch: JsonValue): JsonValue {
  if (type === 'application/json-patch+json') return jsonPatch(document, patch);
  if (!isObject(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  return type === 'application/merge-patch+json' ? mergePatch(document, patch) : strategicMerge(document, patch);
}

/** PATCH. */
export function patchOne(world: World, request: ResourceRequest): Written {
  knownSubresource(request);
  const type = contentType(request.incoming);
  if (!accepted.split(', ').includes(type)) throw unsupported(accepted);
  const patch = readJson(request.incoming);
  const object = objectAtPlace(world, request);
  const document = request.place.subresource === 'scale' ? scaleOf(object) : object;
  const result = patched(type, document, patch);
  if (!isObject(result) || !isObject(result['metadata'])) throw badRequest('the patch leaves no object');
  return { code: 200, body: store(world, request, object, result) };
}

/** A body is all that counts, where there is one. */
function optionsOf({ incoming }: ResourceRequest): JsonObject {
  if (incoming.body.length > 0) return readObject(incoming);
  const query = incoming.url.searchParams;
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  return {
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
  };
}

function removed(resource: Resource, { metadata }: KubernetesObject): JsonObject {
  const { name, uid } = metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  const details = { name, ...group, kind: resource.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** DELETE of one object. A pod is answered with itself, what is gone at once with a Status. */
export function deleteOne(world: World, request: ResourceRequest): Written {
  const { resource } = request;
  if (request.place.subresource !== '') throw notAllowed();
  const options = optionsOf(request);
  const found = objectAtPlace(world, request);
  const { object } = remove(world, resource, found, options, { dryRun: isDryRun(request.incoming, options) });
  return { code: 200, body: resource.kind === 'Pod' ? object : removed(resource, object) };
}

/** DELETE of a collection. */
export function deleteAll(world: World, request: ResourceRequest): Written {
  const { resource } = request;
  const options = optionsOf(request);
  const dryRun = isDryRun(request.incoming, options);
  const items = selected(world, request).map((object) => remove(world, resource, object, options, { dryRun }).object);
  return { code: 200, body: { kind: `${resource.kind}List`, apiVersion: 'v1', metadata: objectAt({}, ''), items } };
}
