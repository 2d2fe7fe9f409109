/** Questions to the room of checks, and small servers on loopback for it to ask. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type ChecksSettings, openChecks } from '../../src/checks/checks.ts';
import type { Work } from '../../src/incident/contracts.ts';
import type { Event } from '../../src/incident/event.ts';
import type { HttpAsk, PromqlAsk } from '../../src/runbook/runbook.ts';

/** A server of one's own. */
export interface Site extends AsyncDisposable {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
}

/** Serves HTTP on loopback. */
export const serve = (listener: RequestListener): Promise<Site> => listen(createServer(listener));

/** Takes connections on loopback and leaves the rest to `talk`. */
export const serveSocket = (talk: (socket: Socket) => void): Promise<Site> => listen(createTcpServer(talk));

/** Makes any server listen on loopback; closing it cuts whoever is connected. */
export async function listen(server: Server): Promise<Site> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket.on('error', () => undefined).once('close', () => sockets.delete(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A question to an endpoint, which ought to answer 200. */
export const http = (url: string, given: Partial<HttpAsk> = {}): HttpAsk => ({
  ...{ type: 'http', method: 'GET', expect: [200], contains: null, timeout: 5_000 },
  url,
  ...given,
});

/** A question to Prometheus, which ought to answer 1 or more. */
export const promql = (query: string, given: Partial<PromqlAsk> = {}): PromqlAsk => ({
  ...{ type: 'promql', range: null, expect: { sign: '>=', value: 1 }, noData: 'fail', timeout: 5_000 },
  query,
  ...given,
});

/** When every question is asked, unless a test brings a clock. */
export const noon = Date.UTC(2026, 10, 21, 12);

type Answered = Extract<Event, { type: 'CheckAnswered' }>;

/** Performs a question in a room of these settings. */
export async function ask(
  question: HttpAsk | PromqlAsk,
  settings: Partial<ChecksSettings> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Answered> {
  const { perform } = openChecks({ prometheus: null, hosts: [], apiServer: null, clock: () => noon, ...settings });
  const effect = { type: 'checks.ask', visit: 3, attempt: 2, of: 'step', ask: question } as const;
  const event = await perform({ effect, effectId: '1-2-0', attempt: 1, signal } as unknown as Work);
  if (event?.type !== 'CheckAnswered') throw new Error(`the room answered ${event?.type}`);
  return event;
}
