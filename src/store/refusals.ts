/** Refused attempts that the timelines keep, counted over all incidents. */
import { sql } from 'kysely';
import { noticed } from '../access/refused.ts';
import type { Refusals } from '../access/keep-refused.ts';
import type { Instant, Person } from '../incident/incident.ts';
import type { Db } from './database.ts';

interface Row {
  readonly all_times: number;
  readonly all_noticed: boolean;
  readonly person_times: number;
  readonly person_noticed: boolean;
}

/** How often somebody, and everybody, was refused of late, and whether admins heard of it. */
export async function refusalsOf(db: Db, { id }: Person, now: Instant): Promise<Refusals> {
  const { person, all } = noticed;
  const { rows } = await sql<Row>`
    with lately as (
      select line ->> 'type' = 'DeedRefused' as refused, line -> 'by' ->> 'id' as by,
             at > ${new Date(now - person.within)} as just_now
      from timeline
      where line ->> 'type' in ('DeedRefused', 'RefusalsNoticed') and at > ${new Date(now - all.within)})
    select count(*) filter (where refused)::int as all_times,
           count(*) filter (where not refused and by is null) > 0 as all_noticed,
           count(*) filter (where refused and just_now and by = ${id})::int as person_times,
           count(*) filter (where not refused and just_now and by = ${id}) > 0 as person_noticed
    from lately`.execute(db);
  const [row] = rows;
  return {
    person: { times: row?.person_times ?? 0, noticed: row?.person_noticed ?? false },
    all: { times: row?.all_times ?? 0, noticed: row?.all_noticed ?? false },
  };
}
