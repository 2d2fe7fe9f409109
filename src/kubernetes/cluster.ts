/** Clusters: raw JSON in and out of their API servers. Whatever goes wrong is a KubeError; nothing here retries a write. */
import type { Duration, Instant } from '../incident/incident.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';
import { errorOfAnswer, KubeError } from './kube-error.ts';
import { type ClusterSettings, openAccess } from './kubeconfig.ts';
import { type Letter, openWire, type Reply, type Wire } from './wire.ts';

/** Parameters of a request; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a write came to. */
export interface Written {
  readonly object: JsonObject;
  /** The server's clock when it answered. */
  readonly date: Instant;
  /** What the server wants people to know: deprecations, policies that only warn. */
  readonly warnings: readonly string[];
}

/** One cluster. */
export interface Cluster {
  readonly name: string;
  get(path: string, query?: Query): Promise<JsonObject>;
  patch(path: string, body: Json, type: 'merge' | 'json', query: Query): Promise<Written>;
  post(path: string, body: Json, query?: Query): Promise<Written>;
  remove(path: string, body: Json, query?: Query): Promise<Written>;
  /** What is not JSON: a log. */
  text(path: string, query?: Query): Promise<string>;
  /** The same cluster for work that is stopped by a signal. */
  until(signal: AbortSignal): Cluster;
}

/** All clusters of the configuration. */
export interface Clusters extends AsyncDisposable {
  readonly names: readonly string[];
  /** Throws a KubeError of kind `settings` when the configuration has no such cluster. */
  get(name: string): Cluster;
}

/** What may differ from the usual. */
export interface ClusterOptions {
  /** Read when a server's answer has no date. */
  readonly clock?: () => Instant;
  /** Milliseconds: 5,000 to connect and 10,000 in all, unless told otherwise. */
  readonly connect?: Duration;
  readonly total?: Duration;
}

/** Opens the clusters by name; nothing is read and nobody is connected to before there is something to ask. */
export function openClusters(
  settings: Readonly<Record<string, ClusterSettings>>,
  { clock = Date.now, connect = 5_000, total = 10_000 }: ClusterOptions = {},
): Clusters {
  const lines = new Map(
    Object.entries(settings).map(([name, one]) => [name, new Line(name, one, { connect, total })] as const),
  );
  return {
    names: [...lines.keys()],
    get(name) {
      const found = lines.get(name);
      if (found !== undefined) return clusterOn(found, clock, null);
      const facts = { code: 0, reason: 'NoSuchCluster' };
      throw new KubeError('settings', `The configuration has no cluster ${name}: add it under \`clusters\``, facts);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...lines.values()].map((line) => line[Symbol.asyncDispose]()));
    },
  };
}

/** The way to a cluster, opened when it is first needed, and once more when the cluster does not know us any more. */
class Line implements AsyncDisposable {
  readonly #open: () => Promise<Wire>;
  #wire: Promise<Wire> | null = null;
  readonly name: string;

  constructor(name: string, settings: ClusterSettings, deadlines: { connect: Duration; total: Duration }) {
    this.name = name;
    this.#open = async () => openWire(name, await openAccess(name, settings), deadlines);
  }

  /** Sends. A 401 comes before anything is done, so with new credentials even a write may be sent again. */
  async send(letter: Letter): Promise<Reply> {
    const wire = this.#current();
    const reply = await (await wire).send(letter);
    if (reply.code !== 401) return reply;
    if (this.#wire === wire) {
      this.#wire = null;
      // What others have under way on it ends by itself.
      const old = await wire;
      setTimeout(() => void dispose(old), 60_000).unref();
    }
    return (await this.#current()).send(letter);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const wire = await this.#wire?.catch(() => null);
    await wire?.[Symbol.asyncDispose]();
  }

  #current(): Promise<Wire> {
    const wire = this.#wire ?? this.#open();
    this.#wire = wire;
    // A kubeconfig that can't be read is read again the next time.
    wire.catch(() => {
      if (this.#wire === wire) this.#wire = null;
    });
    return wire;
  }
}

/** Reads once more when a kept connection turns out to be closed: that says nothing about the server. */
async function twice(ask: () => Promise<Reply>): Promise<Reply> {
  try {
    return await ask();
  } catch (error) {
    const isStale = error instanceof KubeError && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(error.reason);
    if (!isStale) throw error;
    return ask();
  }
}

function clusterOn(line: Line, clock: () => Instant, signal: AbortSignal | null): Cluster {
  const ask = async (
    method: Letter['method'],
    path: string,
    query: Query,
    body: Json | null,
    contentType = 'application/json',
    accept = 'application/json',
  ): Promise<Reply> => {
    const letter: Letter = {
      method,
      path: path + printQuery(query),
      body: body === null ? null : JSON.stringify(body),
      contentType,
      accept,
      signal,
    };
    const reply = await (method === 'GET' ? twice(() => line.send(letter)) : line.send(letter));
    if (reply.code >= 200 && reply.code < 300) return reply;
    const { code, header } = reply;
    const write = method !== 'GET';
    throw errorOfAnswer({ cluster: line.name, write, code, body: reply.body, retryAfter: header('retry-after') });
  };
  const write = async (...asked: Parameters<typeof ask>): Promise<Written> => {
    const reply = await ask(...asked);
    const date = Date.parse(reply.header('date') ?? '');
    return {
      object: objectOf(line.name, reply, true),
      date: Number.isNaN(date) ? clock() : date,
      warnings: warningsOf(reply.header('warning')),
    };
  };
  return {
    name: line.name,
    get: async (path, query = {}) => objectOf(line.name, await ask('GET', path, query, null), false),
    patch: (path, body, type, query) =>
      write('PATCH', path, query, body, `application/${type === 'merge' ? 'merge-patch' : 'json-patch'}+json`),
    post: (path, body, query = {}) => write('POST', path, query, body),
    remove: (path, body, query = {}) => write('DELETE', path, query, body),
    text: async (path, query = {}) => (await ask('GET', path, query, null, '', '*/*')).body,
    until: (until) => clusterOn(line, clock, signal === null ? until : AbortSignal.any([signal, until])),
  };
}

/** Its connections may be broken already. */
const dispose = async (wire: Wire): Promise<void> => {
  try {
    await wire[Symbol.asyncDispose]();
  } catch {
    // Then there is nothing left to close.
  }
};

function printQuery(query: Query): string {
  const print = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) print.set(key, String(value));
  return print.size === 0 ? '' : `?${print.toString()}`;
}

function objectOf(name: string, { code, body }: Reply, write: boolean): JsonObject {
  try {
    const parsed = parseJson(body);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below.
  }
  const facts = { code, reason: 'NotJson' };
  const says = `Cluster ${name} answered something that is not a Kubernetes object: is a proxy in the way?`;
  throw new KubeError(write ? 'ambiguous' : 'network', says, facts);
}

/** `299 - "text"`, possibly several on one line. */
const warningsOf = (header: string | null): readonly string[] =>
  [...(header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, said = '']) => said.replace(/\\(.)/g, '$1'));
