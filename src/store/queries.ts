/** Reads, where nothing is decided: lists, one incident with its timeline, and what operators watch. */
import { sql } from 'kysely';
import type { Listed } from '../incident/contracts.ts';
import type { Line } from '../incident/event.ts';
import type { Incident } from '../incident/incident.ts';
import { firstBroken } from './chain.ts';
import type { Db } from './database.ts';
import { load } from './load.ts';

/** Incidents, newest first; only those not resolved or closed unless `all`. */
export async function listIncidents(db: Db, all: boolean, limit: number): Promise<readonly Listed[]> {
  const { rows } = await sql<Omit<Listed, 'openedAt'> & { opened_at: Date }>`
    select i.number, i.kind, i.phase, i.severity, i.title, i.service, i.opened_at,
      (select count(*)::int from alerts a where a.incident = i.number and a.alert ->> 'status' = 'firing') as firing,
      (select count(*)::int from alerts a where a.incident = i.number and a.alert ->> 'status' = 'resolved') as resolved
    from incidents i where ${all} or i.open order by i.number desc limit ${limit}`.execute(db);
  return rows.map(({ opened_at: opened, ...row }) => ({ ...row, openedAt: opened.getTime() }));
}

/** An incident with its whole timeline. */
export interface Shown {
  readonly incident: Incident;
  readonly timeline: readonly { readonly seq: number; readonly cause: string | null; readonly line: Line }[];
  /** Sequence number of the first line that does not fit the hash chain; null when it is whole. */
  readonly brokenAt: number | null;
  readonly receipts: Readonly<Record<string, string>>;
}

/** Everything about one incident; undefined when there is none. */
export async function showIncident(db: Db, number: number): Promise<Shown | undefined> {
  const incident = (await load(db, [number], false, true)).get(number)?.incident;
  if (incident === undefined) return undefined;
  const timeline = await sql<{ seq: number; cause: string | null; line: Line; hash: Buffer }>`
    select seq, cause, line, hash from timeline where incident = ${number} order by seq`.execute(db);
  const receipts = await sql<{ purpose: string; place: string }>`
    select purpose, place from receipts where incident = ${number} order by purpose`.execute(db);
  return {
    incident,
    timeline: timeline.rows.map(({ seq, cause, line }) => ({ seq, cause, line })),
    brokenAt: firstBroken(timeline.rows.map((row) => ({ ...row, incident: number, hash: Buffer.from(row.hash) }))),
    receipts: Object.fromEntries(receipts.rows.map(({ purpose, place }) => [purpose, place])),
  };
}

/** One incident as it is now. */
export const currentIncident = async (db: Db, number: number): Promise<Incident | undefined> =>
  (await load(db, [number], false)).get(number)?.incident;

/** The number of the incident whose Slack channel this is. */
export async function incidentOfChannel(db: Db, channel: string): Promise<number | undefined> {
  const { rows } = await sql<{ incident: number }>`
    select incident from receipts where purpose = 'channel' and place = ${channel} order by incident desc limit 1`.execute(
    db,
  );
  return rows[0]?.incident;
}

/** What waits, for /metrics and /ready. Oldest is null when nothing waits. */
export interface Backlog {
  readonly inboxWaiting: number;
  readonly inboxOldest: Date | null;
  readonly inboxParked: number;
  /** Effects not yet settled, by room, due or not. */
  readonly outboxPending: Readonly<Record<string, number>>;
  readonly outboxDue: number;
  readonly outboxOldest: Date | null;
  readonly open: Readonly<Record<string, number>>;
}

/** Counts what waits at `now`. */
export async function backlog(db: Db, now: number): Promise<Backlog> {
  const inbox = await sql<{ waiting: number; oldest: Date | null; parked: number }>`
    with sources_waiting as (
      select s.name, recorded.value as position, taken.value - recorded.value as waiting from sources s
      join counters recorded on recorded.name = 'recorded:' || s.name join counters taken on taken.name = 'taken:' || s.name)
    select (select coalesce(sum(waiting), 0)::int from sources_waiting) as waiting,
           (select min(i.received_at) from sources_waiting w join inbox i on i.source = w.name and i.seq = w.position + 1) as oldest,
           (select count(*)::int from inbox where parked_at is not null) as parked`.execute(db);
  const outbox = await sql<{ due: number; oldest: Date | null }>`
    select count(*)::int as due, min(due_at) as oldest from outbox where settled_at is null and due_at <= ${new Date(now)}`.execute(
    db,
  );
  const pending = await sql<{ room: string; count: number }>`
    select room, count(*)::int as count from outbox where settled_at is null group by room`.execute(db);
  const open = await sql<{ phase: string; count: number }>`
    select phase, count(*)::int as count from incidents where open group by phase`.execute(db);
  return {
    inboxWaiting: inbox.rows[0]?.waiting ?? 0,
    inboxOldest: inbox.rows[0]?.oldest ?? null,
    inboxParked: inbox.rows[0]?.parked ?? 0,
    outboxPending: Object.fromEntries(pending.rows.map(({ room, count }) => [room, count])),
    outboxDue: outbox.rows[0]?.due ?? 0,
    outboxOldest: outbox.rows[0]?.oldest ?? null,
    open: Object.fromEntries(open.rows.map(({ phase, count }) => [phase, count])),
  };
}
