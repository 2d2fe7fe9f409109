/** One HTTP request to an API server within a time, over connections that are kept; whether it was sent is never guessed. */
import { isDeepStrictEqual } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Duration } from '../incident/incident.ts';
import { codeOf, unsentBecause } from '../incident/unreached.ts';
import type { Access, Pass, TlsOptions } from './kubeconfig.ts';
import { KubeError } from './kube-error.ts';
import { line } from './words.ts';

/** What to send. */
export interface Letter {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body: string | null;
  readonly contentType: string;
  readonly accept: string;
  readonly signal: AbortSignal | null;
}

/** What came back, whatever its status. */
export interface Reply {
  readonly code: number;
  readonly body: string;
  readonly header: (name: string) => string | null;
}

/** How long a request may take. */
export interface Deadlines {
  readonly connect: Duration;
  readonly total: Duration;
}

/** The connections to one cluster. */
export interface Wire extends AsyncDisposable {
  /** Throws a KubeError when there is no whole answer. */
  send(letter: Letter): Promise<Reply>;
}

/** The largest answer that is read. A list of 200 pods is 3 MB. */
const largest = 32 * 1024 * 1024;

/** Opens the way to a cluster; connects when there is something to send. */
export async function openWire(cluster: string, access: Access, deadlines: Deadlines): Promise<Wire> {
  const { Agent, ProxyAgent, request } = await import('undici');
  let current: { readonly tls: TlsOptions; readonly dispatcher: Dispatcher } | null = null;

  /** One for all requests; another only when a certificate was renewed. */
  const dispatcherFor = ({ tls }: Pass): Dispatcher => {
    if (current !== null && isDeepStrictEqual(current.tls, tls)) return current.dispatcher;
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000 };
    const options = {
      connections: 8,
      allowH2: false,
      headersTimeout: deadlines.total,
      bodyTimeout: deadlines.total,
      maxResponseSize: largest,
      keepAliveTimeout: 30_000,
    };
    const connect = { ...keepAlive, timeout: deadlines.connect };
    void current?.dispatcher.close().catch(() => undefined);
    const dispatcher =
      access.proxy === null
        ? new Agent({ ...options, connect: { ...connect, ...tls } })
        : new ProxyAgent({ ...options, uri: access.proxy, requestTls: { ...connect, ...tls }, connect });
    current = { tls, dispatcher };
    return dispatcher;
  };

  return {
    async send(letter) {
      const pass = await access.pass();
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), deadlines.total);
      const signal = letter.signal === null ? late.signal : AbortSignal.any([letter.signal, late.signal]);
      try {
        if (signal.aborted) throw new Error('it was stopped before it was sent', { cause: signal.reason });
        const answer = await request(access.server + letter.path, {
          dispatcher: dispatcherFor(pass),
          method: letter.method,
          body: letter.body,
          headers: headersOf(letter, pass),
          signal,
        });
        const body = await answer.body.text();
        const header = (name: string): string | null => {
          const value = answer.headers[name];
          return typeof value === 'object' ? value.join(', ') : (value ?? null);
        };
        return { code: answer.statusCode, body, header };
      } catch (error) {
        throw troubleOf(cluster, access.server, letter, error, late.signal.aborted ? deadlines : null);
      } finally {
        clearTimeout(timer);
      }
    },
    async [Symbol.asyncDispose]() {
      await current?.dispatcher.destroy();
    },
  };
}

const headersOf = ({ accept, body, contentType }: Letter, { headers }: Pass): Record<string, string> => ({
  ...headers,
  accept,
  'user-agent': 'vigie',
  ...(body === null ? {} : { 'content-type': contentType }),
});

function troubleOf(
  cluster: string,
  server: string,
  { method }: Letter,
  error: unknown,
  late: Deadlines | null,
): KubeError {
  const code = codeOf(error);
  const where = `Cluster ${cluster} (${line(new URL(server).host, 100)})`;
  const facts = { code: 0, reason: code || 'NoAnswer' };
  const before = unsentBecause(code);
  if (before !== undefined) return new KubeError('network', `${where} ${before}`, facts, { cause: error });
  const why =
    late === null ? brokenBy(code, error) : `did not answer within ${Math.round(late.total / 100) / 10} seconds`;
  return method === 'GET'
    ? new KubeError('network', `${where} ${why}`, facts, { cause: error })
    : new KubeError('ambiguous', `${where} ${why}, so it is not known whether it was done`, facts, { cause: error });
}

function brokenBy(code: string, error: unknown): string {
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return `answered more than ${largest / 2 ** 20} MB`;
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code)
    ? 'closed the connection without a whole answer'
    : `gave no whole answer (${code || line(error instanceof Error ? error.message : '', 120)})`;
}
