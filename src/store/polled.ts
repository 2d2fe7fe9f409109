/** What a poll of Alertmanager is compared with: the alerts of incidents that are open, or ended not long ago. */
import { sql } from 'kysely';
import type { Alert, Incident, Instant } from '../incident/incident.ts';
import type { Db } from './database.ts';
import { alertOf } from './load.ts';

/** An alert, and the incident that holds it. */
export interface HeldAlert {
  readonly number: number;
  readonly open: boolean;
  readonly alert: Alert;
  /** It is not known whether it still fires. */
  readonly unknown: boolean;
  /** Ids of the silences that Vigie made for the incident. */
  readonly silences: readonly string[];
}

/** The alerts of a source's incidents that are open or changed since. */
export async function heldAlerts(db: Db, source: string, since: Instant): Promise<readonly HeldAlert[]> {
  const { rows } = await sql<{
    number: number;
    open: boolean;
    alert: Alert;
    unknown: boolean;
    silences: Incident['silences'] | null;
  }>`
    select i.number, i.open, a.alert, i.state -> 'signal' ->> 'is' = 'unknown' as unknown, i.state -> 'silences' as silences
    from alerts a join incidents i on i.number = a.incident
    where i.source = ${source} and a.held and (i.open or i.changed_at > ${new Date(since)})`.execute(db);
  return rows.map(({ alert, silences, ...row }) => ({
    ...row,
    alert: alertOf(alert),
    silences: (silences ?? []).map(({ id }) => id),
  }));
}

/** Incidents of a source that fire, oldest first; with a label, those of which an alert has it. */
export async function firingIncidents(
  db: Db,
  source: string,
  label: { readonly name: string; readonly value: string } | null,
): Promise<readonly number[]> {
  const { rows } = await sql<{ number: number }>`
    select i.number from incidents i
    where i.source = ${source} and i.open and i.state -> 'signal' ->> 'is' = 'firing' and exists (
      select from alerts a where a.incident = i.number
        and (${label === null} or a.alert -> 'labels' ->> ${label?.name ?? ''} = ${label?.value ?? ''}))
    order by i.number`.execute(db);
  return rows.map(({ number }) => number);
}
