/** Starts a simulated PagerDuty: Events API, REST API and admin routes on one port, over HTTP or HTTPS. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

import { selfSigned } from '../kubernetes/certificate.ts';
import { startClock } from '../slack/clock.ts';
import { sendText } from '../slack/http.ts';
import { defaultSeed, type Seed } from './account/seed.ts';
import { serveAdmin } from './admin/serve.ts';
import type { Rates } from './api/limits.ts';
import { serveApi } from './api/serve.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { createWorld, type AppLink, type World } from './world.ts';

/** How a sandbox starts. Everything may be left out. */
export type PagerDutyOptions = {
  /** 0, any free port, when left out. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 when left out. */
  readonly host?: string;
  /** Speaks HTTPS with a certificate of its own: pdjs sends events over nothing else. */
  readonly https?: boolean;
  /** Where the app takes webhooks, if it is known already. */
  readonly appUrl?: string;
  /** Whether PagerDuty's rate limits apply; `off` when left out. */
  readonly rates?: Rates;
  /** How long the app has for an answer to a webhook, in real milliseconds; PagerDuty's 5,000 when left out. */
  readonly hookTimeoutMs?: number;
  /** Replaces parts of the default account. */
  readonly seed?: Partial<Seed>;
  /** Milliseconds since 1970 at which the clock stands still; it runs with real time when left out. */
  readonly standAt?: number;
};

/** A running sandbox. Disposing of it cuts everything that is still open. */
export type PagerDutySandbox = Sandbox &
  AsyncDisposable & {
    /** The root of both APIs, without a slash at the end. */
    readonly url: string;
    /** Host and port, as the `server` option of pdjs wants them. */
    readonly server: string;
    readonly port: number;
    /** The certificate that clients must trust; undefined over HTTP. */
    readonly ca: string | undefined;
    /** What the app needs to be configured with. */
    readonly seed: Seed;
  };

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('listening for a sandbox without a port');
  return address.port;
}

async function route(
  world: World,
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (/^\/admin(\/|$)/.test(url.pathname)) return serveAdmin(sandbox, request, response, url);
  if (url.pathname === '/') return sendText(response, 404, 'This is a simulated PagerDuty. See /admin.\n');
  const enqueues = url.pathname === '/v2/enqueue' && request.method === 'POST';
  return serveApi(world, enqueues ? 'events' : 'rest', { request, response }, url);
}

/** Starts a simulated PagerDuty and resolves when it takes requests. */
export async function startPagerDuty(options: PagerDutyOptions = {}): Promise<PagerDutySandbox> {
  const host = options.host ?? '127.0.0.1';
  const certificate = options.https ? selfSigned() : undefined;
  const server = certificate ? createSecureServer(certificate) : createServer();
  const port = await listen(server, options.port ?? 0, host);
  const address = `${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const seed = { ...defaultSeed, ...options.seed };
  const clock = startClock(options.standAt);
  const link: AppLink = { url: options.appUrl ?? null, closing: new AbortController() };
  const { rates = 'off', hookTimeoutMs = 5000 } = options;
  const create = (): World => createWorld({ seed, clock, link, rates, hookTimeoutMs });

  let world = create();
  const reset = (): void => {
    clock.clear();
    world = create();
  };
  const sandbox = createSandbox({ current: () => world, reset });

  server.on('request', (request, response) => {
    route(world, sandbox, request, response).catch((error: unknown) => {
      world.complaints.push(`the sandbox itself broke: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) sendText(response, 500, `the sandbox itself broke: ${String(error)}\n`);
      else response.destroy();
    });
  });

  return {
    ...sandbox,
    url: `${certificate ? 'https' : 'http'}://${address}`,
    server: address,
    port,
    ca: certificate?.cert,
    seed,
    async [Symbol.asyncDispose]() {
      link.closing.abort();
      clock.clear();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
