/** Reading requests and writing answers, as little as the sandbox needs. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import { isObject, parseJson, type Json } from './json.ts';

/** The whole body as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** Breaks a connection in the middle, as a network does. A connection under TLS can only be closed. */
export const breakOff = (socket: Socket): Socket =>
  socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy();

/** A form or query as an object; of a repeated name the last value counts. */
export function readForm(text: string): Json {
  return Object.fromEntries(new URLSearchParams(text));
}

/** A body by its content type: a form, JSON, or null when it is neither or is broken. An empty body is empty. */
export function readFields(contentType: string, body: string): Json | null {
  if (body === '') return {};
  if (contentType.startsWith('application/x-www-form-urlencoded')) return readForm(body);
  if (!contentType.startsWith('application/json')) return null;
  const parsed = parseJson(body);
  return isObject(parsed) ? parsed : null;
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const type = 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
}

/** Answers with text. */
export function sendText(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
}
