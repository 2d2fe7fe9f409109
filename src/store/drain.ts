/** The drain: records a source's bodies in order of arrival, a batch a commit, so a hot incident costs one commit a batch. */
import type { Ring } from '../incident/contracts.ts';
import { correlate } from '../incident/correlate.ts';
import type { Part } from '../incident/correlate.ts';
import type { AlertsReported } from '../incident/event.ts';
import { isRefusal } from '../incident/event.ts';
import { explain, Terminal } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { openForAlerts } from '../incident/opening.ts';
import type { Rules } from '../incident/rules.ts';
import { transition } from '../incident/transition.ts';
import type { Db } from './database.ts';
import { bodiesAfter, holdPosition, movePosition, park } from './inbox.ts';
import type { Stored } from './inbox.ts';
import { nextNumber } from './record.ts';
import { save } from './save.ts';
import type { Change } from './save.ts';
import { loadBench } from './workbench.ts';
import type { Workbench } from './workbench.ts';

/** Turns a stored body into the event it reports. Throws for a body that can't be understood. */
export type Translate = (source: string, stored: Stored) => AlertsReported;

/** Looks at the bodies of a turn, in its commit. */
export type Listen = (tx: Db, bodies: readonly Stored[]) => Promise<void>;

/** A body set aside. */
export interface Aside {
  readonly seq: number;
  readonly fault: string;
}

/** What one turn of the drain did. */
export interface Drained {
  readonly recorded: number;
  readonly parked: readonly Aside[];
  readonly changes: readonly Change[];
  readonly rings: readonly Ring[];
}

/** What the drain needs besides the database. */
export interface Drain {
  readonly source: string;
  readonly rules: Rules;
  readonly translate: Translate;
  readonly listen?: Listen | undefined;
  readonly clock: () => Instant;
  /** Lets others go first after a turn that took so long. */
  readonly rest: (turn: Duration) => Promise<void>;
}

const nothing: Drained = { recorded: 0, parked: [], changes: [], rings: [] };

/**
 * Records up to `limit` waiting bodies of a source in one commit. Only one process drains a source at a time; another
 * one finds nothing to do. A body that can't be understood is parked and the rest goes on.
 */
async function drainOnce(db: Db, drain: Drain, limit: number, now: Instant): Promise<Drained> {
  return db.transaction().execute(async (tx) => {
    const position = await holdPosition(tx, drain.source);
    if (position === null) return nothing;
    const bodies = await bodiesAfter(tx, drain.source, position, limit);
    const parked: Aside[] = [];
    const events: AlertsReported[] = [];
    for (const body of bodies) {
      try {
        events.push(drain.translate(drain.source, body));
      } catch (error) {
        parked.push({ seq: body.seq, fault: explain(error) });
      }
    }
    const { changes, rings } = await recordAll(tx, drain, events);
    await drain.listen?.(tx, bodies);
    for (const { seq, fault } of parked) await park(tx, drain.source, seq, fault, now);
    await movePosition(tx, drain.source, bodies.at(-1)?.seq ?? position);
    return { recorded: bodies.length - parked.length, parked, changes, rings };
  });
}

/** Records what was reported of a source, while nobody else does: its position is held. */
export async function recordAll(
  tx: Db,
  { source, rules }: Pick<Drain, 'source' | 'rules'>,
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
  const decision = transition(to, event, rules);
  if (isRefusal(decision)) throw new Terminal(`incident ${to.number} refused alerts: ${decision.refused}`);
  return decision.lines.length === 0 ? null : { before, decision, at, cause: null };
}

/**
 * Drains a source until nothing waits. When a batch faults (a body that PostgreSQL won't store, say), its bodies are
 * tried one by one and the one at fault is parked; a database that is away parks nothing.
 */
export async function drainAll(db: Db, drain: Drain, batch: number, drained: (turn: Drained) => void): Promise<void> {
  let limit = batch;
  for (;;) {
    const alone = limit === 1;
    const began = drain.clock();
    const turn = await drainOnce(db, drain, limit, began).catch(async (error: unknown) => {
      if (!isStatementFault(error)) throw error;
      return alone ? parkFirst(db, drain.source, error, began) : null;
    });
    limit = turn === null || (alone && turn.parked.length === 0) ? 1 : batch;
    if (turn === null) continue;
    drained(turn);
    if (turn.recorded + turn.parked.length === 0) return;
    await drain.rest(drain.clock() - began);
  }
}

async function parkFirst(db: Db, source: string, error: unknown, now: Instant): Promise<Drained> {
  if (!isStatementFault(error)) throw error;
  const fault = explain(error);
  return db.transaction().execute(async (tx) => {
    const position = await holdPosition(tx, source);
    const body = position === null ? undefined : (await bodiesAfter(tx, source, position, 1))[0];
    if (body === undefined) return nothing;
    await park(tx, source, body.seq, fault, now);
    await movePosition(tx, source, body.seq);
    return { ...nothing, parked: [{ seq: body.seq, fault }] };
  });
}

/** Faults of the data or of our own code, as against a database that is away, restarting (class 57, 08) or in conflict (40). */
function isStatementFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof Terminal) return true;
  return error instanceof Error && 'code' in error && /^(?:2[0-4]|4[24]|54|P0)/.test(String(error.code));
}
