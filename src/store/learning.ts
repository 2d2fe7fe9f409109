/** Learning: how often each step of a runbook was done, and how often the alerts cleared soon after. Read from timelines. */
import { sql } from 'kysely';
import type { StepStats } from '../incident/contracts.ts';
import type { Db } from './database.ts';

/** Alerts that clear within this long after a step count as its success, unless another step was done in between. */
const soon = '10 minutes';

/** What the timelines know about the steps of a runbook, or of all of them, by runbook and step. */
export async function statsOf(db: Db, runbook: string | null): Promise<readonly StepStats[]> {
  const { rows } = await sql<StepStats>`
    with ended as (
      select incident, seq, at, line ->> 'runbook' as runbook, line ->> 'step' as step, line ->> 'title' as title,
             line ->> 'kind' as kind, line ->> 'result' as result, line ->> 'visit' as visit
      from timeline where line ->> 'type' = 'StepEnded' and (${runbook}::text is null or line ->> 'runbook' = ${runbook})
    ), judged as (
      select e.*, extract(epoch from cleared.at - done.at) * 1000 as took
      from ended e
      cross join lateral (
        select coalesce(min(p.at), e.at) as at, coalesce(min(p.seq), e.seq) as seq from timeline p
        where p.incident = e.incident and p.line ->> 'type' = 'ProofBegun' and p.line ->> 'visit' = e.visit
      ) done
      left join lateral (
        select min(c.at) as at from timeline c
        where e.kind in ('action', 'instruction') and e.result = 'done'
          and c.incident = e.incident and c.seq > done.seq and c.line ->> 'type' = 'Cleared'
          and c.at <= e.at + interval '${sql.raw(soon)}'
          and not exists (
            select from timeline other where other.incident = e.incident and other.seq > e.seq and other.seq < c.seq
              and other.line ->> 'type' = 'StepEnded' and other.line ->> 'result' = 'done'
              and other.line ->> 'kind' in ('action', 'instruction'))
      ) cleared on true
    )
    select runbook, step, (array_agg(title order by at desc))[1] as title, kind,
           count(*) filter (where result <> 'skipped')::int as runs,
           count(*) filter (where result = 'failed')::int as failed,
           count(took)::int as helped,
           percentile_cont(0.5) within group (order by took)::float8 as median
    from judged group by runbook, step, kind order by runbook, min(at), step`.execute(db);
  return rows;
}
