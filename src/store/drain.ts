/** The drain: records a source's bodies in order of arrival, a batch a commit, so a hot incident costs one commit a batch. */
import { sql } from 'kysely';
import type { Ring } from '../incident/contracts.ts';
import { correlate } from '../incident/correlate.ts';
import type { Part } from '../incident/correlate.ts';
import type { AlertsReported } from '../incident/event.ts';
import { isRefusal } from '../incident/event.ts';
import { explain, Terminal } from '../incident/fault.ts';
import type { Instant } from '../incident/incident.ts';
import { openForAlerts } from '../incident/opening.ts';
import type { Rules } from '../incident/rules.ts';
import { transition } from '../incident/transition.ts';
import type { Db } from './database.ts';
import { markRecorded, park, waitingBodies } from './inbox.ts';
import type { Stored } from './inbox.ts';
import { save } from './incidents.ts';
import type { Change } from './incidents.ts';
import { nextNumber } from './record.ts';
import { loadBench, touchGroups } from './workbench.ts';
import type { Workbench } from './workbench.ts';

/** Turns a stored body into the event it reports. Throws for a body that can't be understood. */
export type Translate = (source: string, stored: Stored) => AlertsReported;

/** What one turn of the drain did. */
export interface Drained {
  readonly recorded: number;
  readonly parked: readonly { readonly id: number; readonly fault: string }[];
  readonly changes: readonly Change[];
  readonly rings: readonly Ring[];
}

/** What the drain needs besides the database. */
export interface Drain {
  readonly source: string;
  readonly rules: Rules;
  readonly translate: Translate;
}

const nothing: Drained = { recorded: 0, parked: [], changes: [], rings: [] };

/**
 * Records up to `limit` waiting bodies of a source in one commit. Only one process drains a source at a time; another
 * one finds nothing to do. A body that can't be understood is parked and the rest goes on.
 */
async function drainOnce(db: Db, drain: Drain, limit: number, now: Instant): Promise<Drained> {
  return db.transaction().execute(async (tx) => {
    // `for update` would make every insert into the inbox wait, whose foreign key shares the lock of the source's row.
    const held = await sql`select 1 from sources where name = ${drain.source} for no key update skip locked`.execute(
      tx,
    );
    if (held.rows.length === 0) return nothing;
    const bodies = await waitingBodies(tx, drain.source, limit);
    if (bodies.length === 0) return nothing;
    const parked: { id: number; fault: string }[] = [];
    const events: AlertsReported[] = [];
    for (const body of bodies) {
      try {
        events.push(drain.translate(drain.source, body));
      } catch (error) {
        parked.push({ id: body.id, fault: explain(error) });
      }
    }
    const { changes, rings } = await recordAll(tx, drain, events);
    await markRecorded(
      tx,
      bodies.map(({ id }) => id).filter((id) => !parked.some((aside) => aside.id === id)),
      now,
    );
    for (const { id, fault } of parked) await park(tx, id, fault, now);
    return { recorded: bodies.length - parked.length, parked, changes, rings };
  });
}

async function recordAll(
  tx: Db,
  { source, rules }: Drain,
  events: readonly AlertsReported[],
): Promise<Pick<Drained, 'changes' | 'rings'>> {
  if (events.length === 0) return nothing;
  const bench = await loadBench(tx, source, events, rules);
  const changes: Change[] = [];
  for (const [index, event] of events.entries()) {
    // 200 bodies in one go would hold the event loop, and so every answer, for up to 100 ms.
    if (index % 16 === 15) await new Promise((resolve) => setImmediate(resolve));
    changes.push(...(await take(tx, bench, event, rules)));
  }
  const rings = await save(tx, changes);
  await touchGroups(tx, source, events);
  return { changes, rings };
}

async function take(tx: Db, bench: Workbench, event: AlertsReported, rules: Rules): Promise<Change[]> {
  const changes: Change[] = [];
  for (const part of correlate(event, bench.known(event), rules)) {
    const change = await decidePart(tx, bench, part, rules);
    if (change === null) continue;
    bench.put(change, part.event);
    changes.push(change);
  }
  return changes;
}

async function decidePart(tx: Db, bench: Workbench, { to, event }: Part, rules: Rules): Promise<Change | null> {
  const at = event.at;
  if (to === 'alert' || to === 'storm') {
    return { before: null, decision: openForAlerts(await nextNumber(tx), to, event, rules), at, cause: null };
  }
  const before = bench.loaded(to.number);
  const decision = transition(to, event);
  if (isRefusal(decision)) throw new Terminal(`incident ${to.number} refused alerts: ${decision.refused}`);
  return decision.lines.length === 0 ? null : { before, decision, at, cause: null };
}

/**
 * Drains a source until nothing waits. When a batch faults (a body that PostgreSQL won't store, say), its bodies are
 * tried one by one and the one at fault is parked; a database that is away parks nothing.
 */
export async function drainAll(
  db: Db,
  drain: Drain,
  batch: number,
  clock: () => Instant,
  drained: (turn: Drained) => void,
): Promise<void> {
  let limit = batch;
  for (;;) {
    const alone = limit === 1;
    const turn = await drainOnce(db, drain, limit, clock()).catch(async (error: unknown) => {
      if (!isStatementFault(error)) throw error;
      return alone ? parkFirst(db, drain.source, error, clock()) : null;
    });
    limit = turn === null || (alone && turn.parked.length === 0) ? 1 : batch;
    if (turn === null) continue;
    drained(turn);
    if (turn.recorded + turn.parked.length === 0) return;
  }
}

async function parkFirst(db: Db, source: string, error: unknown, now: Instant): Promise<Drained> {
  if (!isStatementFault(error)) throw error;
  const body = (await waitingBodies(db, source, 1))[0];
  if (body === undefined) return nothing;
  const fault = explain(error);
  await park(db, body.id, fault, now);
  return { ...nothing, parked: [{ id: body.id, fault }] };
}

/** Faults of the data or of our own code, as against a database that is away, restarting (class 57, 08) or in conflict (40). */
function isStatementFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof Terminal) return true;
  return error instanceof Error && 'code' in error && /^(?:2[0-4]|4[24]|54|P0)/.test(String(error.code));
}
