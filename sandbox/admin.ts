/** The admin side of a simulator: what its in-process object can do, over HTTP, for the demo and for other languages. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

import type { Clock } from './clock.ts';
import { readBody, sendJson, sendText } from './http.ts';
import { parseJson } from './json.ts';

/** What is shown: JSON, or text of some type. */
export type Shown = { readonly json: unknown } | { readonly text: string; readonly type?: string };

/** One route that shows something: what, in words, and showing it. */
export type Get<Sandbox> = {
  readonly about: string;
  readonly show: (sandbox: Sandbox, query: URLSearchParams) => Shown;
};

/** One route that does something: what it takes and does, in words, and doing it. `run` throws when the body is not right. */
export type Post<Sandbox> = { readonly about: string; readonly run: (sandbox: Sandbox, body: unknown) => unknown };

/** All routes of a simulator, by what comes after `/admin/`. */
export type AdminRoutes<Sandbox> = {
  readonly gets: { readonly [name: string]: Get<Sandbox> };
  readonly posts: { readonly [name: string]: Post<Sandbox> };
};

/** A POST route whose body is checked first. */
export function post<Sandbox, Body>(
  about: string,
  schema: z.ZodType<Body>,
  run: (sandbox: Sandbox, body: Body) => unknown,
): Post<Sandbox> {
  return { about, run: (sandbox, body) => run(sandbox, schema.parse(body)) };
}

/** The POST route that every simulator has for its clock. */
export const clockPost: Post<{ readonly clock: Clock }> = post(
  '{advance}: moves the clock on, in milliseconds',
  z.strictObject({ advance: z.number() }),
  async ({ clock }, { advance }) => {
    await clock.advance(advance);
    return { now: clock.now() };
  },
);

/** The part of a state that `?part=` names, or all of it. */
export function partOf(state: object, query: URLSearchParams): Shown {
  const part = query.get('part');
  return { json: Object.fromEntries(Object.entries(state).filter(([key]) => part === null || key === part)) };
}

/** What there is, as the answer to `GET /admin`. */
export function adminIndex<Sandbox>({ gets, posts }: AdminRoutes<Sandbox>): { readonly [route: string]: string } {
  const listed: Record<string, string> = {};
  for (const [name, { about }] of Object.entries(gets)) listed[`GET /admin/${name}`] = about;
  for (const [name, { about }] of Object.entries(posts)) listed[`POST /admin/${name}`] = about;
  return listed;
}

function showOne<Sandbox>(routes: AdminRoutes<Sandbox>, sandbox: Sandbox, name: string, url: URL): Shown | undefined {
  if (name === '') return { json: adminIndex(routes) };
  const get = Object.hasOwn(routes.gets, name) ? routes.gets[name] : undefined;
  return get?.show(sandbox, url.searchParams);
}

/** Takes one request below `/admin`. What cannot be done is answered with status 400 and the reason. */
export async function serveAdmin<Sandbox>(
  routes: AdminRoutes<Sandbox>,
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const name = url.pathname.replace(/^\/admin\/?/, '');
  const missing = (method: string): void =>
    sendJson(response, 404, { ok: false, error: `there is no ${method} /admin/${name}; see GET /admin` });
  if (request.method === 'GET') {
    const shown = showOne(routes, sandbox, name, url);
    if (!shown) return missing('GET');
    return 'json' in shown ? sendJson(response, 200, shown.json) : sendText(response, 200, shown.text, shown.type);
  }
  const found = Object.hasOwn(routes.posts, name) ? routes.posts[name] : undefined;
  if (!found) return missing('POST');
  const body = await readBody(request);
  try {
    const result: unknown = await found.run(sandbox, body === '' ? {} : parseJson(body));
    sendJson(response, 200, { ok: true, ...(result === undefined ? {} : { result }) });
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
    sendJson(response, 400, { ok: false, error: reason, expects: found.about });
  }
}
