/** The front door of both APIs: reads the request, lets faults happen, answers, and writes it all down. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { breakOff, readBody, sendText } from '../../http.ts';
import { isObject, parseJson, stringAt } from '../../json.ts';
import type { Due, Fault } from '../troubles/faults.ts';
import type { World } from '../world.ts';
import { eventsStatus, limitHeaders, restStatus, type Answer } from './answer.ts';
import { enqueue, type Working } from './events.ts';
import { rest } from './rest.ts';

/** A request as it came in. */
type Incoming = {
  readonly api: 'events' | 'rest';
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
};

const page = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>';

function perform(world: World, { api, method, url, headers, text }: Incoming, fault: Fault | null): Answer {
  if (api === 'rest') return rest(world, { method, path: url.pathname, query: url.searchParams, headers, text });
  const late = fault !== null && typeof fault === 'object' && 'lateMs' in fault ? fault.lateMs : 0;
  const working: Working = fault === 'swallowed' ? 'never' : late;
  return enqueue(world, text, working);
}

/** What a status that was ordered looks like. */
function statusAnswer(
  api: 'events' | 'rest',
  fault: Extract<Fault, { status: number }>,
  leftMs: number | null,
): Answer {
  const { status, bare, resetSeconds = leftMs === null ? 1 : Math.max(1, Math.ceil(leftMs / 1000)) } = fault;
  if (bare) return { status, body: undefined };
  if (api === 'events') return { status, body: eventsStatus(status) };
  const headers = status === 429 ? limitHeaders({ limit: 960, remaining: 0, resetSeconds }) : {};
  return { status, body: restStatus(status), headers };
}

/** The answer that goes out: null when the connection is cut or left open instead. */
async function through(world: World, incoming: Incoming, due: Due | null): Promise<Answer | null> {
  const fault = due?.fault ?? null;
  if (fault === null || due === null) return perform(world, incoming, null);
  if (fault === 'hang') return null;
  if (fault === 'garbage') return { status: 502, body: page };
  if (typeof fault === 'string' || 'lateMs' in fault) {
    const answer = perform(world, incoming, fault);
    return fault === 'empty' ? { ...answer, body: undefined } : answer;
  }
  if ('cut' in fault) {
    if (fault.cut === 'after') perform(world, incoming, fault);
    return null;
  }
  if ('delayMs' in fault) {
    if (fault.when !== 'after') await sleep(fault.delayMs);
    const answer = perform(world, incoming, fault);
    if (fault.when === 'after') await sleep(fault.delayMs);
    return answer;
  }
  if (fault.when === 'after') perform(world, incoming, fault);
  return statusAnswer(incoming.api, fault, due.leftMs);
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (typeof body === 'string') return sendText(response, status, body, 'text/html');
  if (body === undefined) return void response.writeHead(status, headers).end();
  const type = 'application/json;charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage, api: 'events' | 'rest', url: URL): Promise<Incoming> {
  const entries = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    api,
    method: request.method ?? 'GET',
    url,
    headers: Object.fromEntries(entries),
    text: await readBody(request),
  };
}

/** Takes one request of either API. */
export async function serveApi(
  world: World,
  api: 'events' | 'rest',
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  url: URL,
): Promise<void> {
  const { request, response } = exchange;
  const incoming = await read(request, api, url);
  const { method, text, headers } = incoming;
  const body = parseJson(text) ?? null;
  const action = api === 'events' && isObject(body) ? stringAt(body, 'event_action') : '';
  const due = world.faults.take({ api, method, path: url.pathname, action });
  const answer = await through(world, incoming, due);
  const asked = { at: world.clock.now(), api, method, path: url.pathname, query: url.search.slice(1) };
  const { status = 0, own = false, reasons = [] } = answer ?? {};
  const fault = due?.fault ?? null;
  world.calls.push({ ...asked, from: headers['from'] ?? '', body, status, own, reasons, fault });
  world.journal.touch();
  if (answer) return send(response, answer);
  if (fault !== 'hang') breakOff(request.socket);
}
