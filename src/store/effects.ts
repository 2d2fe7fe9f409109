/** What decisions wish for, as rows of the outbox; a level-triggered wish that is pending already is wished anew. */
import { sql } from 'kysely';
import type { Lane, Ring } from '../incident/contracts.ts';
import type { Decision } from '../incident/draft.ts';
import { addressOf } from '../incident/effect.ts';
import type { Instant } from '../incident/incident.ts';
import type { Db } from './database.ts';

/** Card edits are at least this far apart, so that a storm of changes costs one edit. */
const spacing = '3 seconds';

/** Saves the effects of decisions, in their order. Answers the lanes to ring for after the commit. */
export async function saveEffects(
  db: Db,
  changes: readonly { readonly decision: Decision; readonly at: Instant }[],
): Promise<readonly Ring[]> {
  const rows = new Map<string, { readonly n: number }>();
  for (const { decision, at } of changes) {
    const { number, version } = decision.incident;
    for (const [index, effect] of decision.effects.entries()) {
      const { room, lane, once, priority, due } = addressOf(effect, number);
      const effectId = `${number}-${version}-${index}`;
      const when = new Date(due ?? at).toISOString();
      const rung = due === null ? when : null;
      const key = once ?? effectId;
      // One batch may wish the same level-triggered thing many times; one row can't be upserted twice in a statement. It
      // keeps its first place: what came second must not overtake the channel that it is posted to.
      rows.set(key, {
        ...{ effect_id: effectId, incident: number, room, lane, once, priority, effect, wanted: version },
        ...{ n: rows.get(key)?.n ?? rows.size, due_at: when, rung_at: rung, created_at: new Date(at).toISOString() },
      });
    }
  }
  // Only what was not pending already needs a ring, and a lane needs one for all that is due at once.
  const { rows: written } = await sql<Lane & { due_at: Date; waits: boolean; fresh: boolean }>`
    insert into outbox (effect_id, incident, room, lane, once, priority, effect, wanted, due_at, rung_at, created_at)
    select t.effect_id, t.incident, t.room, t.lane, t.once, t.priority, t.effect, t.wanted,
           greatest(t.due_at, r.at + interval '${sql.raw(spacing)}'),
           case when r.at + interval '${sql.raw(spacing)}' > t.due_at then null else t.rung_at end, t.created_at
    from jsonb_to_recordset(${JSON.stringify([...rows.values()])}::jsonb)
      as t (effect_id text, incident bigint, room text, lane text, once text, priority int, effect jsonb, wanted int,
            due_at timestamptz, rung_at timestamptz, created_at timestamptz, n int)
    left join receipts r on t.once is not null and r.incident = t.incident and r.purpose = t.effect ->> 'type'
    order by t.n
    on conflict (once) where settled_at is null do update set wanted = excluded.wanted
    returning room, lane, priority, due_at, due_at > created_at as waits, xmax = 0 as fresh`.execute(db);
  const rings = new Map<string, Ring>();
  for (const { fresh, waits, due_at: at, room, lane, priority } of written) {
    const due = at.getTime();
    if (fresh) rings.set(waits ? `${lane} ${due}` : lane, { room, lane, priority, due });
  }
  return [...rings.values()];
}
