/** Facts for a transition from outside its incident: read, and locked, in the commit that uses them. */
import { sql } from 'kysely';
import type { Actor } from '../access/actor.ts';
import { targetMeant } from '../action/run.ts';
import type { Event } from '../incident/event.ts';
import type { Facts, TargetFacts } from '../incident/facts.ts';
import type { Incident } from '../incident/incident.ts';
import type { Rules } from '../incident/rules.ts';
import { targetAtHand } from '../runbook/begin.ts';
import { isAutomationOff } from './automation.ts';
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
  const facts: Facts = {
    ...rules,
    ...(actor === undefined ? {} : { actor }),
    automationOff: await isAutomationOff(tx),
  };
  return target === null ? facts : { ...facts, target: await factsOf(tx, target, event.at) };
}

async function factsOf(tx: Db, target: string, now: number): Promise<TargetFacts> {
  await sql`select pg_advisory_xact_lock(hashtext(${target}))`.execute(tx);
  const { rows: holders } = await sql<{ id: string; incident: number; asked_by: string; stand: string }>`
    select id, incident, asked_by, stand from runs
    where target = ${target} and stand in ('running', 'watching', 'unknown')
    order by stand = 'watching', begun_at limit 1`.execute(tx);
  const { rows: recent } = await sql<{ begun_at: Date }>`
    select begun_at from runs where target = ${target} and begun_at > ${new Date(now - hour)}`.execute(tx);
  const { rows: tried } = await sql<{ template: string }>`
    select distinct template from runs
    where target = ${target} and automatic and begun_at is not null and template is not null`.execute(tx);
  const [holder] = holders;
  return {
    holder:
      holder === undefined
        ? null
        : { run: holder.id, incident: holder.incident, by: holder.asked_by, watching: holder.stand === 'watching' },
    recent: recent.map(({ begun_at: at }) => at.getTime()),
    tried: tried.map(({ template }) => template),
  };
}
