/** The engine that every process runs: the database, the bell, the relay, and the store that records by them. */
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Perform } from './incident/contracts.ts';
import type { Room } from './incident/effect.ts';
import { explain } from './incident/fault.ts';
import type { Instant } from './incident/incident.ts';
import { openMetrics } from './ops/metrics.ts';
import type { Metrics } from './ops/metrics.ts';
import { openBell } from './queue/bell.ts';
import type { Bell } from './queue/bell.ts';
import { drainLane } from './queue/performer.ts';
import type { PerformerParts } from './queue/performer.ts';
import { startRelay } from './queue/relay.ts';
import type { Db, Place } from './store/database.ts';
import { openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { openStore } from './store/store.ts';
import type { Store, StoreWatch } from './store/store.ts';

/** A running engine. */
export interface Engine {
  readonly db: Db;
  readonly store: Store;
  readonly bell: Bell;
  readonly metrics: Metrics;
  readonly clock: () => Instant;
  /** Performs a room's effects, so many lanes at a time. */
  readonly answer: (room: Room, lanes: number, perform: Perform) => void;
}

/** Where the configuration keeps the record. */
export const placeOf = ({ store }: Config): Place =>
  store.kind === 'postgres' ? { kind: 'postgres', url: store.url.reveal() } : store;

/** Opens the engine on a stack that closes it in reverse. `rooms` are those whose effects this process sweeps for. */
export async function openEngine(
  config: Config,
  rooms: readonly Room[],
  log: Logger,
  stack: AsyncDisposableStack,
  stopping: () => boolean,
): Promise<Engine> {
  const clock = (): Instant => Date.now();
  const database = stack.use(await openDatabase(placeOf(config)));
  const { db } = database;
  await whenAnswering(() => migrate(db, clock()), log);
  const metrics = openMetrics(db, clock);
  const troubled = (error: Error): void => {
    metrics.bellTroubles.inc();
    log.warn({ fault: explain(error) }, 'the bell is troubled');
  };
  const bell = stack.use(await openBell(config.queue, database, troubled));
  const relay = stack.use(
    startRelay({
      ...{ db, bell, rooms, clock, patience: 5_000 },
      trouble: (error) => log.error({ fault: explain(error) }, 'sweeping the outbox'),
    }),
  );
  const watch = watching(log, metrics);
  const store = openStore({ db, rules: config.rules, clock, ring: (rings) => relay.ring(rings), watch });
  stack.defer(() => bell.stop());
  return {
    ...{ db, store, bell, metrics, clock },
    answer: (room, lanes, perform) => {
      const parts: PerformerParts = {
        ...{ db, store, perform, clock, random: Math.random, watch: performing(log, metrics) },
        ring: (rings) => relay.ring(rings),
      };
      bell.answer(room, lanes, (lane) => drainLane(parts, lane, stopping));
    },
  };
}

/** Waits for a database that is still starting, for a minute. */
async function whenAnswering(work: () => Promise<unknown>, log: Logger): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt >= 60 || !isAway(error)) throw error;
      log.warn({ fault: explain(error) }, 'waiting for the database');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** Connection refused, server starting (class 57) or an unfinished connection; not a wrong password or a bad migration. */
const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  ('code' in error ? /^(?:E|57|08)/.test(String(error.code)) : /timeout|terminated/i.test(error.message));

function watching(log: Logger, metrics: Metrics): StoreWatch {
  return {
    recorded: ({ incident, lines, effects }, cause) => {
      for (const line of lines) metrics.recorded.inc({ type: line.type });
      const events = lines.map((line) => line.type);
      log.info(
        { incident: incident.number, version: incident.version, events, effects: effects.length, cause },
        'recorded',
      );
    },
    refused: (event, { refused }) => {
      metrics.refused.inc({ type: event.type });
      log.info({ event: event.type, refused }, 'refused');
    },
    parked: (source, seq, fault) => {
      metrics.parked.inc({ source });
      log.error({ source, body: seq, fault }, 'parked a body that could not be recorded');
    },
  };
}

function performing(log: Logger, metrics: Metrics): PerformerParts['watch'] {
  return ({ effect, effectId, incident, attempts }, outcome, took, fault) => {
    metrics.effects.inc({ type: effect.type, outcome });
    metrics.effectSeconds.observe({ type: effect.type }, took / 1000);
    const level = outcome === 'performed' ? 'info' : outcome === 'given up' ? 'error' : 'warn';
    const about = { incident, effect: effect.type, id: effectId, attempt: attempts, ms: took, outcome };
    log[level](fault === null ? about : { ...about, fault }, 'performed');
  };
}
