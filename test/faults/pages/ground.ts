/** PostgreSQL and Redis for a run, each behind something that can fall silent. */
import { Redis } from 'ioredis';
import { startFaultProxy } from '../../../sandbox/fault-proxy.ts';
import type { Place } from '../../../src/store/database.ts';
import { startPostgres } from '../../servers/postgres.ts';
import { startRedis } from '../../servers/redis.ts';
import type { Servers } from '../site.ts';

/** Servers that run, and how bots find them. */
export interface Ground extends AsyncDisposable {
  readonly servers: Servers;
  readonly place: Place;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts them. */
export async function openGround(): Promise<Ground> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (server) => server.stop());
  const redis = stack.adopt(await startRedis(), (server) => server.stop());
  const { url } = await postgres.createDatabase();
  const toPostgres = stack.use(await startFaultProxy(Number(new URL(url).port)));
  const toRedis = stack.use(await startFaultProxy(Number(new URL(redis.url).port)));
  const flushall = async (): Promise<void> => {
    const client = new Redis(redis.url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.flushall();
    } finally {
      client.disconnect();
    }
  };
  const through = ({ port }: { readonly port: number }, address: string): string =>
    Object.assign(new URL(address), { port: String(port) }).href;
  const running = stack.move();
  return {
    servers: { postgres, redis, flushall, toPostgres, toRedis },
    place: { kind: 'postgres', url },
    env: { DATABASE_URL: through(toPostgres, url), REDIS_URL: through(toRedis, redis.url) },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
