/** Webhooks of PagerDuty: stored once each before they are answered, and settled when they are recorded or concern nobody. */
import { sql } from 'kysely';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** A stored webhook. */
export interface StoredHook {
  /** Of PagerDuty's event. */
  readonly id: string;
  readonly at: Instant;
  readonly body: string;
}

/** Stores a webhook, unless it came before. Gives up after the deadline; then nothing was stored. */
export async function storeHook(db: Db, { id, at, body }: StoredHook, deadline: Duration): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql.raw(`set local statement_timeout = ${Math.round(deadline)}`).execute(tx);
    await sql`insert into hooks (id, received_at, body) values (${id}, ${new Date(at)}, ${body})
      on conflict (id) do nothing`.execute(tx);
  });
}

/** What waits, in order of arrival. */
export async function waitingHooks(db: Db, limit: number): Promise<readonly StoredHook[]> {
  const { rows } = await sql<{ id: string; received_at: Date; body: string }>`
    select id, received_at, body from hooks where settled_at is null order by received_at, id limit ${limit}`.execute(
    db,
  );
  return rows.map(({ id, received_at: at, body }) => ({ id, at: at.getTime(), body }));
}

/** Settles a webhook. */
export async function settleHook(db: Db, id: string, now: Instant): Promise<void> {
  await sql`update hooks set settled_at = ${new Date(now)} where id = ${id}`.execute(db);
}
