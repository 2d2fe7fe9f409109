/** Starts a simulated PagerDuty: Events API, REST API and admin routes on one port, over HTTP or HTTPS. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { serveAdmin } from '../admin.ts';
import { startClock } from '../clock.ts';
import { sendText } from '../http.ts';
import { openServer, type StartOptions } from '../listen.ts';
import { defaultSeed, type Seed } from './account/seed.ts';
import { routes } from './admin/routes.ts';
import type { Rates } from './api/limits.ts';
import { serveApi } from './api/serve.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { createWorld, type AppLink, type World } from './world.ts';

/** How a sandbox starts. Everything may be left out. */
export type PagerDutyOptions = StartOptions & {
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

async function route(
  world: World,
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (/^\/admin(\/|$)/.test(url.pathname)) return serveAdmin(routes, sandbox, request, response);
  if (url.pathname === '/') return sendText(response, 404, 'This is a simulated PagerDuty. See /admin.\n');
  const enqueues = url.pathname === '/v2/enqueue' && request.method === 'POST';
  return serveApi(world, enqueues ? 'events' : 'rest', { request, response }, url);
}

/** Starts a simulated PagerDuty and resolves when it takes requests. */
export async function startPagerDuty(options: PagerDutyOptions = {}): Promise<PagerDutySandbox> {
  const { port, address, url, ca, answer, close } = await openServer(options);
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

  answer(
    (request, response) => route(world, sandbox, request, response),
    (error) =>
      world.complaints.push(`the sandbox itself broke: ${error instanceof Error ? error.stack : String(error)}`),
  );

  return {
    ...sandbox,
    url,
    server: address,
    port,
    ca,
    seed,
    async [Symbol.asyncDispose]() {
      link.closing.abort();
      clock.clear();
      await close();
    },
  };
}
