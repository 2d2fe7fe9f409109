/** Admin routes: what the in-process object can do, over HTTP, for demos and other languages. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

import { posts } from './posts.ts';
import { readBody, sendJson, sendText } from '../http.ts';
import { parseJson } from '../json.ts';
import type { Sandbox } from '../sandbox.ts';

const gets = {
  'GET /admin/state': 'channels, messages, views, people and counts of calls as JSON',
  'GET /admin/calls': 'every Web API call as JSON',
  'GET /admin/transcript': 'what people saw, as text; ?channel=incidents for one channel, ?times=1 for times',
};

/** What there is, as the answer to `GET /admin`. */
export function adminIndex(): { readonly [route: string]: string } {
  const listed: Record<string, string> = { ...gets };
  for (const [name, { about }] of Object.entries(posts)) listed[`POST /admin/${name}`] = about;
  return listed;
}

function serveGet(sandbox: Sandbox, name: string, url: URL, response: ServerResponse): void {
  switch (name) {
    case '':
      return sendJson(response, 200, adminIndex());
    case 'state':
      return sendJson(response, 200, sandbox.state());
    case 'calls':
      return sendJson(response, 200, sandbox.calls());
    case 'transcript': {
      const channel = url.searchParams.get('channel');
      const times = url.searchParams.has('times');
      return sendText(response, 200, sandbox.transcript(channel === null ? { times } : { times, channel }));
    }
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
  if (request.method === 'GET') return serveGet(sandbox, name, url, response);
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
