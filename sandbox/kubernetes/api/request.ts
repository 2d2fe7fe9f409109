/** What a request asks for: the verb, the resource and the object, read from its method and path. */

import { parse } from 'yaml';

import { isObject, parseJson, type JsonObject, type JsonValue } from '../json.ts';
import { findResource, type Resource } from '../store/resources.ts';
import { readReview } from './protobuf.ts';
import { ApiError, badRequest, invalid } from './status.ts';

/** A request as it came in. */
export type Incoming = {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
};

/** Where a path leads: group, version, resource and so on. Empty strings stand for what a path does not name. */
export type Place = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
};

/** A request for one of the stored resources. */
export type ResourceRequest = {
  readonly place: Place;
  readonly resource: Resource;
  readonly verb: string;
  readonly incoming: Incoming;
};

/** The place of a path below `/api/v1` or `/apis/<group>/<version>`; null for all other paths. */
export function placeOf(path: string): Place | null {
  const [root, ...segments] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [group, version, ...rest] = root === 'api' ? ['', ...segments] : root === 'apis' ? segments : [];
  if (group === undefined || version === undefined || rest.length === 0) return null;
  const within = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '');
  const [namespace = '', tail] = within ? [rest[1], rest.slice(2)] : ['', rest];
  const [plural = '', name = '', subresource = ''] = tail;
  return { group, version, plural, namespace, name, subresource };
}

/** The verb of RBAC for a request. */
export function verbOf({ method, url }: Incoming, { name }: Place): string {
  switch (method) {
    case 'GET':
      if (['1', 'true'].includes(url.searchParams.get('watch') ?? '')) return 'watch';
      return name === '' ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      return method.toLowerCase();
  }
}

/** The resource at a place, if it is stored. */
export function resourceAt({ group, version, plural }: Place): Resource | undefined {
  return findResource(group, version, plural);
}

/** The content type without its parameters. */
export function contentType({ headers }: Incoming): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** What is sent as JSON, as YAML, or (for access reviews) as protobuf. An empty body is an empty object. */
export function readJson(incoming: Incoming): JsonValue {
  if (incoming.body.length === 0) return {};
  const type = contentType(incoming);
  if (type === 'application/vnd.kubernetes.protobuf') {
    const review = readReview(incoming.body);
    if (review) return review;
    throw unsupported('application/json, application/yaml');
  }
  const text = incoming.body.toString('utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- YAML of an object gives JSON here
  if (type === 'application/yaml') return parse(text) as JsonValue;
  const parsed = parseJson(text);
  if (parsed === undefined)
    throw badRequest(
      "the object provided is unrecognized (must be of type Json): couldn't get version/kind; json parse error",
    );
  return parsed;
}

/** The same, when it has to be an object. */
export function readObject(incoming: Incoming): JsonObject {
  const body = readJson(incoming);
  if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type Json)');
  return body;
}

/** 415. */
export function unsupported(accepted: string): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** The options that a write may carry, by method. */
const optionKinds: { readonly [method: string]: string } = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

/**
 * Whether the result is to be shown only. A DELETE with a body is read for nothing else: its parameters do not count.
 * Throws 422 for a value that the server does not know.
 */
export function isDryRun(incoming: Incoming, options: JsonValue = {}): boolean {
  const inBody = isObject(options) && Array.isArray(options['dryRun']) ? options['dryRun'].map(String) : [];
  const hasOptions = incoming.method === 'DELETE' && incoming.body.length > 0;
  const asked = hasOptions ? inBody : incoming.url.searchParams.getAll('dryRun');
  if (asked.some((value) => value !== 'All' && value !== '')) {
    const message = `Unsupported value: ${JSON.stringify(asked)}: supported values: "All"`;
    const kind = optionKinds[incoming.method] ?? 'Options';
    throw invalid({ group: 'meta.k8s.io', kind }, '', [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }]);
  }
  return asked.includes('All');
}
