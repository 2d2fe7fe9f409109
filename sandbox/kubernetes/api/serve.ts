/** The front door: reads a request, lets go wrong what was ordered to, and answers. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { breakOff, sendText } from '../../http.ts';
import { isObject, parseJson } from '../json.ts';
import type { Resource } from '../store/resources.ts';
import type { Asked, Fault } from '../troubles/faults.ts';
import { isWebhook } from '../troubles/webhooks.ts';
import type { World } from '../world.ts';
import { authenticate, authorize, carryOut, general, type Result } from './perform.ts';
import { contentType, placeOf, resourceAt, verbOf, type Incoming, type ResourceRequest } from './request.ts';
import { ApiError, broken, conflict, expired, forbidden, tooMany, unauthorized } from './status.ts';
import { anonymous, type User } from './users.ts';

async function readIncoming(request: IncomingMessage, base: string): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', base),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

/** The refusal that a fault answers in place of the result, or null for faults of another sort. */
function refusalOf(fault: Fault, asked: Asked, resource: Resource): ApiError | null {
  if (typeof fault === 'string' || !('status' in fault)) return null;
  switch (fault.status) {
    case 401:
      return unauthorized();
    case 403:
      return forbidden(resource, asked.name, 'refused by the sandbox');
    case 409:
      return conflict(resource, asked.name);
    case 410:
      return expired('The resourceVersion for the provided list is too old.');
    case 429:
      return tooMany(fault.retryAfter ?? 1);
    default:
      return broken(fault.status);
  }
}

function send(world: World, response: ServerResponse, result: Result, fault: Fault | null): void {
  const date = new Date(world.now()).toUTCString();
  if ('stream' in result) return result.stream(response);
  if ('text' in result) return sendText(response, 200, result.text);
  const retry = isObject(result.body['details']) ? result.body['details']['retryAfterSeconds'] : undefined;
  const later = typeof retry === 'number' ? { 'retry-after': String(retry) } : {};
  const warning =
    fault !== null && typeof fault === 'object' && 'warning' in fault ? { warning: `299 - "${fault.warning}"` } : {};
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    date,
    ...later,
    ...warning,
  };
  const text = `${JSON.stringify(result.body)}\n`;
  if (fault !== 'truncated') return void response.writeHead(result.code, headers).end(text);
  // The whole length is promised and half of it comes, as when a proxy dies.
  const length = String(Buffer.byteLength(text));
  response.writeHead(result.code, { ...headers, 'content-length': length });
  response.write(text.slice(0, text.length / 2), () => response.socket?.destroySoon());
}

const page =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n';

function attempt(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, body: error.body() };
    throw error;
  }
}

function isAt(fault: Fault | null, when: 'before' | 'after'): boolean {
  if (fault === null || typeof fault === 'string') return false;
  if ('cut' in fault) return fault.cut === when;
  return ('status' in fault || 'delayMs' in fault) && (fault.when ?? 'before') === when;
}

/** A request as far as it can be understood before anybody is asked. */
function understand(incoming: Incoming): ResourceRequest | null {
  const place = placeOf(incoming.url.pathname);
  const resource = place ? resourceAt(place) : undefined;
  return place && resource ? { place, resource, verb: verbOf(incoming, place), incoming } : null;
}

function askedBy(request: ResourceRequest, user: User): Asked {
  const { place, verb, incoming } = request;
  const { plural, subresource, namespace, name } = place;
  const resource = subresource === '' ? plural : `${plural}/${subresource}`;
  const dryRun = incoming.url.searchParams.get('dryRun') === 'All';
  return { verb, resource, namespace, name, user: user.name, dryRun };
}

function record(world: World, incoming: Incoming, user: User, status: number, reason: string, fault: boolean): void {
  const { method, url, body } = incoming;
  world.calls.push({
    at: world.now(),
    user: user.name,
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    contentType: contentType(incoming),
    body: parseJson(body.toString('utf8')) ?? null,
    status,
    reason,
    fault,
  });
}

function reasonOf(result: Result): string {
  const reason = 'body' in result ? result.body['reason'] : '';
  return typeof reason === 'string' && 'body' in result && result.body['kind'] === 'Status' ? reason : '';
}

/** Cuts the connection so that the caller sees a reset, not an orderly end. */
function cut(request: IncomingMessage): void {
  breakOff(request.socket);
}

/** Answers a request with a fault at work. Everything after the commit happens whatever the client sees. */
async function answerWith(
  fault: Fault,
  perform: () => Result,
  refused: Result | null,
  show: (result: Result | null) => void,
): Promise<void> {
  const delay = typeof fault === 'object' && 'delayMs' in fault ? fault.delayMs : 0;
  const cuts = typeof fault === 'object' && 'cut' in fault;
  if (fault === 'hang') return;
  if (isAt(fault, 'before')) {
    if (delay > 0) await sleep(delay);
    return show(cuts ? null : (refused ?? perform()));
  }
  const result = perform();
  if (delay > 0) await sleep(delay);
  show(cuts ? null : (refused ?? result));
}

/** Takes one request to the API. */
export async function serveApi(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const incoming = await readIncoming(request, 'http://sandbox');
  const known = understand(incoming);
  let user: User = anonymous;
  const who = attempt(() => {
    user = authenticate(world, incoming);
    if (known) authorize(user, known);
    return { code: 200, text: '' };
  });
  const what = known ? askedBy(known, user) : null;
  const fault = what && who.code === 200 ? world.faults.take(what, (each) => !isWebhook(each)) : null;
  const perform = (): Result => {
    if (who.code !== 200) return who;
    return attempt(() => (known && what ? carryOut(world, known, what) : general(user, incoming)));
  };
  const show = (result: Result | null): void => {
    record(world, incoming, user, result?.code ?? 0, result ? reasonOf(result) : '', fault !== null);
    if (!result) cut(request);
    else if (fault === 'garbage') sendText(response, 502, page, 'text/html');
    else send(world, response, result, fault);
  };
  if (fault === null || !what || !known) return show(perform());
  const refusal = refusalOf(fault, what, known.resource);
  await answerWith(fault, perform, refusal ? { code: refusal.code, body: refusal.body() } : null, show);
}
