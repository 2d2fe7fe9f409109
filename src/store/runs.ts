/** Runs as rows: what incidents did to workloads, so that one incident can ask about all of them. */
import { sql } from 'kysely';
import { holds } from '../action/run.ts';
import type { Run } from '../action/run.ts';
import { vigie } from '../incident/incident.ts';
import type { Instant } from '../incident/incident.ts';
import type { Db } from './database.ts';
import type { Change } from './save.ts';

/** Saves the runs that changed, and wakes those who came too late for a workload that is free now. */
export async function saveRuns(
  db: Db,
  first: ReadonlyMap<number, Change>,
  last: ReadonlyMap<number, Change>,
): Promise<void> {
  const changed = [...last].flatMap(([number, { decision, at }]) => {
    const before = first.get(number)?.before?.incident.runs ?? {};
    return Object.values(decision.incident.runs)
      .filter((run) => before[run.id] !== run)
      .map((run) => ({ run, number, at, before: before[run.id] }));
  });
  if (changed.length === 0) return;
  const rows = changed.map(({ run, number }) => rowOf(run, number));
  await sql`
    insert into runs (id, incident, target, verb, asked_by, automatic, stand, template, begun_at)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as t (id text, incident bigint, target text, verb text, asked_by text, automatic boolean, stand text, template text,
            begun_at timestamptz)
    on conflict (id) do update set
      stand = excluded.stand, template = coalesce(excluded.template, runs.template),
      begun_at = coalesce(runs.begun_at, excluded.begun_at)`.execute(db);
  for (const { run, before, at } of changed)
    if (before !== undefined && holds(before) && !holds(run)) await wakeLate(db, run.target, at);
}

/** Timers for those who came too late, as their incidents would have set them; none while somebody else holds it. */
async function wakeLate(db: Db, target: string, now: Instant): Promise<void> {
  await sql`
    with freed as (
      update runs late set stand = 'ended'
      where late.target = ${target} and late.stand = 'late' and not exists (
        select from runs holder where holder.target = ${target} and holder.stand in ('running', 'watching', 'unknown'))
      returning late.id, late.incident)
    insert into outbox (effect_id, incident, room, lane, once, priority, effect, wanted, due_at, created_at)
    select 'freed-' || id, incident, 'clock', 'clock:' || incident, null, 1,
           jsonb_build_object('type', 'clock.wake', 'at', ${now}::bigint,
                              'wake', jsonb_build_object('type', 'TargetFreed', 'run', id)),
           0, ${new Date(now)}, ${new Date(now)}
    from freed`.execute(db);
}

function rowOf(run: Run, incident: number) {
  const { id, target, order, by, stand } = run;
  const begun = stand.is === 'running' ? new Date(stand.since).toISOString() : null;
  return {
    ...{ id, incident, target, verb: order.verb, asked_by: by.name, automatic: by.id === vigie.id },
    stand: standOf(run),
    template: 'plan' in stand ? (stand.plan?.templateHash ?? null) : null,
    begun_at: begun,
  };
}

/** What others ask about: whether it holds its workload, or came too late for one that another incident works on. */
function standOf({ stand }: Run): string {
  if (stand.is !== 'ended') return stand.is;
  if (stand.outcome === 'unknown') return 'unknown';
  return stand.behind === undefined ? 'ended' : 'late';
}
