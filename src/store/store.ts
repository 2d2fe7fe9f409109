/** The store as the rest of the program holds it: record, drain, claim and settle, each one commit; then the lanes are rung. */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Recorded, Ring } from '../incident/contracts.ts';
import type { Decision } from '../incident/draft.ts';
import type { AlertsReported, Event, Refusal } from '../incident/event.ts';
import { isRefusal } from '../incident/event.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Rules } from '../incident/rules.ts';
import type { Db } from './database.ts';
import { drainAll, recordAll } from './drain.ts';
import type { Listen, Translate } from './drain.ts';
import { holdDrained, openInbox } from './inbox.ts';
import type { Arrival } from './inbox.ts';
import { settle } from './outbox.ts';
import type { Claim } from './outbox.ts';
import { recordIn } from './record.ts';
import type { Committed, Entry } from './record.ts';

/** What the store tells about what it did, for the log and the metrics. */
export interface StoreWatch {
  recorded(decision: Decision, cause: string): void;
  refused(event: Event, refusal: Refusal): void;
  parked(source: string, seq: number, fault: string): void;
}

/** What the store is opened with. */
export interface StoreParts {
  readonly db: Db;
  readonly rules: Rules;
  readonly clock: () => Instant;
  readonly ring: (rings: readonly Ring[]) => void;
  readonly watch: StoreWatch;
}

/** Records one event in a commit that others share. */
export type RecordIn = (entry: Entry) => Promise<Recorded | Refusal>;

/** The store. */
export interface Store {
  /** Stores a webhook body; resolves after the commit. */
  readonly accept: (arrival: Arrival) => Promise<void>;
  /** Records one event. `deadline` in milliseconds lets the database give up in time; then nothing was recorded. */
  record(entry: Entry, deadline?: number): Promise<Recorded | Refusal>;
  /** Records what waits in the inbox of a source; `listen` looks at it too. */
  drain(source: string, translate: Translate, listen?: Listen): Promise<void>;
  /** Records what was found out about alerts of a source otherwise; resolves after the commit. */
  report(event: AlertsReported): Promise<void>;
  /** Several events and some bookkeeping in one commit. */
  together(work: (tx: Db, record: RecordIn) => Promise<void>): Promise<void>;
  /** Settles an effect and records its outcome, if it has one, in one commit. False when the lease was lost: nothing was done. */
  finish(claim: Claim, performed: number, outcome: Event | null, givenUp: boolean): Promise<boolean>;
}

/** Bodies in one commit of the drain. Larger batches made a hot incident no faster, but others wait longer. */
const batch = 200;

/** So many bodies queueing at the door mean that it is saturated: then taking in goes first, and recording gets a sixth of the time. */
const crowd = 8;

class LeaseLost extends Error {}

/** Opens the store. Each configured source must have its row (`nameSources`). */
export function openStore({ db, rules, clock, ring, watch }: StoreParts): Store {
  const record: Store['record'] = async (entry, deadline) => {
    const answer = await db.transaction().execute(async (tx) => {
      if (deadline !== undefined) await sql.raw(`set local statement_timeout = ${Math.round(deadline)}`).execute(tx);
      return recordIn(tx, entry, rules);
    });
    if (isRefusal(answer)) {
      watch.refused(entry.event, answer);
      ring(answer.rings ?? []);
      return { refused: answer.refused };
    }
    if (answer.decision !== null) watch.recorded(answer.decision, entry.cause ?? '');
    ring(answer.rings);
    return { incident: answer.incident, again: answer.again };
  };
  const inbox = openInbox(db);
  const rest = async (turn: Duration): Promise<void> => {
    if (inbox.queued() >= crowd) await pause(5 * turn);
  };
  return {
    accept: inbox.accept,
    record,
    ...openShared({ db, rules, clock, ring, watch }),
    drain: (source, translate, listen) =>
      drainAll(db, { source, rules, translate, listen, clock, rest }, batch, (turn) => {
        for (const { decision } of turn.changes) watch.recorded(decision, `alerts from ${source}`);
        for (const { seq, fault } of turn.parked) watch.parked(source, seq, fault);
        ring(turn.rings);
      }),
    finish: async (claim, performed, outcome, givenUp) => {
      // Without anything to record it is one statement, which needs no transaction around it.
      if (outcome === null) return settle(db, claim, performed, givenUp ? 'given up' : 'performed', clock());
      const cause = `effect:${claim.effectId}${givenUp ? ':given up' : ''}`;
      const done = await db
        .transaction()
        .execute(async (tx) => {
          const answer = await recordIn(tx, { event: outcome, number: claim.incident, cause }, rules);
          const ended = givenUp ? 'given up' : isRefusal(answer) ? 'refused' : 'performed';
          if (!(await settle(tx, claim, performed, ended, clock()))) throw new LeaseLost();
          return answer;
        })
        .catch((error: unknown) => {
          if (error instanceof LeaseLost) return null;
          throw error;
        });
      if (done === null) return false;
      if (isRefusal(done)) watch.refused(outcome, done);
      else if (done.decision !== null) {
        watch.recorded(done.decision, cause);
        ring(done.rings);
      }
      return true;
    },
  };
}

/** Commits that hold more than one event of one incident. */
function openShared({ db, rules, ring, watch }: StoreParts): Pick<Store, 'report' | 'together'> {
  return {
    report: async (event) => {
      const { source } = event;
      const { changes, rings } = await db.transaction().execute(async (tx) => {
        await holdDrained(tx, source);
        return recordAll(tx, { source, rules }, [event]);
      });
      for (const { decision } of changes) watch.recorded(decision, `a poll of ${source}`);
      ring(rings);
    },
    together: async (work) => {
      const committed: Committed[] = [];
      await db.transaction().execute((tx) =>
        work(tx, async (entry) => {
          const answer = await recordIn(tx, entry, rules);
          if (!isRefusal(answer)) committed.push(answer);
          return answer;
        }),
      );
      for (const { decision, rings } of committed) {
        if (decision !== null) watch.recorded(decision, '');
        ring(rings);
      }
    },
  };
}

/** Makes sure that every configured source has its row and its counters: bodies taken in, and bodies recorded. */
export async function nameSources(db: Db, sources: readonly string[]): Promise<void> {
  await sql`
    with named as (select name from unnest(${[...sources]}::text[]) as t (name)),
    counted as (
      insert into counters (name, value) select kind || name, 0 from named, (values ('taken:'), ('recorded:')) as k (kind)
      on conflict do nothing)
    insert into sources (name) select name from named on conflict do nothing`.execute(db);
}
