/** The outbox: effects awaiting performance. Claiming a row counts the attempt; only the holder of its fence may settle it. */
import { sql } from 'kysely';
import type { Lane, Ring } from '../incident/contracts.ts';
import type { Effect } from '../incident/effect.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** A row in hand: its lane is ours until `leaseUntil`. */
export interface Claim extends Lane {
  readonly id: number;
  readonly effectId: string;
  /** Null for the timer of a checklist. */
  readonly incident: number | null;
  readonly effect: Effect;
  readonly attempts: number;
  /** How often a process died, or lost its lease, with this row in hand. */
  readonly crashes: number;
  readonly fence: number;
  readonly wanted: number;
  readonly since: Instant;
}

interface Row extends Lane {
  readonly id: number;
  readonly effect_id: string;
  readonly incident: number | null;
  readonly effect: Effect;
  readonly attempts: number;
  readonly crashes: number;
  readonly fence: number;
  readonly wanted: number;
  readonly created_at: Date;
}

const at = (instant: Instant): Date => new Date(instant);

/**
 * Claims the oldest due effect of a lane. Null when nothing is due, when somebody holds the lane, or when the oldest
 * one waits for its retry: what comes after it must not overtake it.
 */
export async function claim(db: Db, lane: string, now: Instant, lease: Duration): Promise<Claim | null> {
  // No lock on the head: most claims are in vain, and a lock costs a disk sync. The update looks again at the row itself.
  const { rows } = await sql<Row>`
    with head as (
      select id from outbox
      where lane = ${lane} and settled_at is null and (due_at <= ${at(now)} or attempts > 0)
      order by running desc, id limit 1
    )
    update outbox o set
      running = true, fence = o.fence + 1, attempts = o.attempts + 1,
      crashes = o.crashes + case when o.running then 1 else 0 end,
      lease_until = ${at(now + lease)}
    from head
    where o.id = head.id and o.settled_at is null and o.due_at <= ${at(now)}
      and (not o.running or o.lease_until <= ${at(now)})
    returning o.id, o.room, o.lane, o.priority, o.effect_id, o.incident, o.effect, o.attempts, o.crashes, o.fence, o.wanted, o.created_at`.execute(
    db,
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { effect_id: effectId, created_at: created, ...rest } = row;
  return { ...rest, effectId, since: created.getTime() };
}

/** Keeps a lane in hand for longer. False when somebody else has it by now. */
export async function renew(db: Db, claimed: Claim, until: Instant): Promise<boolean> {
  const { rows } = await sql`
    update outbox set lease_until = ${at(until)} where id = ${claimed.id} and running and fence = ${claimed.fence}
    returning id`.execute(db);
  return rows.length === 1;
}

/** How a row ended. */
export type Outcome = 'performed' | 'refused' | 'given up';

/**
 * Settles a row, in the transaction that records its outcome if it has one. A level-triggered row whose incident moved on
 * while it was performed becomes due again instead. False when the lease was lost: then nothing may be committed.
 */
export async function settle(
  db: Db,
  claimed: Claim,
  performed: number,
  outcome: Outcome,
  now: Instant,
): Promise<boolean> {
  const stale = sql`(once is not null and wanted > ${performed} and ${outcome !== 'given up'})`;
  const { rows } = await sql`
    update outbox set
      running = false, lease_until = null, attempts = case when ${stale} then 0 else attempts end, rung_at = null,
      due_at = case when ${stale} then ${at(now)}::timestamptz + interval '3 seconds' else due_at end,
      fault = case when ${outcome === 'given up'} then fault end,
      settled_at = case when ${stale} then null else ${at(now)}::timestamptz end,
      outcome = case when ${stale} then null else ${outcome} end
    where id = ${claimed.id} and running and fence = ${claimed.fence}
    returning id`.execute(db);
  return rows.length === 1;
}

/** Puts a row back for later with what went wrong. `counts` is false when waiting was asked for and no attempt failed. */
export async function postpone(db: Db, claimed: Claim, due: Instant, fault: string, counts: boolean): Promise<void> {
  await sql`
    update outbox set running = false, lease_until = null, rung_at = null, due_at = ${at(due)}, fault = ${fault},
      attempts = case when ${counts} then attempts else greatest(attempts - 1, 1) end
    where id = ${claimed.id} and running and fence = ${claimed.fence}`.execute(db);
}

/**
 * Lanes with something due that nobody rang for lately: fresh retries and timers, and whatever a lost Redis or a dead
 * process forgot. Marks them as rung. `patience` is how long a ring is believed.
 */
export async function unrung(
  db: Db,
  rooms: readonly string[],
  now: Instant,
  patience: Duration,
): Promise<readonly Ring[]> {
  const { rows } = await sql<Lane>`
    with due as (
      select id from outbox o
      where settled_at is null and room = any(${[...rooms]}::text[]) and due_at <= ${at(now)}
        and (rung_at is null or rung_at <= ${at(now - patience)})
        and (not running or lease_until <= ${at(now)})
        and not exists (select from outbox head where head.lane = o.lane and head.settled_at is null
                        and head.attempts > 0 and head.due_at > ${at(now)} and head.id < o.id)
      order by priority, id limit 500 for update skip locked
    ), rung as (
      update outbox o set rung_at = ${at(now)} from due where o.id = due.id returning o.room, o.lane, o.priority
    )
    select room, lane, min(priority) as priority from rung group by room, lane`.execute(db);
  return rows.map((row) => ({ ...row, due: now }));
}

/** Deletes settled effects, settled webhooks of PagerDuty and recorded bodies that are older than `before`. Answers how many rows went. */
export async function prune(db: Db, before: Instant): Promise<number> {
  const outbox = await sql`delete from outbox where settled_at < ${at(before)} returning id`.execute(db);
  const inbox = await sql`
    delete from inbox i using counters recorded
    where recorded.name = 'recorded:' || i.source and i.seq <= recorded.value
      and i.received_at < ${at(before)} and i.parked_at is null
    returning 1`.execute(db);
  const hooks = await sql`delete from hooks where settled_at < ${at(before)} returning id`.execute(db);
  return outbox.rows.length + inbox.rows.length + hooks.rows.length;
}
