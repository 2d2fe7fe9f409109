/** Starts a simulated Kubernetes API server, over HTTP or HTTPS, with its controllers and admin routes. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { serveAdmin } from '../admin.ts';
import { startClock } from '../clock.ts';
import { openServer, type StartOptions } from '../listen.ts';
import { routes } from './admin/routes.ts';
import { serveApi } from './api/serve.ts';
import type { User } from './api/users.ts';
import { keepTicking } from './controllers/tick.ts';
import { kubeconfig } from './kubeconfig.ts';
import { defaultPace, type Pace } from './pace.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { plantSeed, type Seed } from './seed/seed.ts';
import { shop } from './seed/shop.ts';
import { defaultUsers } from './seed/users.ts';
import { createWorld, type World } from './world.ts';

/** How a sandbox starts. Everything may be left out. */
export type KubernetesOptions = StartOptions & {
  /** Speaks HTTPS with a certificate of its own. */
  readonly https?: boolean;
  /** Replaces parts of the default cluster. */
  readonly seed?: Partial<Seed>;
  /** Who there is, in place of the default users. */
  readonly users?: readonly User[];
  /** Replaces some of the default durations. */
  readonly pace?: Partial<Pace>;
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

async function route(
  world: World,
  sandbox: Sandbox & Pick<KubernetesSandbox, 'kubeconfig'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (/^\/admin(\/|$)/.test(url.pathname)) return serveAdmin(routes, sandbox, request, response);
  return serveApi(world, request, response);
}

/** Starts a simulated cluster and resolves when it takes requests. */
export async function startKubernetesSandbox(options: KubernetesOptions = {}): Promise<KubernetesSandbox> {
  const opened = await openServer(options);
  const { port, url, ca } = opened;
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
  const sandbox = {
    ...createSandbox({ current: () => world, reset }),
    kubeconfig: (token = 'admin-token', namespace = 'shop') =>
      kubeconfig({ server: url, token, namespace, ...(ca === undefined ? {} : { ca }) }),
  };

  opened.answer(
    (request, response) => route(world, sandbox, request, response),
    (error) => world.complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );

  return {
    ...sandbox,
    url,
    port,
    ca,
    async [Symbol.asyncDispose]() {
      close();
      await opened.close();
    },
  };
}
