/** Brings the schema up to date: numbered SQL files, forward only, each applied once whoever starts at the same time. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Db } from './database.ts';

const folder = join(import.meta.dirname, 'schema');

/** Any number will do, as long as every process takes the same one. */
const lockNumber = 8_447_443;

/**
 * Applies what is missing, in one transaction under a transaction-scoped advisory lock. Returns the names applied.
 * Throws when a file that was applied has changed since, or when the database is newer than this version.
 */
export async function migrate(db: Db, now: number): Promise<readonly string[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${lockNumber})`.execute(tx);
    const rows = await appliedIn(tx);
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const unknown = rows.find((row) => !files.some((file) => file.name === row.name));
    if (unknown !== undefined) {
      throw new Error(
        `the database has migration ${unknown.name}, which this version of Vigie does not know: use the newer version`,
      );
    }
    const fresh = [];
    for (const file of files) {
      const sha256 = createHash('sha256').update(file.text).digest('hex');
      const known = applied.get(file.name);
      if (known === sha256) continue;
      if (known !== undefined)
        throw new Error(`migration ${file.name} was changed after it had been applied: add a new file instead`);
      await owned(file.name, sql.raw(file.text).execute(tx));
      await sql`insert into migrations (name, sha256, applied_at) values (${file.name}, ${sha256}, ${new Date(now)})`.execute(
        tx,
      );
      fresh.push(file.name);
    }
    return fresh;
  });
}

interface Applied {
  readonly name: string;
  readonly sha256: string;
}

/** Asks before it makes the table: a process with a role of its own may not make one, even one that is there. */
async function appliedIn(tx: Db): Promise<readonly Applied[]> {
  const { rows: found } = await sql<{ there: boolean }>`
    select to_regclass('migrations') is not null as there`.execute(tx);
  const make = sql`create table migrations (name text primary key, sha256 text not null, applied_at timestamptz not null)`;
  if (found[0]?.there !== true) await owned('its first table', make.execute(tx));
  return (await sql<Applied>`select name, sha256 from migrations`.execute(tx)).rows;
}

/** Only the owner may change a schema; a process with a role of its own says so. */
async function owned(name: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const insufficient = '42501';
    if (!(error instanceof Error && 'code' in error && error.code === insufficient)) throw error;
    const remedy = 'run `vigie migrate` as the owner of the database first';
    throw new Error(`the schema lacks ${name}, and this role may not change it: ${remedy}`, { cause: error });
  }
}
