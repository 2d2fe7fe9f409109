/** PostgreSQL and Redis for a run, each behind something that can fall silent. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startFaultProxy } from '../../sandbox/fault-proxy.ts';
import type { FaultProxy } from '../../sandbox/fault-proxy.ts';
import type { Place } from '../../src/store/database.ts';
import type { Roles } from '../../src/store/grants.ts';
import type { Server } from '../servers/child.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startRedis } from '../servers/redis.ts';
import type { Chance } from './chance.ts';
import { divide } from '../store/roles.ts';

/** The servers that the bots need, to be broken. */
export interface Servers {
  readonly postgres: Server;
  readonly redis: Server;
  /** Empties Redis. */
  flushall(): Promise<void>;
  /** What stands between the bots and each server. */
  readonly toPostgres: FaultProxy;
  readonly toRedis: FaultProxy;
}

/** Servers that run, and how processes find them. */
export interface Ground extends AsyncDisposable {
  readonly servers: Servers;
  /** As its owner, and not by the way that can fall silent. */
  readonly place: Extract<Place, { kind: 'postgres' }>;
  /** `DATABASE_URL` for each part, which has a role of its own, as in production. */
  readonly databases: Roles;
  readonly env: { readonly REDIS_URL: string };
}

/** Starts them. */
export async function openGround(): Promise<Ground> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (server) => server.stop());
  const redis = stack.adopt(await startRedis(), (server) => server.stop());
  const { url } = await postgres.createDatabase();
  const { bot, worker } = await divide(url);
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
    databases: { bot: through(toPostgres, bot), worker: through(toPostgres, worker) },
    env: { REDIS_URL: through(toRedis, redis.url) },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Breaks one of the servers, or the way to it, for a moment; `tell` hears what is broken before it is. */
export async function breakOne(
  { postgres, redis, flushall, toPostgres, toRedis }: Servers,
  chance: Chance,
  signal: AbortSignal,
  tell: (what: string) => void,
): Promise<void> {
  const wait = (least: number, most: number): Promise<void> =>
    pause(chance.between(least, most), undefined, { signal }).catch(() => undefined);
  const silence = async (proxy: FaultProxy): Promise<void> => {
    proxy.hang();
    await wait(500, 5_000);
    proxy.flow();
  };
  const replace = async (server: Server): Promise<void> => {
    await server.kill();
    await wait(50, 1_500);
    await server.restart();
  };
  const cut = async (): Promise<void> => {
    toRedis.cut();
    toPostgres.cut();
  };
  const [what, strike] = chance.pick([
    ['FLUSHALL', flushall],
    ['Redis killed', () => replace(redis)],
    ['PostgreSQL killed', () => replace(postgres)],
    ['PostgreSQL killed', () => replace(postgres)],
    ['Redis silent', () => silence(toRedis)],
    ['PostgreSQL silent', () => silence(toPostgres)],
    ['connections cut', cut],
  ] as const);
  tell(what);
  await strike();
}
