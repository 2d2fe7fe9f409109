/** One HTTP request within a time: sent where the caller says, its body read as far as the caller wants. */
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duration } from '../incident/incident.ts';
import { hostOf, portOf } from './hosts.ts';

/** What to send. */
export interface Letter {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Sent as a form; null for none. */
  readonly form: URLSearchParams | null;
  /** Connect to one of these and nowhere else; null leaves it to the system's look-up. */
  readonly addresses: readonly string[] | null;
  readonly signal: AbortSignal;
}

/** How reading a body ended: to its end, as soon as the wanted text was in it, at the limit, or with the connection. */
type Ended = 'whole' | 'found' | 'cut' | 'broken';

/** What was read of a body. */
export interface Body {
  readonly text: string;
  readonly ended: Ended;
}

/** An answer whose body waits to be read. Disposing of it drops the connection. */
export interface Answer extends Disposable {
  readonly status: number;
  /** Where a redirect points, as it was written. */
  readonly location: string | null;
  /** Reads at most `limit` bytes, and no further than the wanted text. Never rejects. */
  readonly read: (limit: number, wanted: string | null) => Promise<Body>;
}

/** Sends a request; resolves once there are headers. Each has a connection of its own, past any proxy of the environment. */
export function send(letter: Letter): Promise<Answer> {
  const { url, method, form, addresses, signal } = letter;
  const host = hostOf(url);
  const text = form?.toString();
  return new Promise((resolve, reject) => {
    const call = (url.protocol === 'https:' ? tlsRequest : plainRequest)({
      method,
      host,
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      servername: isIP(host) === 0 ? host : '',
      agent: false,
      signal,
      headers: {
        host: url.host,
        'user-agent': 'vigie',
        accept: '*/*',
        'accept-encoding': 'identity',
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(text) }),
      },
      ...(addresses === null ? {} : { lookup: answering(addresses) }),
    });
    call.once('response', (response) => resolve(answerOf(call, response)));
    // Also heard after the answer, where nobody waits for it any more.
    call.on('error', reject);
    call.once('close', () => reject(Object.assign(new Error('there was no answer'), { code: 'ECONNRESET' })));
    call.end(text);
  });
}

/** A look-up that knows nothing but these addresses, whatever the name means by now. */
const answering =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, answer) => {
    const known = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first = { address: '', family: 0 }] = known;
    if (all === true) answer(null, known);
    else answer(null, first.address, first.family);
  };

function answerOf(call: ClientRequest, response: IncomingMessage): Answer {
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location ?? null,
    read: (limit, wanted) => readBody(response, limit, wanted),
    [Symbol.dispose]: () => void call.destroy(),
  };
}

async function readBody(response: IncomingMessage, limit: number, wanted: string | null): Promise<Body> {
  const buffer = Buffer.alloc(limit);
  const needle = wanted === null ? null : Buffer.from(wanted);
  let filled = 0;
  const body = (ended: Ended): Body => ({ text: buffer.toString('utf8', 0, filled), ended });
  if (needle?.length === 0) return body('found');
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      const before = filled;
      filled += chunk.copy(buffer, filled);
      // The text may have begun in an earlier chunk; what lies further back was searched already.
      if (needle !== null && buffer.subarray(Math.max(0, before - needle.length), filled).includes(needle)) {
        return body('found');
      }
      if (before + chunk.length > limit) return body('cut');
    }
    return body('whole');
  } catch {
    return body('broken');
  }
}

/** A time limit on top of another signal. */
export interface Limit extends Disposable {
  /** Aborts with the outer one, or when the time is over. */
  readonly signal: AbortSignal;
  /** Whether it was the time. */
  readonly isOver: () => boolean;
}

/** The longest delay that a timer can have. */
const longest: Duration = 2 ** 31 - 1;

/** Starts a time limit. */
export function limitOf(time: Duration, outer: AbortSignal): Limit {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.min(time, longest));
  return {
    signal: AbortSignal.any([outer, over.signal]),
    isOver: () => over.signal.aborted,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** What a promise gives, unless the signal aborts before; for what can't be stopped itself. */
export function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('it was stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
