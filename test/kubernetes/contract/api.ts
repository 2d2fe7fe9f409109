/** Plain requests to an API server with the credentials of a kubeconfig, and waiting for what they lead to. */
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely, type RequestOptions } from 'node:https';
import { type KubeConfig, Watch } from '@kubernetes/client-node';
import { isObject, type Json, type JsonObject, parseJson, text } from '../../../src/kubernetes/json.ts';
import type { Place } from './place.ts';

/** An answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Empty when it is not a JSON object. */
  readonly body: JsonObject;
}

/** What a request says beyond its method and path. */
export interface Asking {
  readonly body?: Json;
  readonly type?: string;
}

/** Sends a request. The path has its parameters. */
export async function ask(config: KubeConfig, method: string, path: string, asking: Asking = {}): Promise<Answer> {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('asking without a cluster');
  const { body, type = 'application/json' } = asking;
  const credentials: RequestOptions = {};
  await config.applyToHTTPSOptions(credentials);
  const { auth, ca, cert, headers = {}, key, rejectUnauthorized, servername } = credentials;
  const given = Object.entries({ auth, ca, cert, key, rejectUnauthorized, servername });
  const written = body === undefined ? null : JSON.stringify(body);
  const typed = written === null ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(written) };
  const options: RequestOptions = {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== null)),
    method,
    // How long the server itself gives a write at most.
    timeout: 40_000,
    headers: { ...headers, accept: 'application/json', 'user-agent': 'vigie-contract', ...typed },
  };
  const url = new URL(`${server.replace(/\/$/, '')}${path}`);
  const send = url.protocol === 'https:' ? requestSecurely : requestPlainly;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = send(url, options, resolve);
    sent.on('error', (error) => reject(new Error(`${method} ${path}`, { cause: error })));
    sent.on('timeout', () => sent.destroy(new Error('no answer within 40 s')));
    sent.end(written ?? undefined);
  });
  return { status: response.statusCode ?? 0, headers: response.headers, body: await read(response) };
}

async function read(response: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  try {
    const parsed = parseJson(Buffer.concat(chunks).toString('utf8'));
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The body of an answer that must have this status. */
export function expectStatus(status: number, answer: Answer): JsonObject {
  if (answer.status === status) return answer.body;
  throw new Error(`the answer is ${answer.status} and not ${status}: ${JSON.stringify(answer.body)}`);
}

/** The kinds of patch. */
export type PatchType = 'json' | 'merge' | 'strategic';

const patchTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** Sends a patch. */
export const patch = ({ config }: Pick<Place, 'config'>, path: string, type: PatchType, body: Json): Promise<Answer> =>
  ask(config, 'PATCH', path, { body, type: patchTypes[type] });

/** Reads an object, which must be there. */
export const get = async ({ config }: Pick<Place, 'config'>, path: string): Promise<JsonObject> =>
  expectStatus(200, await ask(config, 'GET', path));

/** Creates an object in a collection. */
export const create = async ({ config }: Pick<Place, 'config'>, path: string, body: Json): Promise<JsonObject> =>
  expectStatus(201, await ask(config, 'POST', path, { body }));

/** Splits the path of an object into its collection and its name. */
function placeOf(path: string): readonly [collection: string, name: string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, at), path.slice(at + 1)];
}

/** What a watch has brought. */
export interface Watched {
  /** BOOKMARKs and errors, too. */
  readonly lines: readonly { readonly type: string; readonly object: JsonObject }[];
  /** Resolves when it is over, with the HTTP status when it was refused. */
  readonly ended: Promise<number | null>;
  readonly stop: () => void;
}

/** Watches a collection. `saw` is told of each line. */
export async function watch(
  { config }: Pick<Place, 'config'>,
  collection: string,
  parameters: Readonly<Record<string, string | number | boolean>>,
  saw: (object: JsonObject | null, type: string) => void = () => undefined,
): Promise<Watched> {
  const lines: { readonly type: string; readonly object: JsonObject }[] = [];
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const took = (type: string, object: Json): void => {
    if (!isObject(object)) return;
    lines.push({ type, object });
    saw(type === 'DELETED' ? null : object, type);
  };
  const done = (error: unknown): void => {
    const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : null;
    resolve(typeof status === 'number' ? status : null);
  };
  const controller = await new Watch(config).watch(collection, { ...parameters }, took, done);
  return { lines, ended: promise, stop: () => controller.abort() };
}

/** Watches one object until it is as wanted; null stands for one that is not there. Gives it back as it was then. */
export async function until(
  place: Pick<Place, 'config' | 'patience'>,
  path: string,
  what: string,
  check: (object: JsonObject | null) => boolean,
): Promise<JsonObject> {
  const [collection, name] = placeOf(path);
  const deadline = Date.now() + place.patience;
  for (;;) {
    const { status, body } = await ask(place.config, 'GET', path);
    const now = status === 200 ? body : null;
    if (check(now)) return body;
    const left = deadline - Date.now();
    if (left <= 0) throw new Error(`waited ${place.patience / 1000} s for ${what}, in vain: ${glance(now)}`);
    const resourceVersion = text(body, 'metadata', 'resourceVersion');
    const found = await next(place, collection, { name, left, resourceVersion }, check);
    if (found !== undefined) return found;
  }
}

/** An object as it is, without who owns which field. */
const glance = (found: JsonObject | null): string =>
  JSON.stringify(found, (key, value: unknown) => (key === 'managedFields' ? undefined : value));

/** Waits for the next line that will do; undefined when the watch is over before. */
async function next(
  place: Pick<Place, 'config'>,
  collection: string,
  { left, name, resourceVersion }: { readonly left: number; readonly name: string; readonly resourceVersion: string },
  check: (object: JsonObject | null) => boolean,
): Promise<JsonObject | undefined> {
  const parameters = {
    ...{ fieldSelector: `metadata.name=${name}`, timeoutSeconds: Math.ceil(left / 1000) },
    ...(resourceVersion === '' ? {} : { resourceVersion }),
  };
  const { promise, resolve } = Promise.withResolvers<JsonObject>();
  const watched = await watch(place, collection, parameters, (object, type) => {
    if (type !== 'ERROR' && type !== 'BOOKMARK' && check(object)) resolve(object ?? {});
  });
  const late = setTimeout(watched.stop, left);
  const found = await Promise.race([promise, watched.ended]);
  clearTimeout(late);
  watched.stop();
  return found !== null && typeof found === 'object' ? found : undefined;
}

/** Writes down every state of an object from now on. */
export async function record(
  place: Pick<Place, 'config'>,
  path: string,
): Promise<{ readonly states: () => readonly JsonObject[]; readonly stop: () => void }> {
  const [collection, name] = placeOf(path);
  const resourceVersion = text(await get(place, path), 'metadata', 'resourceVersion');
  const parameters = { fieldSelector: `metadata.name=${name}`, resourceVersion };
  const { lines, stop } = await watch(place, collection, parameters);
  const living = ['ADDED', 'MODIFIED'];
  return { states: () => lines.filter(({ type }) => living.includes(type)).map(({ object }) => object), stop };
}
