/** The switch that turns all automation off, for every incident and at once. */
import { sql } from 'kysely';
import type { Actor } from '../access/actor.ts';
import { mayAct } from '../access/permissions.ts';
import type { Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import type { Instant } from '../incident/incident.ts';
import type { Db } from './database.ts';
import { keep } from './receipts.ts';

const name = 'automation';

/** Turns automation on or off. Answers a refusal for whoever may not. */
export async function switchAutomation(
  db: Db,
  to: 'on' | 'off',
  actor: Actor,
  { access }: Pick<Facts, 'access'>,
  now: Instant,
): Promise<Refusal | null> {
  const refusal = mayAct(actor, 'automation', access);
  if (refusal === null) await keep(db, name, to, now);
  return refusal;
}

/** Whether somebody switched it off, within a statement. */
export const automationOff = sql<boolean>`exists (select from bookkeeping where name = ${name} and value = 'off')`;
