/** Watching: a stream of changes from a version on, with bookmarks, and 410 when the version is too old. */

import type { ServerResponse } from 'node:http';

import type { JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { groupVersion, qualified } from '../store/resources.ts';
import type { Change } from '../store/store.ts';
import type { WatchEnd, World } from '../world.ts';
import { selected, selectorOf } from './read.ts';
import type { ResourceRequest } from './request.ts';
import { expired, invalid } from './status.ts';
import { tableOf, viewOf } from './table.ts';

/** One line of the stream. */
type Line = { readonly type: string; readonly object: KubernetesObject | JsonObject };

const initialEventsEnd = 'k8s.io/initial-events-end';

function tooOld(from: number, oldest: number): Line {
  return { type: 'ERROR', object: expired(`too old resource version: ${from} (${oldest})`).body() };
}

/** What a change means to somebody who sees only some objects: coming into sight is being added, leaving it being deleted. */
function lineOf({ type, object, before }: Change, sees: (object: KubernetesObject) => boolean): Line | null {
  const was = before !== null && sees(before);
  const is = sees(object);
  if (type === 'DELETED') return was ? { type, object } : null;
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  return was && before ? { type: 'DELETED', object: { ...before, metadata: object.metadata } } : null;
}

type Stream = { readonly send: (line: Line) => void; readonly bookmark: (initial: boolean) => void };

function streamTo(world: World, { resource, incoming }: ResourceRequest, response: ServerResponse): Stream {
  const { table, include } = viewOf(incoming.headers['accept'] ?? '', incoming.url.searchParams);
  let headed = true;
  const shown = ({ type, object }: Line): JsonObject => {
    if (!table || type === 'ERROR' || type === 'BOOKMARK') return { type, object };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all lines but errors and bookmarks carry objects
    const row = object as KubernetesObject;
    const metadata = { resourceVersion: row.metadata.resourceVersion };
    const rows = tableOf(resource.kind, [row], metadata, { include, now: world.now(), headed });
    headed = false;
    return { type, object: rows };
  };
  const send = (line: Line): void => void response.write(`${JSON.stringify(shown(line))}\n`);
  return {
    send,
    bookmark(initial) {
      const annotations = initial ? { annotations: { [initialEventsEnd]: 'true' } } : {};
      const metadata = { resourceVersion: String(world.store.version()), creationTimestamp: null, ...annotations };
      send({ type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: groupVersion(resource), metadata } });
    },
  };
}

/** Refuses parameters that do not go together, before anything is answered. Throws 422. */
export function checkWatch({ incoming }: ResourceRequest): void {
  const query = incoming.url.searchParams;
  if (query.get('sendInitialEvents') !== 'true' || query.get('resourceVersionMatch') === 'NotOlderThan') return;
  const field = 'resourceVersionMatch';
  const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  const options = { group: 'meta.k8s.io', kind: 'ListOptions' };
  throw invalid(options, '', [{ reason: 'FieldValueForbidden', message, field }]);
}

/** Sends what is there or was missed. False when the version is no longer remembered. */
function begin(world: World, request: ResourceRequest, stream: Stream, sees: (object: KubernetesObject) => boolean) {
  const query = request.incoming.url.searchParams;
  const initial = query.get('sendInitialEvents') === 'true';
  const from = query.get('resourceVersion') ?? '';
  if (initial || from === '' || from === '0') {
    for (const object of selected(world, request)) stream.send({ type: 'ADDED', object });
    if (initial) stream.bookmark(true);
    return true;
  }
  const missed = world.store.since(Number(from));
  if (missed === null) {
    stream.send(tooOld(Number(from), world.store.version()));
    return false;
  }
  for (const change of missed.filter((each) => each.resource === qualified(request.resource))) {
    const line = lineOf(change, sees);
    if (line) stream.send(line);
  }
  return true;
}

/** Bookmarks again and again, and two seconds before the time of the watch is over. */
function mark(world: World, stream: Stream, end: WatchEnd, seconds: number): void {
  const bookmark = (): boolean => {
    const goesOn = world.watches.has(end);
    if (goesOn) stream.bookmark(false);
    return goesOn;
  };
  const again = (): void =>
    world.clock.after(world.pace.bookmark, () => {
      if (bookmark()) again();
      return Promise.resolve();
    });
  again();
  if (seconds <= 2) return;
  world.clock.after((seconds - 2) * 1000, () => {
    bookmark();
    return Promise.resolve();
  });
}

/** Serves a watch until the client leaves, its time is over, or the sandbox ends it. */
export function serveWatch(world: World, request: ResourceRequest, response: ServerResponse): void {
  const { place, resource, incoming } = request;
  const query = incoming.url.searchParams;
  const selects = selectorOf(resource, query);
  const inPlace = ({ metadata }: KubernetesObject): boolean =>
    place.namespace === '' || metadata.namespace === place.namespace;
  const sees = (object: KubernetesObject): boolean =>
    inPlace(object) && (place.name === '' || object.metadata.name === place.name) && selects(object);
  const stream = streamTo(world, request, response);
  response.writeHead(200, { 'content-type': 'application/json', date: new Date(world.now()).toUTCString() });
  response.flushHeaders();
  if (!begin(world, request, stream, sees)) return void response.end();

  const stop = world.store.watch((change) => {
    const line = change.resource === qualified(resource) ? lineOf(change, sees) : null;
    if (line) stream.send(line);
  });
  const end: WatchEnd = (how) => {
    stop();
    world.watches.delete(end);
    if (how === 'expire') stream.send(tooOld(0, world.store.version()));
    response.end();
  };
  world.watches.add(end);
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  if (query.get('allowWatchBookmarks') === 'true') mark(world, stream, end, seconds);
  if (seconds > 0)
    world.clock.after(seconds * 1000, () => Promise.resolve(world.watches.has(end) ? end('cut') : undefined));
  // The request is closed as soon as it has been read; the response is when the client leaves.
  response.on('close', () => {
    stop();
    world.watches.delete(end);
  });
}
