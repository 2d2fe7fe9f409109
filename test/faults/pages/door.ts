/**
 * The door of PagerDuty: all that a bot sends there passes here, and every write is kept with what PagerDuty made of it.
 * Here connections break, answers get lost, and bots die at the worst moments of a request.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { forward, read, show } from '../actions/passage.ts';
import type { Letter } from '../actions/passage.ts';
import type { Chance } from '../chance.ts';
import { drawFate, isEvent, nameOfFate, reaches } from './fate.ts';
import type { Fate } from './fate.ts';

/** A write that a bot sent. */
export interface Sent {
  readonly bot: string;
  /** When it came to the door. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body: Letter['json'];
  readonly fate: string;
  /** What PagerDuty answered, whoever heard it; 0 when it never heard of the request. */
  readonly status: number;
}

/** Which writes a fate is for. */
export type Wanted = 'any' | 'event' | 'rest';

/** The door of one bot. */
export interface Door extends AsyncDisposable {
  readonly url: string;
  /** What happens to the next write of a kind. Resolves to whether there was one before the signal. */
  readonly doom: (wanted: Wanted, fate: Fate, until: AbortSignal) => Promise<boolean>;
  /** The share of writes that something happens to. */
  readonly worsen: (share: number) => void;
  /** What happens to all requests until told otherwise; null for nothing. `hang` keeps them until then. */
  readonly strike: (trouble: 'hang' | Extract<Fate, { is: 'status' | 'swallowed' | 'cut' }> | null) => void;
}

interface Doomed {
  readonly wanted: Wanted;
  readonly fate: Fate;
  readonly taken: () => void;
}

/** A bot waits 10 s for PagerDuty. */
const silence = 11_000;

/** Opens a door to the PagerDuty at `url`. */
export async function openDoor(bot: string, url: string, audit: Sent[], chance: Chance): Promise<Door> {
  let bad = 0;
  let trouble: Fate | null = null;
  let doomed: Doomed | null = null;
  let flowing = Promise.withResolvers<void>();
  flowing.resolve();
  const closing = new AbortController();

  const fateOf = (letter: Letter): Fate => {
    if (letter.method === 'GET')
      return trouble?.is === 'swallowed' ? { is: 'nothing' } : (trouble ?? { is: 'nothing' });
    if (doomed !== null && (doomed.wanted === 'any' || (doomed.wanted === 'event') === isEvent(letter))) {
      const { fate, taken } = doomed;
      doomed = null;
      taken();
      return fate;
    }
    if (trouble === null || (trouble.is === 'swallowed' && !isEvent(letter))) return drawFate(chance, bad, letter);
    return trouble;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const plain = await read(request, url);
    const { from } = request.headers;
    const letter = { ...plain, headers: { ...plain.headers, ...(from === undefined ? {} : { from }) } };
    await flowing.promise;
    // Whoever sent it has given up or died: what did not get through is lost.
    if (request.socket.destroyed) return;
    const fate = fateOf(letter);
    const { method, path, json: body } = letter;
    const sent = { bot, at: Date.now(), method, path, body, fate: nameOfFate(fate) };
    const reply = reaches(fate) ? await forward(letter) : null;
    if (method !== 'GET') audit.push({ ...sent, status: reply?.status ?? 0 });
    await suffer(fate, { request, response, reply, chance, signal: closing.signal });
  };
  const server = createServer((request, response) => {
    // Only a PagerDuty that is gone fails here, at the very end.
    serve(request, response).catch(() => request.socket.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    doom: (wanted, fate, until) =>
      new Promise((resolve) => {
        const mine: Doomed = { wanted, fate, taken: () => resolve(true) };
        doomed = mine;
        const forget = (): void => {
          if (doomed === mine) doomed = null;
          resolve(false);
        };
        until.addEventListener('abort', forget, { once: true });
      }),
    worsen: (share) => void (bad = share),
    strike: (next) => {
      flowing.resolve();
      trouble = next === 'hang' ? null : next;
      if (next === 'hang') flowing = Promise.withResolvers();
    },
    [Symbol.asyncDispose]: async () => {
      flowing.resolve();
      closing.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Passing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly reply: Awaited<ReturnType<typeof forward>> | null;
  readonly chance: Chance;
  readonly signal: AbortSignal;
}

/** What the sender sees of it. */
async function suffer(fate: Fate, { request, response, reply, chance, signal }: Passing): Promise<void> {
  const cut = (): void => void request.socket.resetAndDestroy();
  const answer = (status: number, text: string, headers: Record<string, string> = {}): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  switch (fate.is) {
    case 'nothing':
      if (reply !== null) show(response, reply);
      return;
    case 'cut':
      return cut();
    case 'status':
      return answer(
        fate.status,
        '{"status":"error","message":"not now"}',
        fate.status === 429 ? { 'retry-after': '2' } : {},
      );
    case 'garbage':
      return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
    case 'swallowed':
      return answer(202, '{"status":"success","message":"Event processed","dedup_key":"kept"}');
    case 'silence':
      await pause(silence, undefined, { signal }).catch(() => undefined);
      return cut();
    case 'death':
      if (fate.when === 'heard' && reply !== null) {
        show(response, reply);
        await pause(chance.between(0, 30));
      }
      await fate.kill();
      return cut();
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('opening the door of PagerDuty without a port');
  return address.port;
}
