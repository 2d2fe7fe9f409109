/** Pages as rows: which incident of ours an incident of PagerDuty belongs to. */
import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { Change } from './save.ts';

/** Saves the keys and ids that changed. What was known once stays known: its webhooks may come late. */
export async function savePages(
  db: Db,
  first: ReadonlyMap<number, Change>,
  last: ReadonlyMap<number, Change>,
): Promise<void> {
  const rows = [...last].flatMap(([incident, { decision }]) => {
    const { dedupKey, incident: pager, keys } = decision.incident.pager;
    const before = first.get(incident)?.before?.incident.pager;
    const same = before?.dedupKey === dedupKey && before.incident === pager && before.keys.length > 0;
    return keys.length === 0 || same ? [] : [{ incident, dedup_key: dedupKey, pager }];
  });
  if (rows.length === 0) return;
  await sql`
    insert into pages (incident, dedup_key, pager)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t (incident bigint, dedup_key text, pager text)
    on conflict (incident, dedup_key) do update set pager = coalesce(excluded.pager, pages.pager)`.execute(db);
}

/** The incident that PagerDuty's belongs to: by its id, or else the newest that paged with the key. */
export async function incidentOfPage(db: Db, pager: string, dedupKey: string | null): Promise<number | undefined> {
  const { rows } = await sql<{ incident: number }>`
    select incident from pages where pager = ${pager} or dedup_key = ${dedupKey}
    order by coalesce(pager = ${pager}, false) desc, incident desc limit 1`.execute(db);
  return rows[0]?.incident;
}

/** The open incident whose present key this is. */
export async function incidentOfKey(db: Db, dedupKey: string): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    select number from incidents where open and state -> 'pager' ->> 'dedupKey' = ${dedupKey}
    order by number desc limit 1`.execute(db);
  return rows[0]?.number;
}

/** Whether an open incident has paged, in this episode, of which PagerDuty's incident is not known yet. */
export async function awaitsPager(db: Db): Promise<boolean> {
  const { rows } = await sql<{ awaits: boolean }>`
    select exists (
      select from pages p join incidents i on i.number = p.incident
      where i.open and p.pager is null and p.dedup_key = i.state -> 'pager' ->> 'dedupKey') as awaits`.execute(db);
  return rows[0]?.awaits === true;
}

/** PagerDuty's id of the incident that it made of a key of ours; null when it is not known. */
export async function pagerOf(db: Db, incident: number, dedupKey: string): Promise<string | null> {
  const { rows } = await sql<{ pager: string | null }>`
    select state -> 'pager' ->> 'incident' as pager from incidents
    where number = ${incident} and state -> 'pager' ->> 'dedupKey' = ${dedupKey}`.execute(db);
  return rows[0]?.pager ?? null;
}

/** Open incidents of which PagerDuty has one. */
export async function pagedIncidents(
  db: Db,
): Promise<readonly { readonly incident: number; readonly pager: string }[]> {
  const { rows } = await sql<{ incident: number; pager: string }>`
    select number as incident, state -> 'pager' ->> 'incident' as pager from incidents
    where open and state -> 'pager' ->> 'incident' is not null order by number`.execute(db);
  return rows;
}

/** Open incidents whose policy's clock runs. */
export async function climbing(db: Db): Promise<readonly number[]> {
  const { rows } = await sql<{ number: number }>`
    select number from incidents where open and state -> 'ladder' ->> 'is' = 'running' order by number`.execute(db);
  return rows.map(({ number }) => number);
}
