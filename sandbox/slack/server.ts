/** Starts a simulated Slack: one HTTP server with the Web API, response URLs, Socket Mode and the admin routes. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { serveAdmin } from './admin/serve.ts';
import { serveApi } from './api/serve.ts';
import { startClock } from './clock.ts';
import { readBody, sendJson, sendText } from './http.ts';
import { isObject, parseJson } from './json.ts';
import { answerResponseUrl } from './app/response-url.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { defaultSeed, type Seed } from './workspace/seed.ts';
import { createSockets } from './app/socket.ts';
import { createWorld, type Rates, type World } from './world.ts';

/** How a sandbox starts. Everything may be left out. */
export type SlackOptions = {
  /** 0, any free port, when left out. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 when left out. */
  readonly host?: string;
  /** How the app reaches this server, when that is not the address it listens on. */
  readonly publicUrl?: string;
  /** The app's endpoint, if it is known already. */
  readonly appUrl?: string;
  /** Whether Slack's rate limits apply; `off` when left out. */
  readonly rates?: Rates;
  /** Replaces parts of the default workspace. */
  readonly seed?: Partial<Seed>;
  /** Milliseconds since 1970 at which the clock stands still; it runs with real time when left out. */
  readonly standAt?: number;
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
  if (url.pathname.startsWith('/admin')) return serveAdmin(sandbox, request, response, url);
  const responseId = /^\/response\/(\w+)$/.exec(url.pathname)?.[1];
  if (responseId) return serveResponseUrl(world, request, response, responseId);
  sendText(response, 404, 'This is a simulated Slack. See /admin.\n');
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('listening for a sandbox without a port');
  return address.port;
}

/** Starts a simulated Slack and resolves when it takes requests. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackSandbox> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer();
  const port = await listen(server, options.port ?? 0, host);
  const baseUrl = options.publicUrl ?? `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
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

  server.on('request', (request, response) => {
    route(world, sandbox, request, response).catch((error: unknown) => {
      if (!response.headersSent) sendText(response, 500, `the sandbox itself broke: ${String(error)}\n`);
      else response.destroy();
    });
  });
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
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
