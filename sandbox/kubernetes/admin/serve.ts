/** Admin routes: what the in-process object can do, over HTTP, for demos and other languages. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

import { readBody, sendJson, sendText } from '../../slack/http.ts';
import { parseJson } from '../json.ts';
import type { Sandbox } from '../sandbox.ts';
import { posts } from './posts.ts';

const gets = {
  'GET /admin/state': 'everything as JSON; ?part=overview for one part of it',
  'GET /admin/glance': 'workloads and pods as text',
  'GET /admin/calls': 'every request to the API as JSON',
  'GET /admin/kubeconfig': 'a kubeconfig; ?token=bot-token for another user, ?namespace=…',
};

/** What there is, as the answer to `GET /admin`. */
export function adminIndex(): { readonly [route: string]: string } {
  const listed: Record<string, string> = { ...gets };
  for (const [name, { about }] of Object.entries(posts)) listed[`POST /admin/${name}`] = about;
  return listed;
}

type Access = (token?: string, namespace?: string) => string;

function serveGet(sandbox: Sandbox, access: Access, name: string, url: URL, response: ServerResponse): void {
  const query = url.searchParams;
  switch (name) {
    case '':
      return sendJson(response, 200, adminIndex());
    case 'state': {
      const part = query.get('part');
      const state = Object.entries(sandbox.state()).filter(([key]) => part === null || key === part);
      return sendJson(response, 200, Object.fromEntries(state));
    }
    case 'glance':
      return sendText(response, 200, `${sandbox.glance()}\n`);
    case 'calls':
      return sendJson(response, 200, sandbox.calls());
    case 'kubeconfig': {
      const given = access(query.get('token') ?? undefined, query.get('namespace') ?? undefined);
      return sendText(response, 200, given, 'application/yaml');
    }
    default:
      return sendJson(response, 404, { ok: false, error: `there is no GET /admin/${name}; see GET /admin` });
  }
}

/** Takes one request below `/admin`. What cannot be done is answered with status 400 and the reason. */
export async function serveAdmin(
  sandbox: Sandbox,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const name = url.pathname.replace(/^\/admin\/?/, '');
  if (request.method === 'GET') return serveGet(sandbox, access, name, url, response);
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
