/** Opens the database: PostgreSQL, or PGlite in this process. Nothing past this file knows which one it is. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { EmbeddedPool } from './embedded.ts';

/** Where the record is kept. */
export type Place =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'pglite'; readonly folder: string };

/** The tables are spoken to in SQL (`sql` templates); Kysely composes and runs it. */
export type Db = Kysely<unknown>;

/** An open database. */
export interface Database extends AsyncDisposable {
  readonly place: Place;
  readonly db: Db;
  /** For the queue's embedded backend, which must share the one session. */
  readonly pool: pg.Pool | EmbeddedPool;
}

// int8 comes back as a string from pg and as a number from PGlite. Ours are row ids and counts, far below 2^53.
const int8 = 20;

/**
 * Opens the database. No default of `pg` protects from a server that stopped answering, so every wait has an end:
 * 5 s for a connection, 10 s for a statement, which covers the slowest batch measured (0.4 s) many times over.
 */
export async function openDatabase(place: Place): Promise<Database> {
  const pool = place.kind === 'pglite' ? await EmbeddedPool.open(place.folder) : openPool(place.url);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Kysely asks for the shape of a pg pool, not its class
  const dialect = new PostgresDialect({ pool: pool as pg.Pool });
  const db = new Kysely<unknown>({ dialect });
  return { place, db, pool, [Symbol.asyncDispose]: () => db.destroy() };
}

function openPool(url: string): pg.Pool {
  pg.types.setTypeParser(int8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: 12,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    query_timeout: 12_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    application_name: 'vigie',
  });
  // An idle connection that dies would otherwise end the process; the next query reports the trouble.
  pool.on('error', () => undefined);
  // One in use tells its query, and then the process, unless somebody listens.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
