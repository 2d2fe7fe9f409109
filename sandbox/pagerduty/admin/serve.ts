/** Admin routes: what the in-process object can do, over HTTP, for demos and other languages. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

import { readBody, sendJson, sendText } from '../../slack/http.ts';
import { parseJson } from '../../slack/json.ts';
import type { Sandbox } from '../sandbox.ts';
import { posts } from './posts.ts';

const gets = {
  'GET /admin/state': 'everything as JSON; ?part=incidents for one part of it',
  'GET /admin/transcript': 'what people on call saw, as text; ?times=1, ?incident=1',
  'GET /admin/calls': 'every request to both APIs as JSON',
  'GET /admin/clean': 'what no correct app does, as text; nothing when it did nothing wrong',
};

/** What there is, as the answer to `GET /admin`. */
export function adminIndex(): { readonly [route: string]: string } {
  const listed: Record<string, string> = { ...gets };
  for (const [name, { about }] of Object.entries(posts)) listed[`POST /admin/${name}`] = about;
  return listed;
}

function faults(sandbox: Sandbox): string {
  try {
    sandbox.assertClean();
    return '';
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n`;
  }
}

function serveGet(sandbox: Sandbox, name: string, query: URLSearchParams, response: ServerResponse): void {
  switch (name) {
    case '':
      return sendJson(response, 200, adminIndex());
    case 'state': {
      const part = query.get('part');
      const state = Object.entries(sandbox.state()).filter(([key]) => part === null || key === part);
      return sendJson(response, 200, Object.fromEntries(state));
    }
    case 'transcript': {
      const incident = query.get('incident');
      const only = incident === null ? {} : { incident: Number(incident) };
      return sendText(response, 200, sandbox.transcript({ times: query.get('times') !== null, ...only }));
    }
    case 'calls':
      return sendJson(response, 200, sandbox.calls());
    case 'clean':
      return sendText(response, 200, faults(sandbox));
    default:
      return sendJson(response, 404, { ok: false, error: `there is no GET /admin/${name}; see GET /admin` });
  }
}

/** Takes one request below `/admin`. What cannot be done is answered with status 400 and the reason. */
export async function serveAdmin(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const name = url.pathname.replace(/^\/admin\/?/, '');
  if (request.method === 'GET') return serveGet(sandbox, name, url.searchParams, response);
  const post = Object.hasOwn(posts, name) ? posts[name] : undefined;
  if (!post) return sendJson(response, 404, { ok: false, error: `there is no POST /admin/${name}; see GET /admin` });
  const body = await readBody(request);
  try {
    const result: unknown = await post.run(sandbox, body === '' ? {} : parseJson(body));
    sendJson(response, 200, { ok: true, ...(result === undefined ? {} : { result }) });
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
    sendJson(response, 400, { ok: false, error: reason, expects: post.about });
  }
}
