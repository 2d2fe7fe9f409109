/**
 * Sends bodies over keep-alive connections, one request at a time on each. Written on bare sockets, because it must be
 * much cheaper than what it measures, and must know the answer to every body that it sent.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile, rounded } from './report.ts';

/** One connection. */
interface Line extends Disposable {
  /** Sends a body and resolves with the status of the answer. Rejects when the connection ends or times out before it. */
  post(body: string): Promise<number>;
}

/** Alertmanager 0.25 gives a receiver this many milliseconds. */
const patience = 10_000;

/** Connects to the host of `url`, to post to its path. */
async function openLine(url: string, token: string): Promise<Line> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUser-Agent: Alertmanager/0.25.0\r\n`;
  const sent = `${head}Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: `;
  let answered: PromiseWithResolvers<number> | null = null;
  let received = '';
  const fail = (error: Error): void => {
    answered?.reject(error);
    answered = null;
  };
  socket.setEncoding('latin1');
  socket.setTimeout(patience, () => socket.destroy(new Error(`no answer within ${patience} ms`)));
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed before the answer')));
  socket.on('data', (text: string) => {
    received += text;
    const bodyAt = received.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
    if (received.length < bodyAt + length) return;
    const status = Number(received.slice(9, 12));
    received = '';
    answered?.resolve(status);
    answered = null;
  });
  return {
    post: (body) => {
      answered = Promise.withResolvers();
      // The bodies are ASCII, so their length is their bytes.
      socket.write(`${sent}${body.length}\r\n\r\n${body}`, 'latin1');
      return answered.promise;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** What one stretch of sending saw. */
export interface Sent {
  readonly requests: number;
  /** Answers other than 2xx. */
  readonly refused: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Share of one core that the sender itself used: near 1 it would be the bottleneck. */
  readonly senderLoad: number;
}

/** How to send. */
export interface Sending {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  readonly seconds: number;
  readonly next: () => string;
  /** Requests a second over all connections, evenly spaced; null for as many as are answered. */
  readonly rate: number | null;
}

/** Sends for some seconds. Every request that was begun is answered before it returns. */
export async function send({ url, token, connections, seconds, next, rate }: Sending): Promise<Sent> {
  using stack = new DisposableStack();
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(url, token)));
  for (const line of lines) stack.use(line);
  const took: number[] = [];
  let refused = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const end = began + seconds * 1000;
  const post = async (line: Line): Promise<void> => {
    const at = performance.now();
    const status = await line.post(next());
    took.push(performance.now() - at);
    if (status < 200 || status > 299) refused += 1;
  };
  const flatOut = async (line: Line): Promise<void> => {
    while (performance.now() < end) await post(line);
  };
  const paced = async (line: Line, index: number, perSecond: number): Promise<void> => {
    for (let turn = index; ; turn += connections) {
      const due = began + (turn * 1000) / perSecond;
      if (due >= end) return;
      await pause(Math.max(0, due - performance.now()));
      await post(line);
    }
  };
  await Promise.all(lines.map((line, index) => (rate === null ? flatOut(line) : paced(line, index, rate))));
  const elapsed = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return {
    requests: took.length,
    refused,
    perSecond: Math.round(took.length / (elapsed / 1000)),
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    senderLoad: rounded((user + system) / 1000 / elapsed),
  };
}

/** What came of delivering. Instants are milliseconds since 1970. */
export interface Delivered {
  readonly began: number;
  /** When the last body was answered 2xx. */
  readonly ended: number;
  /** Bodies that were answered 2xx in the end. */
  readonly accepted: number;
  /** Attempts that failed and were repeated: 5xx, or no answer. */
  readonly retries: number;
  /** Bodies refused for good, with 3xx or 4xx. */
  readonly refused: number;
}

/**
 * Delivers bodies as Alertmanager does: all at once, a connection each (up to `connections`), and again after a 5xx or a
 * broken connection, with its back-off (from half a second, half as long again each time, plus or minus half by chance).
 */
export async function deliver(
  { url, token, connections }: Pick<Sending, 'url' | 'token' | 'connections'>,
  bodies: readonly string[],
  limit: AbortSignal,
): Promise<Delivered> {
  const began = Date.now();
  let [ended, accepted, retries, refused] = [began, 0, 0, 0];
  const deliverOne = async (body: string): Promise<void> => {
    for (let wait = 500; ; wait *= 1.5) {
      const status = await postOnce(url, token, body);
      if (status < 500) {
        if (status < 300) accepted += 1;
        else refused += 1;
        ended = Date.now();
        return;
      }
      retries += 1;
      await pause(wait * (0.5 + Math.random()), undefined, { signal: limit });
    }
  };
  const queue = bodies.values();
  const sender = async (): Promise<void> => {
    for (const body of queue) await deliverOne(body);
  };
  await Promise.all(Array.from({ length: Math.min(connections, bodies.length) }, sender));
  return { began, ended, accepted, retries, refused };
}

/** The status of the answer, or 599 when there was none. */
async function postOnce(url: string, token: string, body: string): Promise<number> {
  try {
    using line = await openLine(url, token);
    return await line.post(body);
  } catch {
    return 599;
  }
}
