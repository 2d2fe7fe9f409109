/**
 * The door of the cluster: all that a worker sends passes here, and every write is kept with what the cluster made of it.
 * Here connections break, answers get lost, and writes arrive when nobody waits for them any more.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../../src/kubernetes/json.ts';
import type { Chance } from '../chance.ts';
import { drawFate, nameOfFate } from './fate.ts';
import type { Fate } from './fate.ts';
import { forward, isTrial, read, show, suffer } from './passage.ts';
import type { Answer } from './passage.ts';

/** A write that a worker sent, other than to try it. */
export interface Write {
  readonly worker: string;
  /** When it came to the door. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body: Json;
  readonly fate: string;
  /** What the cluster answered, and when; null when it never heard of it. */
  readonly answer: Answer | null;
}

/** A read of one object. */
export interface Glance {
  readonly worker: string;
  readonly at: number;
  readonly path: string;
}

/** Everything that passed. */
export interface Audit {
  readonly writes: Write[];
  readonly glances: Glance[];
}

/** The door of one worker. */
export interface Door extends AsyncDisposable {
  readonly url: string;
  /** What happens to the next write. Resolves to whether there was one before the signal. */
  readonly doom: (fate: Fate, until: AbortSignal) => Promise<boolean>;
  /** Resolves when the worker has just asked for something, or after so many milliseconds. */
  readonly glanced: (patience: number) => Promise<void>;
  /** How bad the network is: the share of writes that something happens to. */
  readonly worsen: (share: number) => void;
  /** Nothing but 409 for all writes, until told otherwise. */
  readonly conflicts: (on: boolean) => void;
  /** Nothing goes through until told otherwise. */
  readonly hang: (on: boolean) => void;
}

interface Doomed {
  readonly fate: Fate;
  readonly taken: () => void;
}

/** Opens a door to the cluster at `url`. */
export async function openDoor(worker: string, url: string, audit: Audit, chance: Chance): Promise<Door> {
  let bad = 0;
  let stormy = false;
  let doomed: Doomed | null = null;
  let flowing = Promise.withResolvers<void>();
  flowing.resolve();
  const watchers = new Set<() => void>();

  const fateOf = (isReal: boolean): Fate => {
    if (stormy) return { is: 'conflict' };
    if (!isReal || doomed === null) return isReal ? drawFate(chance, bad) : { is: 'nothing' };
    const { fate, taken } = doomed;
    doomed = null;
    taken();
    return fate;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const letter = await read(request, url);
    for (const tell of watchers) tell();
    await flowing.promise;
    if (letter.method === 'GET') {
      audit.glances.push({ worker, at: Date.now(), path: letter.path });
      if (chance.happens(bad / 10)) return request.socket.resetAndDestroy() && undefined;
      return show(response, await forward(letter));
    }
    const isReal = !isTrial(letter);
    const fate = fateOf(isReal);
    const write = { worker, at: Date.now(), method: letter.method, path: letter.path, body: letter.json };
    const keep = (answer: Write['answer']): void => {
      if (isReal) audit.writes.push({ ...write, fate: nameOfFate(fate), answer });
    };
    await suffer(fate, { request, response, letter, keep, chance });
  };
  const server = createServer((request, response) => {
    // Only a cluster that is gone fails here, at the very end.
    serve(request, response).catch(() => request.socket.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    doom: (fate, until) =>
      new Promise((resolve) => {
        const mine: Doomed = { fate, taken: () => resolve(true) };
        doomed = mine;
        const forget = (): void => {
          if (doomed === mine) doomed = null;
          resolve(false);
        };
        until.addEventListener('abort', forget, { once: true });
      }),
    glanced: async (patience) => {
      const heard = Promise.withResolvers<void>();
      watchers.add(heard.resolve);
      await Promise.race([heard.promise, pause(patience)]);
      watchers.delete(heard.resolve);
    },
    worsen: (share) => void (bad = share),
    conflicts: (on) => void (stormy = on),
    hang: (on) => {
      flowing.resolve();
      if (on) flowing = Promise.withResolvers();
    },
    [Symbol.asyncDispose]: async () => {
      flowing.resolve();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('opening the door of the cluster without a port');
  return address.port;
}
