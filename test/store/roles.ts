/** A database whose processes have roles of their own, as in production. */
import { sql } from 'kysely';
import { openDatabase } from '../../src/store/database.ts';
import { grant } from '../../src/store/grants.ts';
import type { Roles } from '../../src/store/grants.ts';
import { migrate } from '../../src/store/migrate.ts';

/** Brings a database up to date and makes the two roles. Returns the addresses that the processes are started with. */
export async function divide(url: string, roles: Roles = { bot: 'vigie_bot', worker: 'vigie_worker' }): Promise<Roles> {
  await using database = await openDatabase({ kind: 'postgres', url });
  await migrate(database.db, Date.now());
  for (const role of [roles.bot, roles.worker]) await sql`create role ${sql.id(role)} login`.execute(database.db);
  await grant(database.db, roles);
  const as = (username: string): string => Object.assign(new URL(url), { username }).href;
  return { bot: as(roles.bot), worker: as(roles.worker) };
}
