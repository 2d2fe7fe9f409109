/** Starts a simulated Slack: one HTTP server with the Web API, response URLs, Socket Mode and the admin routes. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { serveAdmin } from '../admin.ts';
import { startClock } from '../clock.ts';
import { readBody, sendJson, sendText } from '../http.ts';
import { isObject, parseJson } from '../json.ts';
import { openServer, type StartOptions } from '../listen.ts';
import { routes } from './admin/routes.ts';
import { serveApi } from './api/serve.ts';
import { answerResponseUrl } from './app/response-url.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { defaultSeed, type Seed } from './workspace/seed.ts';
import { createSockets } from './app/socket.ts';
import { createWorld, type Rates, type World } from './world.ts';

/** How a sandbox starts. Everything may be left out. */
export type SlackOptions = StartOptions & {
  /** How the app reaches this server, when that is not the address it listens on. */
  readonly publicUrl?: string;
  /** The app's endpoint, if it is known already. */
  readonly appUrl?: string;
  /** Whether Slack's rate limits apply; `off` when left out. */
  readonly rates?: Rates;
  /** Replaces parts of the default workspace. */
  readonly seed?: Partial<Seed>;
};

/** A running sandbox. Disposing of it cuts everything that is still open. */
export type SlackSandbox = Sandbox &
  AsyncDisposable & {
    /** The value for `slackApiUrl`, ending in `/api/`. */
    readonly url: string;
    /** The server's root, without a slash at the end. */
    readonly baseUrl: string;
    readonly port: number;
    /** What the app needs to be configured with. */
    readonly seed: Seed;
  };

async function serveResponseUrl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const body = parseJson(await readBody(request));
  const { status, answer } = answerResponseUrl(world, id, isObject(body) ? body : {});
  const at = world.clock.now();
  world.calls.push({ at, method: 'response_url', args: isObject(body) ? body : {}, status, answer, fault: null });
  world.journal.touch();
  if (status === 200) sendText(response, 200, 'ok');
  else sendJson(response, status, answer);
}

async function route(
  world: World,
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', world.baseUrl);
  if (url.pathname.startsWith('/api/')) return serveApi(world, request, response, url);
  if (url.pathname.startsWith('/admin')) return serveAdmin(routes, sandbox, request, response);
  const responseId = /^\/response\/(\w+)$/.exec(url.pathname)?.[1];
  if (responseId) return serveResponseUrl(world, request, response, responseId);
  sendText(response, 404, 'This is a simulated Slack. See /admin.\n');
}

/** Starts a simulated Slack and resolves when it takes requests. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackSandbox> {
  const { server, port, url, answer, close } = await openServer(options);
  const baseUrl = options.publicUrl ?? url;
  const seed = { ...defaultSeed, ...options.seed };
  const clock = startClock(options.standAt);
  const link = { eventsUrl: options.appUrl ?? null, sockets: createSockets(), closing: new AbortController() };
  const create = (): World => createWorld({ seed, baseUrl, clock, link, rates: options.rates ?? 'off' });

  let world = create();
  const reset = (): void => {
    clock.clear();
    world = create();
  };
  const sandbox = createSandbox({ current: () => world, reset });

  answer((request, response) => route(world, sandbox, request, response));
  server.on('upgrade', (request, stream) => link.sockets.upgrade(request, stream, seed.app.id));

  return {
    ...sandbox,
    url: `${baseUrl}/api/`,
    baseUrl,
    port,
    seed,
    async [Symbol.asyncDispose]() {
      link.closing.abort();
      clock.clear();
      link.sockets.close();
      await close();
    },
  };
}
