/** Scheduled checklists: each has one pending timer in the outbox, which opens its incident and sets the next. */
import { sql } from 'kysely';
import type { Effect } from '../incident/effect.ts';
import type { Instant } from '../incident/incident.ts';
import type { Runbook } from '../runbook/runbook.ts';
import type { Db } from './database.ts';

/** Sets the timer of a checklist; one that is pending and overdue stays: what fell due while nobody ran is not forgotten. */
export async function setTimer(db: Db, { id, schedule }: Runbook, now: Instant): Promise<void> {
  const due = schedule?.next(now) ?? null;
  if (due === null) return;
  const effect: Effect = { type: 'clock.wake', at: due, wake: { type: 'ChecklistDue', runbook: id, due } };
  const when = new Date(due);
  await sql`
    insert into outbox (effect_id, incident, room, lane, once, priority, effect, wanted, due_at, created_at)
    values (${`checklist-${id}-${due}`}, null, 'clock', ${`clock:checklist:${id}`}, ${`checklist:${id}`}, 1,
            ${JSON.stringify(effect)}::jsonb, 0, ${when}, ${new Date(now)})
    on conflict (once) where settled_at is null do update
      set effect_id = excluded.effect_id, effect = excluded.effect, due_at = excluded.due_at
      where outbox.due_at > ${new Date(now)} and not outbox.running`.execute(db);
}

/** Makes the pending timers those of the library: new and changed schedules are set, those that are gone are removed. */
export async function planChecklists(db: Db, library: readonly Runbook[], now: Instant): Promise<void> {
  const scheduled = library.filter(({ schedule }) => schedule !== null);
  await db.transaction().execute(async (tx) => {
    await sql`
      delete from outbox where room = 'clock' and incident is null and settled_at is null and not running
        and not once = any(${scheduled.map(({ id }) => `checklist:${id}`)}::text[])`.execute(tx);
    for (const runbook of scheduled) await setTimer(tx, runbook, now);
  });
}
