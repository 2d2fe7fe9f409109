/** Reading: one object, or a list of them in pages. */

import { isObject, numberAt, parseJson, stringAt, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { groupVersion, type Resource } from '../store/resources.ts';
import { scaleOf } from '../store/scale.ts';
import type { World } from '../world.ts';
import type { ResourceRequest } from './request.ts';
import { fieldSelector, labelSelector, type Selects } from './selectors.ts';
import { expired, noSuchPath, notFound, badRequest } from './status.ts';
import { tableOf, viewOf } from './table.ts';

/** The object at a place. Throws 404. */
export function objectAtPlace(world: World, { place, resource }: ResourceRequest): KubernetesObject {
  const object = world.store.get(resource, place.namespace, place.name);
  if (!object) throw notFound(resource, place.name);
  return object;
}

/** Throws 404 for a subresource that the resource does not have. */
export function knownSubresource({ place, resource }: ResourceRequest): void {
  const { subresource } = place;
  const known = subresource === '' || (subresource === 'status' && resource.status);
  if (!known && !(subresource === 'scale' && resource.scale)) throw noSuchPath();
}

/** GET of one object, its status, or its scale. */
export function getOne(world: World, request: ResourceRequest): JsonObject {
  knownSubresource(request);
  const object = objectAtPlace(world, request);
  if (request.place.subresource === 'scale') return scaleOf(object);
  const { headers, url } = request.incoming;
  const { table, include } = viewOf(headers['accept'] ?? '', url.searchParams);
  if (!table) return object;
  const { resourceVersion } = object.metadata;
  return tableOf(request.resource.kind, [object], { resourceVersion }, { include, now: world.now() });
}

/** The test of both selectors of a query. */
export function selectorOf(resource: Resource, query: URLSearchParams): Selects {
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(query.get('fieldSelector') ?? '', resource.kind);
  return (object) => byLabel(object) && byField(object);
}

/** The objects that a list or watch is about. */
export function selected(world: World, { place, resource, incoming }: ResourceRequest): readonly KubernetesObject[] {
  const objects = world.store.list(resource, place.namespace === '' ? undefined : place.namespace);
  return objects.filter(selectorOf(resource, incoming.url.searchParams));
}

type Page = { readonly items: readonly KubernetesObject[]; readonly next: JsonObject; readonly version: number };

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function startOf(world: World, token: string): { readonly after: string; readonly version: number } {
  const parsed = parseJson(Buffer.from(token, 'base64url').toString('utf8'));
  if (!isObject(parsed)) throw badRequest('continue key is not valid: illegal base64 data');
  const version = numberAt(parsed, 'rv') ?? 0;
  if (world.store.since(version) === null) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
  return { after: stringAt(parsed, 'after'), version };
}

function pageOf(world: World, all: readonly KubernetesObject[], query: URLSearchParams): Page {
  const token = query.get('continue') ?? '';
  const start = token === '' ? { after: '', version: world.store.version() } : startOf(world, token);
  const left = all.filter((object) => keyOf(object) > start.after);
  const limit = Number(query.get('limit') ?? 0);
  if (limit <= 0 || left.length <= limit) return { items: left, next: {}, version: start.version };
  const items = left.slice(0, limit);
  const last = items.at(-1);
  const rest = { rv: start.version, after: last ? keyOf(last) : '' };
  const next = {
    continue: Buffer.from(JSON.stringify(rest)).toString('base64url'),
    remainingItemCount: left.length - limit,
  };
  return { items, next, version: start.version };
}

/** GET of a collection. Items of a list carry no kind, as in the real server. */
export function listAll(world: World, request: ResourceRequest): JsonObject {
  const { resource, incoming } = request;
  const query = incoming.url.searchParams;
  const { items, next, version } = pageOf(world, selected(world, request), query);
  const metadata = { resourceVersion: String(version), ...next };
  const { table, include } = viewOf(incoming.headers['accept'] ?? '', query);
  if (table) return tableOf(resource.kind, items, metadata, { include, now: world.now() });
  const bare = items.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  return { kind: `${resource.kind}List`, apiVersion: groupVersion(resource), metadata, items: bare };
}
