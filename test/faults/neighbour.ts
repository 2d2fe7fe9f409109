/** The neighbour that runbooks ask: an HTTP server that counts, and mostly answers; at times 503, late, or not at all. */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';

/** A neighbour that is asked. */
export interface Neighbour extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** The address of every question that reached it, in their order. */
  readonly asked: readonly string[];
}

/** Checks wait a second: what is late arrives before, what hangs does not. */
const latest = 900;

/** Starts it on a free port of loopback. */
export async function startNeighbour(chance: Chance): Promise<Neighbour> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${url}${request.url ?? '/'}`);
    void answer(response, fickle.test(request.url ?? ''), chance);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('starting the neighbour gave no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    ...{ url, asked },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What is asked several times passes rarely, so that now and then the last attempt fails as well. */
const fickle = /\/(?:steady|mended)$/;

async function answer(response: ServerResponse, rarely: boolean, chance: Chance): Promise<void> {
  const dice = chance.next();
  if (dice < 0.1) return;
  if (dice < 0.15) return void response.destroy();
  if (dice < 0.4) await pause(chance.between(50, latest));
  response.writeHead(chance.happens(rarely ? 0.6 : 0.2) ? 503 : 200).end('as it is');
}
