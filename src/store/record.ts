/** Records one event: locks the incident, asks the rule book, and saves state, timeline and outbox in one commit. */
import { sql } from 'kysely';
import type { Recorded, Ring } from '../incident/contracts.ts';
import type { Decision } from '../incident/draft.ts';
import { isRefusal } from '../incident/event.ts';
import type { Event, Refusal } from '../incident/event.ts';
import type { Instant } from '../incident/incident.ts';
import { vigie } from '../incident/incident.ts';
import { openChecklist, openForPerson, openForSilence } from '../incident/opening.ts';
import type { Rules } from '../incident/rules.ts';
import { transition } from '../incident/transition.ts';
import type { Actor } from '../access/actor.ts';
import { refuseDoer } from '../access/deeds.ts';
import { keepRefused } from '../access/keep-refused.ts';
import type { Facts } from '../incident/facts.ts';
import { setTimer } from './checklists.ts';
import { factsFor } from './facts.ts';
import type { Db } from './database.ts';
import { load } from './load.ts';
import type { Loaded } from './load.ts';
import { refusalsOf } from './refusals.ts';
import { save } from './save.ts';

/** An accepted event, with the lanes to ring for now that it is committed. */
export interface Committed extends Recorded {
  readonly rings: readonly Ring[];
  readonly decision: Decision | null;
}

/** The answer no, with the lanes to ring for where others are told of it. */
export interface Refused extends Refusal {
  readonly rings?: readonly Ring[];
}

/** An event on its way in. */
export interface Entry {
  readonly event: Event;
  /** Null only for what opens an incident. */
  readonly number: number | null;
  /** Names the press or the effect, so that the same one is recorded once; null where repeating is harmless. */
  readonly cause: string | null;
  /** Who acts, as Slack knows them at the click; absent for Vigie itself. */
  readonly actor?: Actor;
}

/**
 * Records an event in the given transaction. The same cause again answers the incident as it is, and changes nothing.
 */
export async function recordIn(
  tx: Db,
  { event, number, cause, actor }: Entry,
  rules: Rules,
): Promise<Committed | Refused> {
  const target = number ?? (cause === null ? undefined : await causedBy(tx, cause));
  if (target === undefined) return openIn(tx, event, cause, { ...rules, ...(actor === undefined ? {} : { actor }) });
  const before = (await load(tx, [target], true)).get(target);
  if (before === undefined) return { refused: `There is no incident ${target}.` };
  // Looked up under the lock: the same press may have been committed while we waited for it.
  const again = cause !== null && (await causedBy(tx, cause)) !== undefined;
  if (again) return { incident: before.incident, again: true, rings: [], decision: null };
  const facts = await factsFor(tx, before.incident, event, actor, rules);
  const decision = transition(before.incident, event, facts);
  if (isRefusal(decision)) return refuse(tx, before, { event, actor }, decision, facts);
  return commit(tx, before, decision, event.at, cause);
}

/** Answers a refusal, and keeps the attempt of whoever may not. It has no cause: whoever may by then may press the same again. */
async function refuse(
  tx: Db,
  before: Loaded,
  { event, actor }: { readonly event: Event; readonly actor: Actor | undefined },
  refusal: Refusal,
  { access }: Facts,
): Promise<Refused> {
  if (refusal.denied !== true || actor === undefined) return { ...refusal, rings: [] };
  const counts = await refusalsOf(tx, actor.person, event.at);
  const kept = keepRefused(before.incident, { by: actor.person, event }, refusal, counts, access);
  return { ...refusal, rings: await save(tx, [{ before, decision: kept, at: event.at, cause: null }]) };
}

/** Takes the next incident number. In the commit that opens the incident, so that numbers have no gaps. */
export async function nextNumber(tx: Db): Promise<number> {
  const { rows } = await sql<{
    value: number;
  }>`update counters set value = value + 1 where name = 'incidents' returning value`.execute(tx);
  const value = rows[0]?.value;
  if (value === undefined) throw new Error('taking an incident number: the counter row is missing');
  return value;
}

async function openIn(tx: Db, event: Event, cause: string | null, rules: Rules & Facts): Promise<Committed | Refusal> {
  const open = openerOf(event, rules);
  if (isRefusal(open)) return open;
  const number = await nextNumber(tx);
  // The counter row serialises openings, so the same press can be looked up again here as under an incident's lock.
  const earlier = cause === null ? undefined : await causedBy(tx, cause);
  const before = earlier === undefined ? undefined : (await load(tx, [earlier], false)).get(earlier);
  if (before !== undefined) {
    await sql`update counters set value = value - 1 where name = 'incidents'`.execute(tx);
    return { incident: before.incident, again: true, rings: [], decision: null };
  }
  if (event.type === 'ChecklistDue') await setNext(tx, event, rules);
  return commit(tx, null, open.decide(number), event.at, cause);
}

const knows = ({ services }: Rules, service: string): boolean => services.some(({ name }) => name === service);

const noService = (name: string): Refusal => ({ refused: `There is no service ${name} in the configuration.` });

/** How an event that names no incident opens one. */
function openerOf(event: Event, rules: Rules & Facts): { readonly decide: (number: number) => Decision } | Refusal {
  const refusal = event.type === 'Declared' || event.type === 'RunbookStarted' ? refuseDoer(event, rules) : null;
  if (refusal !== null) return refusal;
  switch (event.type) {
    case 'Declared':
      if (event.service !== undefined && !knows(rules, event.service)) return noService(event.service);
      return { decide: (number) => openForPerson(number, event, rules) };
    case 'RunbookStarted':
    case 'ChecklistDue': {
      const runbook = rules.runbooks.find(({ id }) => id === event.runbook);
      const by = event.type === 'ChecklistDue' ? vigie : event.by;
      if (runbook === undefined) return { refused: `There is no runbook ${event.runbook}.` };
      const service = event.type === 'ChecklistDue' ? undefined : event.service;
      if (service !== undefined && !knows(rules, service)) return noService(service);
      return { decide: (number) => openChecklist(number, runbook, { by, at: event.at, service }, rules) };
    }
    case 'HeartbeatMissed':
      return { decide: (number) => openForSilence(number, event, rules) };
    default:
      return { refused: 'Say which incident is meant.' };
  }
}

/** The next timer of a checklist, in the commit that opens it. The due one is settled in this commit too, so it makes room first. */
async function setNext(
  tx: Db,
  { runbook: id, at }: Extract<Event, { type: 'ChecklistDue' }>,
  rules: Rules,
): Promise<void> {
  const runbook = rules.runbooks.find((known) => known.id === id);
  await sql`update outbox set once = null where once = ${`checklist:${id}`} and running`.execute(tx);
  if (runbook !== undefined) await setTimer(tx, runbook, at);
}

async function commit(
  tx: Db,
  before: Loaded | null,
  decision: Decision,
  at: Instant,
  cause: string | null,
): Promise<Committed> {
  const rings = await save(tx, [{ before, decision, at, cause }]);
  return { incident: decision.incident, again: false, rings, decision };
}

async function causedBy(tx: Db, cause: string): Promise<number | undefined> {
  const { rows } = await sql<{ incident: number }>`select incident from timeline where cause = ${cause}`.execute(tx);
  return rows[0]?.incident;
}
