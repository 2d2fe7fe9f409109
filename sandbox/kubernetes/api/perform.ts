/** Carrying a request out: who asks, whether they may, and what was asked for. */

import type { ServerResponse } from 'node:http';

import type { JsonObject } from '../json.ts';
import type { Asked } from '../troubles/faults.ts';
import { denied } from '../troubles/webhooks.ts';
import type { World } from '../world.ts';
import { createOne, deleteAll, deleteOne, patchOne, replaceOne } from './change.ts';
import { discovery } from './discovery.ts';
import { readLog } from './logs.ts';
import { getOne, listAll } from './read.ts';
import { placeOf, readObject, type Incoming, type ResourceRequest } from './request.ts';
import { answerReview } from './reviews.ts';
import { ApiError, forbidden, noSuchPath, notAllowed, unauthorized } from './status.ts';
import { anonymous, mayDo, refusal, type User } from './users.ts';
import { checkWatch, serveWatch } from './watch.ts';

/** What a request comes to. A stream is answered bit by bit. */
export type Result =
  | { readonly code: number; readonly body: JsonObject }
  | { readonly code: 200; readonly text: string }
  | { readonly code: 200; readonly stream: (response: ServerResponse) => void };

/** Who asks. Throws 401 for a token that is unknown or has expired. */
export function authenticate(world: World, { headers }: Incoming): User {
  const token = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  if (token === undefined) return anonymous;
  const user = world.users.withToken(token);
  if (!user || user.expired) throw unauthorized();
  return user;
}

/** Throws 403 when no rule allows it. */
export function authorize(user: User, { place, resource, verb }: ResourceRequest): void {
  const { subresource, name, namespace, group } = place;
  const full = `${place.plural}${subresource === '' ? '' : `/${subresource}`}`;
  const attempt = { verb, group, resource: full, namespace, name };
  if (!mayDo(user, attempt)) throw forbidden(resource, name, refusal(user, attempt));
}

const open = ['/version', '/healthz', '/livez', '/readyz'];

/** A request that is for no stored resource: health, discovery, reviews. */
export function general(user: User, incoming: Incoming): Result {
  const { pathname } = incoming.url;
  if (user === anonymous && !open.includes(pathname)) {
    throw new ApiError(403, 'Forbidden', `forbidden: User "${user.name}" cannot get path "${pathname}"`);
  }
  if (open.slice(1).includes(pathname)) return { code: 200, text: 'ok' };
  const place = placeOf(pathname);
  const review =
    place && incoming.method === 'POST' ? answerReview(user, place.group, place.plural, readObject(incoming)) : null;
  if (review) return { code: 201, body: review };
  const described = discovery(pathname);
  if (!described) throw noSuchPath();
  return { code: 200, body: described };
}

const writes = ['create', 'update', 'patch', 'delete'];

/** A request for a stored resource. Throws the server's refusal. */
export function carryOut(world: World, request: ResourceRequest, asked: Asked): Result {
  const { verb, place } = request;
  // Pods meet their webhooks when they are admitted, whoever makes them.
  const refused =
    writes.includes(verb) && !(verb === 'create' && place.plural === 'pods') ? denied(world, asked) : null;
  if (refused) throw refused;
  if (place.plural === 'pods' && place.subresource === 'log' && verb === 'get')
    return { code: 200, text: readLog(world, request) };
  switch (verb) {
    case 'get':
      return { code: 200, body: getOne(world, request) };
    case 'list':
      return { code: 200, body: listAll(world, request) };
    case 'watch':
      checkWatch(request);
      return { code: 200, stream: (response) => serveWatch(world, request, response) };
    case 'create':
      return createOne(world, request);
    case 'update':
      return replaceOne(world, request);
    case 'patch':
      return patchOne(world, request);
    case 'delete':
      return deleteOne(world, request);
    case 'deletecollection':
      return deleteAll(world, request);
    default:
      throw notAllowed();
  }
}
