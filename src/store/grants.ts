/** What each process may do in PostgreSQL when it has a role of its own: nobody but the owner can change what happened. */
import { sql } from 'kysely';
import type { Db } from './database.ts';

/** The roles of the processes; they must be there already, and not be the owner's. */
export interface Roles {
  readonly bot: string;
  readonly worker: string;
}

/** Both record events and perform effects. */
const shared: Readonly<Record<string, string>> = {
  migrations: 'select',
  counters: 'select, update',
  sources: 'select',
  frozen_runbooks: 'select, insert',
  incidents: 'select, insert, update',
  alerts: 'select, insert, update',
  alert_groups: 'select, insert, update',
  runs: 'select, insert, update',
  timeline: 'select, insert',
  outbox: 'select, insert, update, delete',
  pages: 'select, insert, update',
  receipts: 'select, insert, update',
  bookkeeping: 'select, insert, update',
};

/** The bot alone takes in and prunes: a worker can't forge an alert, and reads of the inbox only how much waits in it. */
const rights: Readonly<Record<keyof Roles, Readonly<Record<string, string>>>> = {
  bot: {
    ...shared,
    counters: 'select, insert, update',
    sources: 'select, insert',
    inbox: 'select, insert, update, delete',
    hooks: 'select, insert, update, delete',
  },
  worker: { ...shared, inbox: 'select (source, seq, received_at, parked_at)' },
};

/** Gives each role exactly what it needs, in one commit; run as the owner, again after each migration. */
export async function grant(db: Db, roles: Roles): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const part of ['bot', 'worker'] as const) {
      const role = sql.id(roles[part]);
      await sql`revoke all on all tables in schema public from ${role}`.execute(tx);
      await sql`grant usage on schema public to ${role}`.execute(tx);
      for (const [table, allowed] of Object.entries(rights[part])) {
        await sql`grant ${sql.raw(allowed)} on ${sql.id(table)} to ${role}`.execute(tx);
      }
    }
  });
}
