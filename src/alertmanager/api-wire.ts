/** One HTTP request to Alertmanager within a time: an answer whatever its status, or an error that knows whether it was sent. */
import type { Duration } from '../incident/incident.ts';
import { codeOf, unsentBecause } from '../incident/unreached.ts';
import { AlertmanagerError } from './api-error.ts';
import { line } from './api-words.ts';

/** What to send. */
export interface Letter {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly authorization: string | null;
  /** Sent as JSON; null for none. */
  readonly body: object | null;
  readonly signal: AbortSignal;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly header: (name: string) => string | null;
}

/** The way to one Alertmanager. */
export interface Wire extends AsyncDisposable {
  /** Throws an AlertmanagerError when there is no whole answer, and the signal's reason when it stopped the call. */
  send(letter: Letter): Promise<Reply>;
}

/** The largest answer that is read, in bytes. 1,000 alerts have about 1 MB. */
const largest = 32 * 2 ** 20;

/** Opens the way. `where` begins every sentence about it; `deadline` is for a whole call, to the last byte. */
export async function openWire(where: string, deadline: Duration): Promise<Wire> {
  const { Agent, request } = await import('undici');
  const agent = new Agent({
    // One, so that the calls of a poll reach one replica; what runs at the same time waits, or has a client of its own.
    connections: 1,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: deadline },
    headersTimeout: deadline,
    bodyTimeout: deadline,
    maxResponseSize: largest,
    // The next poll makes its own connection: it may reach another replica.
    keepAliveTimeout: 1_000,
    keepAliveMaxTimeout: 1_000,
  });
  return {
    async send({ method, url, authorization, body, signal }) {
      signal.throwIfAborted();
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), deadline);
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method,
          body: body === null ? null : JSON.stringify(body),
          headers: {
            accept: 'application/json',
            'accept-encoding': 'identity',
            'user-agent': 'vigie',
            ...(body === null ? {} : { 'content-type': 'application/json' }),
            ...(authorization === null ? {} : { authorization }),
          },
          signal: AbortSignal.any([signal, late.signal]),
        });
        const header = (name: string): string | null => {
          const value = answer.headers[name];
          return typeof value === 'object' ? value.join(', ') : (value ?? null);
        };
        return { status: answer.statusCode, text: await answer.body.text(), header };
      } catch (error) {
        signal.throwIfAborted();
        throw troubleOf(where, method, error, late.signal.aborted ? deadline : null);
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function troubleOf(where: string, method: Letter['method'], error: unknown, late: Duration | null): AlertmanagerError {
  const code = codeOf(error);
  const before = unsentBecause(code);
  const again = 'Trying again may help';
  if (before !== undefined) {
    return new AlertmanagerError('network', `${where} ${before}. ${again}`, {}, { cause: error });
  }
  const why =
    late === null
      ? brokenBy(code, error)
      : `did not answer within ${late < 1_000 ? `${late} ms` : `${Math.round(late / 100) / 10} s`}`;
  // Expiring a silence twice is once, so only a POST leaves a doubt.
  return method === 'POST'
    ? new AlertmanagerError(
        'ambiguous',
        `${where} ${why}. It may have been done: look before trying again`,
        {},
        { cause: error },
      )
    : new AlertmanagerError('network', `${where} ${why}. ${again}`, {}, { cause: error });
}

function brokenBy(code: string, error: unknown): string {
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return `answered more than ${largest / 2 ** 20} MB`;
  if (code.startsWith('HPE_')) return 'answered something that is not HTTP';
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code)
    ? 'closed the connection without a whole answer'
    : `gave no whole answer (${code || line(error instanceof Error ? error.message : '', 120)})`;
}
