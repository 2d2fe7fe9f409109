/** Runs as rows: what incidents did to workloads, so that one incident can ask about all of them. */
import { sql } from 'kysely';
import type { Run } from '../action/run.ts';
import { vigie } from '../incident/incident.ts';
import type { Db } from './database.ts';
import type { Change } from './incidents.ts';

/** Saves the runs that changed. */
export async function saveRuns(
  db: Db,
  first: ReadonlyMap<number, Change>,
  last: ReadonlyMap<number, Change>,
): Promise<void> {
  const rows = [...last].flatMap(([number, { decision }]) => {
    const before = first.get(number)?.before?.incident.runs ?? {};
    return Object.values(decision.incident.runs)
      .filter((run) => before[run.id] !== run)
      .map((run) => rowOf(run, number));
  });
  if (rows.length === 0) return;
  await sql`
    insert into runs (id, incident, target, verb, asked_by, automatic, stand, template, begun_at)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as t (id text, incident bigint, target text, verb text, asked_by text, automatic boolean, stand text, template text,
            begun_at timestamptz)
    on conflict (id) do update set
      stand = excluded.stand, template = coalesce(excluded.template, runs.template),
      begun_at = coalesce(runs.begun_at, excluded.begun_at)`.execute(db);
}

function rowOf(run: Run, incident: number) {
  const { id, target, order, by, stand } = run;
  const begun = stand.is === 'running' ? new Date(stand.since).toISOString() : null;
  const unknown = stand.is === 'ended' && stand.outcome === 'unknown';
  return {
    ...{ id, incident, target, verb: order.verb, asked_by: by.name, automatic: by.id === vigie.id },
    stand: unknown ? 'unknown' : stand.is,
    template: 'plan' in stand ? stand.plan.templateHash : null,
    begun_at: begun,
  };
}
