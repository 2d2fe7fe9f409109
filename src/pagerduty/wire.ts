/**
 * The way to PagerDuty: one request through pdjs, with a deadline that holds. What pdjs 2.2.4 does wrong is mended here:
 *
 * - Its `requestTimeout` stops nothing, and keeps the process alive for its 30 s: it is switched off, a signal stops instead.
 * - A 429 makes it sleep and ask four times, whatever PagerDuty wants, and no option forbids it: the request is seen as
 *   it is made, and stopped as soon as the head of such an answer is in, before pdjs learns of it.
 * - An answer that is not JSON rejects, with a Response or without the status: the status is taken from the wire as well.
 * - It always writes `https://`: for a plain address, its agent connects without TLS.
 * - It follows redirects, with whatever is in the body: it must not.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, type IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Duration } from '../incident/incident.ts';
import { codeOf, isDistrusted, unsentBecause } from '../incident/unreached.ts';
import type { Base } from './settings.ts';

/** What every call hands to pdjs besides its own. */
export interface PdjsOptions {
  readonly agent?: Agent;
  readonly redirect: 'manual';
  readonly requestTimeout: 0;
  readonly signal: AbortSignal;
  /** Bytes of an answer that are read. */
  readonly size: number;
}

/** A call. */
export interface Call {
  readonly base: Base;
  /** For all of it: from the look-up of the name to the last byte. */
  readonly deadline: Duration;
  readonly signal: AbortSignal;
  /** Calls pdjs; the request must be made before it returns. */
  readonly send: (options: PdjsOptions) => Promise<{ readonly data: unknown }>;
}

/** An answer. */
export interface Reply {
  readonly status: number;
  /** The body; undefined when it is not JSON, did not arrive whole, or was not waited for. */
  readonly data: unknown;
  readonly header: (name: string) => string | null;
}

/** There was no answer. */
export class NoReply extends Error {
  override readonly name = 'NoReply';
  /** Whether the request may have arrived. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.sent = sent;
  }
}

/** The largest answer that is read. A page of 100 incidents has 400 kB. */
const largest = 4 * 2 ** 20;

/** Makes a call. Throws NoReply when there is no answer in time, and the signal's reason when it stopped the call. */
export async function exchange({ base, deadline, signal, send }: Call): Promise<Reply> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), deadline);
  const give = (): void => stop.abort();
  signal.addEventListener('abort', give, { once: true });
  const seen: Seen = { connected: false, response: null };
  const agent = base.plain ? { agent: new PlainAgent() } : {};
  try {
    const options = { ...agent, redirect: 'manual', requestTimeout: 0, signal: stop.signal, size: largest } as const;
    const sent = watching(() => send(options), seen, stop);
    const { data } = await until(sent, stop.signal);
    return replyOf(seen.response, data);
  } catch (error) {
    signal.throwIfAborted();
    if (seen.response !== null) return replyOf(seen.response, undefined);
    const trouble = stop.signal.aborted ? `gave no answer within ${deadline / 1000} s` : troubleOf(error);
    throw new NoReply(`${base.host} ${trouble}`, seen.connected, { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', give);
    // Whatever is left of the request, such as a body that nobody waits for, must not keep anything alive.
    stop.abort();
  }
}

/** What is known of a request by looking at it. */
interface Seen {
  /** The connection stood, so that the request may have arrived. */
  connected: boolean;
  response: IncomingMessage | null;
}

/** Where Node tells of every request it makes; listened to only while one is made. */
const channel = 'http.client.request.created';

function watching<T>(send: () => T, seen: Seen, stop: AbortController): T {
  const note = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('request' in message)) return;
    if (message.request instanceof ClientRequest) watch(message.request, seen, stop);
  };
  subscribe(channel, note);
  try {
    return send();
  } finally {
    unsubscribe(channel, note);
  }
}

function watch(request: ClientRequest, seen: Seen, stop: AbortController): void {
  request.once('socket', (socket: Socket) => {
    const stands = (): void => {
      seen.connected = true;
    };
    // One that stands already was kept from an earlier request, or leads through a proxy.
    if (socket.connecting) socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', stands);
    else stands();
  });
  // Before pdjs hears of it.
  request.prependOnceListener('response', (response: IncomingMessage) => {
    seen.response = response;
    if (response.statusCode === 429) stop.abort();
  });
}

/** Connects without TLS where pdjs insists on https. */
class PlainAgent extends Agent {
  override createConnection(options: { host?: string | null; port?: number | string | null }): Socket {
    return connect({ host: options.host ?? 'localhost', port: Number(options.port) });
  }
}

/** What a promise gives, unless the signal aborts before. */
function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => reject(new Error('it was stopped'));
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    // pdjs rejects with a Response when an answer is not JSON.
    promise.then(resolve, (error: unknown) =>
      reject(error instanceof Error ? error : new Error('the answer is not JSON')),
    );
  });
}

function replyOf(response: IncomingMessage | null, data: unknown): Reply {
  return {
    status: response?.statusCode ?? 0,
    data,
    header: (name) => {
      const value = response?.headers[name];
      return typeof value === 'string' ? value : null;
    },
  };
}

/** Why there was no answer, as the rest of a sentence about the host. */
function troubleOf(error: unknown): string {
  const code = codeOf(error);
  if (isDistrusted(code)) return `${unsentBecause(code)}: is a proxy in the way?`;
  if (code.startsWith('HPE_')) return 'answered something that is not HTTP';
  return (
    unsentBecause(code) ?? troubles[code] ?? `could not be asked${/^[A-Z_]{2,40}$/.test(code) ? ` (${code})` : ''}`
  );
}

const troubles: Readonly<Record<string, string>> = {
  ECONNRESET: 'closed the connection without an answer',
  EPIPE: 'closed the connection without an answer',
  ETIMEDOUT: 'did not take the connection in time',
};
