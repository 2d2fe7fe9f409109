/** Receipts and bookkeeping: where things landed, and small facts that outlive a process. Not events. */
import { sql } from 'kysely';
import type { Receipts } from '../incident/contracts.ts';
import type { Instant } from '../incident/incident.ts';
import type { Db } from './database.ts';

/**
 * The receipts of one incident, for one piece of work. All are read at once, and what was read stays; what was not there
 * is looked for again each time, because another lane may have put it meanwhile.
 */
export function receiptsOf(db: Db, incident: number, clock: () => Instant): Receipts {
  const known = new Map<string, string>();
  return {
    async get(purpose) {
      if (known.has(purpose)) return known.get(purpose);
      const { rows } = await sql<{ purpose: string; place: string }>`
        select purpose, place from receipts where incident = ${incident}`.execute(db);
      for (const row of rows) known.set(row.purpose, row.place);
      return known.get(purpose);
    },
    async put(purpose, place) {
      await sql`
        insert into receipts (incident, purpose, place, at) values (${incident}, ${purpose}, ${place}, ${new Date(clock())})
        on conflict (incident, purpose) do update set place = excluded.place, at = excluded.at`.execute(db);
      known.set(purpose, place);
    },
  };
}

/** A fact kept under a name; undefined when it never was. */
export async function recall(db: Db, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ value: string }>`select value from bookkeeping where name = ${name}`.execute(db);
  return rows[0]?.value;
}

/** Keeps a fact under a name. */
export async function keep(db: Db, name: string, value: string, now: Instant): Promise<void> {
  await sql`
    insert into bookkeeping (name, value, at) values (${name}, ${value}, ${new Date(now)})
    on conflict (name) do update set value = excluded.value, at = excluded.at`.execute(db);
}
