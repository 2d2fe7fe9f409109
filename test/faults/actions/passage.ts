/** How a write passes the door: as it came, late, or not at all, with or without an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Json, JsonObject } from '../../../src/kubernetes/json.ts';
import { isObject, parseJson } from '../../../src/kubernetes/json.ts';
import type { Chance } from '../chance.ts';
import { lateness } from './fate.ts';
import type { Fate } from './fate.ts';

/** What the cluster made of a write. */
export interface Answer {
  readonly at: number;
  readonly status: number;
  readonly object: JsonObject;
}

/** A request as it came. */
export interface Letter {
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly json: Json;
}

/** What the cluster answered, and when. */
interface Reply {
  readonly at: number;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Reads a request. */
export async function read(request: IncomingMessage, base: string): Promise<Letter> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const { accept = '*/*', authorization = '', 'content-type': type } = request.headers;
  const url = new URL(request.url ?? '/', base);
  const headers = {
    accept,
    authorization,
    'user-agent': 'vigie',
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  return {
    method: request.method ?? 'GET',
    url,
    path: url.pathname,
    headers,
    text,
    json: text === '' ? null : parseJson(text),
  };
}

/** A dry run, which a removal asks for in its body. */
export const isTrial = ({ url, json }: Letter): boolean =>
  url.searchParams.get('dryRun') === 'All' || (isObject(json) && json['dryRun'] !== undefined);

/** Hands a request to the cluster. */
export async function forward({ method, url, headers, text }: Letter): Promise<Reply> {
  const answer = await fetch(url, { method, headers, ...(text === '' ? {} : { body: text }) });
  const said = await answer.text();
  return { at: Date.now(), status: answer.status, headers: answer.headers, text: said };
}

/** Answers as the cluster did. */
export function show(response: ServerResponse, { status, headers, text }: Reply): void {
  const kept = ['content-type', 'date', 'retry-after', 'warning'].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  response.writeHead(status, Object.fromEntries(kept)).end(text);
}

/** A write on its way. */
export interface Passage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly letter: Letter;
  readonly keep: (answer: Answer | null) => void;
  readonly chance: Chance;
}

/** Lets a write pass, or whatever else happens to it. */
export async function suffer(fate: Fate, { request, response, letter, keep, chance }: Passage): Promise<void> {
  const cut = (): void => void request.socket.resetAndDestroy();
  const deliver = async (): Promise<Reply> => {
    const reply = await forward(letter);
    const parsed = parseJson(reply.text);
    keep({ at: reply.at, status: reply.status, object: isObject(parsed) ? parsed : {} });
    return reply;
  };
  const deliverLate = async (by: number): Promise<void> => {
    cut();
    await pause(by);
    await deliver();
  };
  const refuse = (status: number, reason: string, message: string): void => {
    const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: status };
    response
      .writeHead(status, { 'content-type': 'application/json', date: new Date().toUTCString() })
      .end(JSON.stringify(body));
  };
  switch (fate.is) {
    case 'nothing':
      return show(response, await deliver());
    case 'cut':
      if (fate.when === 'after') await deliver();
      else keep(null);
      return cut();
    case 'late':
      return deliverLate(fate.by);
    case 'conflict':
      keep(null);
      return refuse(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version');
    case 'busy':
      keep(null);
      return refuse(429, 'TooManyRequests', 'the server has received too many requests, please try again later');
    case 'timeout':
      await deliver();
      return refuse(504, 'Timeout', 'request did not complete within the allotted timeout');
    case 'death': {
      if (fate.when === 'before') keep(null);
      else if (fate.when !== 'late') {
        const reply = await deliver();
        if (fate.when === 'heard') show(response, reply);
      }
      await pause(fate.when === 'heard' ? chance.between(0, 30) : 0);
      await fate.kill();
      if (fate.when === 'late') await deliverLate(lateness(chance));
    }
  }
}
