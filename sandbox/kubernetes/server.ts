/** Starts a simulated Kubernetes API server, over HTTP or HTTPS, with its controllers and admin routes. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

import { startClock } from '../slack/clock.ts';
import { sendText } from '../slack/http.ts';
import { serveAdmin } from './admin/serve.ts';
import { serveApi } from './api/serve.ts';
import type { User } from './api/users.ts';
import { selfSigned } from './certificate.ts';
import { keepTicking } from './controllers/tick.ts';
import { kubeconfig } from './kubeconfig.ts';
import { defaultPace, type Pace } from './pace.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { plantSeed, type Seed } from './seed/seed.ts';
import { shop } from './seed/shop.ts';
import { defaultUsers } from './seed/users.ts';
import { createWorld, type World } from './world.ts';

/** How a sandbox starts. Everything may be left out. */
export type KubernetesOptions = {
  /** 0, any free port, when left out. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 when left out. */
  readonly host?: string;
  /** Speaks HTTPS with a certificate of its own. */
  readonly https?: boolean;
  /** Replaces parts of the default cluster. */
  readonly seed?: Partial<Seed>;
  /** Who there is, in place of the default users. */
  readonly users?: readonly User[];
  /** Replaces some of the default durations. */
  readonly pace?: Partial<Pace>;
  /** Milliseconds since 1970 at which the clock stands still; it runs with real time when left out. */
  readonly standAt?: number;
};

/** A running sandbox. Disposing of it cuts everything that is still open. */
export type KubernetesSandbox = Sandbox &
  AsyncDisposable & {
    /** The server's root, without a slash at the end. */
    readonly url: string;
    readonly port: number;
    /** The certificate that clients must trust; undefined over HTTP. */
    readonly ca: string | undefined;
    /** A kubeconfig for the user with this token, `admin-token` when left out. */
    readonly kubeconfig: (token?: string, namespace?: string) => string;
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

type Access = (token?: string, namespace?: string) => string;

async function route(
  world: World,
  { sandbox, access }: { readonly sandbox: Sandbox; readonly access: Access },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (/^\/admin(\/|$)/.test(url.pathname)) return serveAdmin(sandbox, access, request, response, url);
  return serveApi(world, request, response);
}

/** Starts a simulated cluster and resolves when it takes requests. */
export async function startKubernetesSandbox(options: KubernetesOptions = {}): Promise<KubernetesSandbox> {
  const host = options.host ?? '127.0.0.1';
  const certificate = options.https ? selfSigned() : undefined;
  const server = certificate ? createSecureServer(certificate) : createServer();
  const port = await listen(server, options.port ?? 0, host);
  const url = `${certificate ? 'https' : 'http'}://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const clock = startClock(options.standAt);
  const pace = { ...defaultPace, ...options.pace };
  const create = (): World => {
    const fresh = createWorld({ clock, pace, users: options.users ?? defaultUsers });
    plantSeed(fresh, { ...shop, ...options.seed });
    return fresh;
  };

  let world = create();
  let stopTicking = keepTicking(() => world);
  const close = (): void => {
    stopTicking();
    for (const end of world.watches) end('cut');
    clock.clear();
  };
  const reset = (): void => {
    close();
    world = create();
    stopTicking = keepTicking(() => world);
  };
  const sandbox = createSandbox({ current: () => world, reset });
  const ca = certificate?.cert;
  const access: Access = (token = 'admin-token', namespace = 'shop') =>
    kubeconfig({ server: url, token, namespace, ...(ca === undefined ? {} : { ca }) });

  server.on('request', (request, response) => {
    route(world, { sandbox, access }, request, response).catch((error: unknown) => {
      world.complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      if (!response.headersSent) sendText(response, 500, `the sandbox itself broke: ${String(error)}\n`);
      else response.destroy();
    });
  });

  return {
    ...sandbox,
    url,
    port,
    ca,
    kubeconfig: access,
    async [Symbol.asyncDispose]() {
      close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
