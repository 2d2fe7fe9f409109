/** Facts for a transition from outside its incident: read, and locked, in the commit that uses them. */
import { sql } from 'kysely';
import type { Actor } from '../access/actor.ts';
import { targetMeant } from '../action/run.ts';
import type { Event } from '../incident/event.ts';
import type { Facts, TargetFacts } from '../incident/facts.ts';
import type { Incident } from '../incident/incident.ts';
import type { Rules } from '../incident/rules.ts';
import { targetAtHand } from '../runbook/begin.ts';
import { automationOff } from './automation.ts';
import type { Db } from './database.ts';

const hour = 3_600_000;

/** The facts for an event of an incident whose row is locked already; the workload is locked after it, so no two can wait for each other. */
export async function factsFor(
  tx: Db,
  incident: Incident,
  event: Event,
  actor: Actor | undefined,
  rules: Rules,
): Promise<Facts> {
  const target = targetMeant(incident.runs, event) ?? ('visit' in event ? targetAtHand(incident) : null);
  const facts: Facts = { ...rules, ...(actor === undefined ? {} : { actor }) };
  if (target !== null) return { ...facts, ...(await factsOf(tx, target, event.at)) };
  const { rows } = await sql<Pick<Row, 'off'>>`select ${automationOff} as off`.execute(tx);
  return { ...facts, automationOff: rows[0]?.off === true };
}

interface Row {
  readonly off: boolean;
  readonly holder: {
    readonly id: string;
    readonly incident: number;
    readonly by: string;
    readonly stand: string;
  } | null;
  readonly recent: readonly number[] | null;
  readonly tried: readonly string[] | null;
}

/** Two statements: the second sees what was committed while the first waited for the lock. */
async function factsOf(
  tx: Db,
  target: string,
  now: number,
): Promise<{ readonly target: TargetFacts; readonly automationOff: boolean }> {
  await sql`select pg_advisory_xact_lock(hashtext(${target}))`.execute(tx);
  const { rows } = await sql<Row>`
    with known as (select * from runs where target = ${target})
    select ${automationOff} as off,
      (select jsonb_build_object('id', id, 'incident', incident, 'by', asked_by, 'stand', stand) from known
       where stand in ('running', 'watching', 'unknown') order by stand = 'watching', begun_at limit 1) as holder,
      (select jsonb_agg(extract(epoch from begun_at) * 1000) from known
       where begun_at > ${new Date(now - hour)}) as recent,
      (select jsonb_agg(distinct template) from known
       where automatic and begun_at is not null and template is not null) as tried`.execute(tx);
  const { holder = null, recent = null, tried = null, off = false } = rows[0] ?? {};
  return {
    automationOff: off,
    target: {
      holder:
        holder === null
          ? null
          : { run: holder.id, incident: holder.incident, by: holder.by, watching: holder.stand === 'watching' },
      recent: recent ?? [],
      tried: tried ?? [],
    },
  };
}
