/** The bell: BullMQ, which wakes whoever drains a lane. It remembers nothing; losing it loses only time. */
import { Queue, Worker, createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import type { PgPool, PgQueryable, PostgresConnectionOptions } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import type { Ring } from '../incident/contracts.ts';
import type { Room } from '../incident/effect.ts';
import type { Database } from '../store/database.ts';
import { EmbeddedPool } from '../store/embedded.ts';

interface Server {
  readonly host: string;
  readonly port: number;
}

/** Redis or Valkey: alone, behind Sentinel, or a Cluster; all with the same login. */
export type RedisPlace = {
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: { reveal(): string } | null;
} & (
  | { readonly topology: 'single'; readonly node: Server; readonly db: number }
  | { readonly topology: 'sentinel'; readonly sentinels: readonly Server[]; readonly name: string; readonly db: number }
  | { readonly topology: 'cluster'; readonly nodes: readonly Server[] }
);

/** How the bell is reached: Redis, or the database that remembers. */
export type BellPlace = { readonly kind: 'redis'; readonly redis: RedisPlace } | { readonly kind: 'embedded' };

/** Rings for lanes, and calls back when one was rung for. */
export interface Bell extends AsyncDisposable {
  /** Rings for lanes. Never throws and never waits long: what is not heard is rung again by the sweeper. */
  ring(rings: readonly Ring[]): Promise<void>;
  /** Calls `drain` for each ring of a room, several lanes at a time, one call a lane. */
  answer(room: Room, concurrency: number, drain: (lane: string) => Promise<void>): void;
  /** Takes in no more rings; lanes being drained are waited for. */
  stop(): Promise<void>;
  /** Whether the bell answers, for /ready. */
  isHeard(): Promise<boolean>;
}

/** The braces keep all keys in one Redis Cluster slot. */
const prefix = '{vigie}';

/** A ring that waits longer than this is given up: the sweeper rings again. BullMQ's first `add` hangs while Redis is away. */
const patience = 2_000;

/** Waits for something of BullMQ's, but not for ever: closing hangs too when Redis went away at the wrong moment. */
const patiently = (all: readonly Promise<unknown>[]): Promise<unknown> =>
  Promise.race([Promise.allSettled(all), new Promise((resolve) => setTimeout(resolve, patience).unref())]);

type Rung = { readonly lane: string };

interface Backend {
  queue(name: string): Queue<Rung>;
  worker(name: string, concurrency: number, drain: (lane: string) => Promise<void>): Worker<Rung>;
  isHeard(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens the bell. `trouble` hears of connection errors, which BullMQ reports as events. */
export async function openBell(place: BellPlace, database: Database, trouble: (error: Error) => void): Promise<Bell> {
  const backend = place.kind === 'embedded' ? await onDatabase(database, trouble) : onRedis(place.redis, trouble);
  const queues = new Map<string, Queue<Rung>>();
  const workers: Worker<Rung>[] = [];
  const queueOf = (room: string): Queue<Rung> => {
    const known = queues.get(room);
    if (known !== undefined) return known;
    const queue = backend.queue(`vigie-${room}`);
    queue.on('error', trouble);
    queues.set(room, queue);
    return queue;
  };
  const draining = new Set<Promise<void>>();
  const stop = async (): Promise<void> => {
    const closing = workers.splice(0).map((worker) => worker.close());
    await Promise.allSettled(draining);
    await patiently(closing);
  };
  return {
    ring: async (rings) => {
      const rung = [...Map.groupBy(rings, (ring) => ring.room)].map(([room, lanes]) =>
        queueOf(room).addBulk(lanes.map(jobOf)),
      );
      await patiently(rung);
    },
    answer: (room, concurrency, drain) => {
      const worker = backend.worker(`vigie-${room}`, concurrency, async (lane) => {
        const drained = drain(lane);
        draining.add(drained);
        await drained.finally(() => draining.delete(drained));
      });
      worker.on('error', trouble);
      workers.push(worker);
    },
    stop,
    isHeard: () => backend.isHeard(),
    [Symbol.asyncDispose]: async () => {
      await stop();
      await patiently([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}

/** A job means "drain this lane". While one waits, another is the same; while one runs, one more is kept for after it. */
const jobOf = ({ lane, priority }: Ring) => ({
  name: 'drain',
  data: { lane },
  opts: {
    priority,
    deduplication: { id: lane.replaceAll(':', '.'), keepLastIfActive: true },
    removeOnComplete: true,
    removeOnFail: true,
  },
});

/** Of a killed worker's lane, another is heard after 10 s at most. */
const stalling = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 1_000 };

function onRedis(place: RedisPlace, trouble: (error: Error) => void): Backend {
  const connect = (blocking: boolean): Redis | Cluster => {
    const redis = connectTo(place, behaviour(blocking));
    redis.on('error', trouble);
    return redis;
  };
  const ringing = connect(false);
  const waiting = connect(true);
  return {
    queue: (name) => new Queue<Rung>(name, { connection: ringing, prefix }),
    worker: (name, concurrency, drain) =>
      new Worker<Rung>(name, (job) => drain(job.data.lane), { connection: waiting, prefix, concurrency, ...stalling }),
    isHeard: async () => (await ringing.ping().catch(() => '')) === 'PONG',
    close: async () => {
      ringing.disconnect();
      waiting.disconnect();
    },
  };
}

const comeBack = (times: number): number => Math.min(times * 100, 1_000);

const behaviour = (blocking: boolean) => ({
  // BullMQ's workers block on Redis and must wait for it; a ring must not.
  maxRetriesPerRequest: blocking ? null : 1,
  enableOfflineQueue: blocking,
  ...(blocking ? {} : { commandTimeout: patience }),
  connectTimeout: 5_000,
  keepAlive: 10_000,
  retryStrategy: comeBack,
});

function connectTo(place: RedisPlace, common: ReturnType<typeof behaviour>): Redis | Cluster {
  const options = {
    ...common,
    ...(place.username === null ? {} : { username: place.username }),
    ...(place.password === null ? {} : { password: place.password.reveal() }),
    ...(place.tls ? { tls: {} } : {}),
  };
  switch (place.topology) {
    case 'single':
      return new Redis({ ...options, ...place.node, db: place.db });
    case 'sentinel':
      return new Redis({ ...options, sentinels: [...place.sentinels], name: place.name, db: place.db });
    case 'cluster':
      return new Cluster([...place.nodes], { redisOptions: options, clusterRetryStrategy: comeBack });
  }
}

async function onDatabase(database: Database, trouble: (error: Error) => void): Promise<Backend> {
  const connection = await queueConnection(database);
  const { Queue: EmbeddedQueue, Worker: EmbeddedWorker } = withBackend(createPostgresBackend);
  const own = { connection, prefix };
  if (database.pool instanceof EmbeddedPool) database.pool.on('error', trouble);
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the backend's own type parameter differs
    queue: (name) => new EmbeddedQueue<Rung>(name, own) as unknown as Queue<Rung>,
    worker: (name, concurrency, drain) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the backend's own type parameter differs
      new EmbeddedWorker<Rung>(name, (job) => drain(job.data.lane), {
        ...own,
        concurrency,
        ...stalling,
      }) as unknown as Worker<Rung>,
    isHeard: async () => true,
    close: async () => undefined,
  };
}

async function queueConnection({ place, pool }: Database): Promise<PostgresConnectionOptions> {
  // On a server BullMQ keeps a pool of its own, whose connections see its schema first.
  if (place.kind === 'postgres') return { connectionString: place.url, migrate: true, max: 8 };
  const client = await pool.connect();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- BullMQ asks for the shape of a pg client, not its class
  await runMigrations(client as unknown as PgQueryable);
  // One session for everybody: our tables first, then BullMQ's, whose statements name no schema.
  await client.query('set search_path = public, bullmq');
  client.release();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- and for the shape of a pg pool
  return pool as unknown as PgPool;
}
