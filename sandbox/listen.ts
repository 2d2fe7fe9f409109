/** How every simulator listens and answers: one server, over HTTP or HTTPS, for as long as it runs. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server as TcpServer } from 'node:net';

import { selfSigned } from './certificate.ts';
import { sendText } from './http.ts';

/** How every simulator may start. Everything may be left out. */
export type StartOptions = {
  /** 0, any free port, when left out. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 when left out. */
  readonly host?: string;
  /** Milliseconds since 1970 at which the clock stands still; it runs with real time when left out. */
  readonly standAt?: number;
};

/** Takes one request and answers it. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A server that listens, and does not answer until it is told how. */
export type OpenServer = {
  readonly server: Server;
  readonly port: number;
  /** Host and port, as a client on this machine reaches them. */
  readonly address: string;
  /** The root, without a slash at the end. */
  readonly url: string;
  /** The certificate that clients must trust; undefined over HTTP. */
  readonly ca: string | undefined;
  /** Answers all requests from now on. What a route throws is answered with 500 and handed to `broke`. */
  readonly answer: (route: Route, broke?: (error: unknown) => void) => void;
  /** Cuts all connections and stops to listen. */
  readonly close: () => Promise<void>;
};

/** Listens, and resolves to the port. */
export async function listen(server: TcpServer, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('listening for a sandbox without a port');
  return address.port;
}

/** Opens a simulator's server; with `https` it has a certificate of its own. */
export async function openServer(options: StartOptions & { readonly https?: boolean }): Promise<OpenServer> {
  const host = options.host ?? '127.0.0.1';
  const certificate = options.https ? selfSigned() : undefined;
  const server = certificate ? createSecureServer(certificate) : createServer();
  const port = await listen(server, options.port ?? 0, host);
  const address = `${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  return {
    server,
    port,
    address,
    url: `${certificate ? 'https' : 'http'}://${address}`,
    ca: certificate?.cert,
    answer(route, broke = () => undefined) {
      server.on('request', (request, response) => {
        route(request, response).catch((error: unknown) => {
          broke(error);
          if (!response.headersSent) sendText(response, 500, `the sandbox itself broke: ${String(error)}\n`);
          else response.destroy();
        });
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
