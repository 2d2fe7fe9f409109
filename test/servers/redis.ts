/** Real Redis for tests: a fresh logical database on the server that the whole run shares, or a server of one's own. */
import { Redis } from 'ioredis';
import { requireProgram, sharedUrl } from './availability.ts';
import { freePort, type Server, startServer, temporaryFolder } from './child.ts';

/** A logical database nobody else uses. */
export interface RedisDatabase {
  /** `redis://127.0.0.1:<port>/<number>`. */
  readonly url: string;
  /** Empties it. */
  drop(): Promise<void>;
}

/** A Redis server of one's own. */
export interface RedisServer extends Server {
  /** `redis://127.0.0.1:<port>`. */
  readonly url: string;
}

/** More than any run has test files. */
const databases = 4096;

/** The server that all test files share; `npm test` starts it. */
export const redis = {
  /** Hands out a fresh logical database on it (about 5 ms). Never `flushall` there: others are at work beside. */
  createDatabase: async (): Promise<RedisDatabase> => {
    const server = sharedUrl('redis');
    const number = await withRedis(server, (client) => client.incr('vigie:databases'));
    const url = `${server}/${number}`;
    return { url, drop: () => withRedis(url, async (client) => void (await client.flushdb())) };
  },
};

/** Starts a new Redis (about 50 ms) as production must run it: an append-only file, and no eviction. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await temporaryFolder('redis');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    databases: String(databases),
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const server = await startServer({
    title: 'Redis',
    command: [
      requireProgram('redis-server', 'valkey-server'),
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    folder,
    stopSignal: 'SIGTERM',
    ask: () => withRedis(url, (client) => client.ping()),
  });
  return { url, ...server };
}

async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  // ioredis says every refused connection here too; the rejection below is what counts.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}
