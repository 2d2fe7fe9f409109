/** What the queue promises, on either size: effects are performed in order, once settled for good, and survive their bell. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Perform, Ring, Work } from '../../src/incident/contracts.ts';
import { Terminal, Throttled } from '../../src/incident/fault.ts';
import type { Bell, BellPlace } from '../../src/queue/bell.ts';
import { openBell } from '../../src/queue/bell.ts';
import { drainLane } from '../../src/queue/performer.ts';
import { startRelay } from '../../src/queue/relay.ts';
import type { Database, Place } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { currentIncident } from '../../src/store/queries.ts';
import type { Store } from '../../src/store/store.ts';
import { nameSources, openStore } from '../../src/store/store.ts';
import { rules } from '../store/samples.ts';

/** Where to run, and how to make the bell forget. */
export interface QueuePlace {
  readonly place: Place;
  readonly bell: BellPlace;
  forget?(): Promise<void>;
  remove(): Promise<void>;
}

const ana = { id: 'U0ANA', name: 'ana' };

/** Runs the examples on a fresh database and bell. */
export function queueSuite(name: string, prepare: () => Promise<QueuePlace>): void {
  describe(`the queue on ${name}`, () => {
    const stack = new AsyncDisposableStack();
    let given: QueuePlace;
    let database: Database;
    let store: Store;
    let bell: Bell;
    let deaf = false;
    let perform: Perform = async () => null;

    beforeAll(async () => {
      given = await prepare();
      stack.defer(() => given.remove());
      database = stack.use(await openDatabase(given.place));
      const { db } = database;
      await migrate(db, Date.now());
      await nameSources(db, ['main']);
      bell = stack.use(await openBell(given.bell, database, () => undefined));
      const relay = stack.use(
        startRelay({ db, bell, rooms: ['slack'], clock: Date.now, patience: 500, trouble: () => undefined }),
      );
      const watch = { recorded: () => undefined, refused: () => undefined, parked: () => undefined };
      const ring = (rings: readonly Ring[]): void => (deaf ? undefined : relay.ring(rings));
      store = openStore({ db, rules, clock: Date.now, ring, watch });
      const parts = {
        db,
        store,
        perform: ((work) => perform(work)) satisfies Perform,
        clock: Date.now,
        random: () => 0,
        ring,
        watch: () => undefined,
      };
      bell.answer('slack', 4, (lane) => drainLane(parts, lane, () => false));
    }, 60_000);

    afterAll(() => stack.disposeAsync());

    const declare = async (): Promise<number> => {
      const event = { type: 'Declared', at: Date.now(), by: ana, title: 'Shop is slow', severity: 'high' } as const;
      const answer = await store.record({ event, number: null, cause: null });
      if (!('incident' in answer)) throw new Error(answer.refused);
      return answer.incident.number;
    };
    const unsettled = async (incident: number): Promise<number> => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from outbox where incident = ${incident} and settled_at is null and room = 'slack'`.execute(
        database.db,
      );
      return rows[0]?.count ?? 0;
    };
    const settled = async (incident: number): Promise<void> => {
      await expect.poll(() => unsettled(incident), { timeout: 15_000, interval: 50 }).toBe(0);
    };

    test('the effects of a lane are performed in order, each once', async () => {
      const seen: string[] = [];
      perform = async ({ effect, incident }) => {
        seen.push(`${incident.number} ${effect.type}`);
        return null;
      };
      const number = await declare();
      await settled(number);
      expect(seen.filter((line) => line !== `${number} slack.announcement`)).toEqual([
        `${number} slack.channel`,
        `${number} slack.card`,
      ]);
      expect(seen).toHaveLength(3);
    });

    test('a fault is retried before anything behind it in the lane, and the attempt says which it is', async () => {
      const seen: string[] = [];
      perform = async ({ effect, attempt }: Work) => {
        seen.push(`${effect.type} ${attempt}`);
        if (effect.type === 'slack.channel' && attempt < 3) throw new Error('Slack is away');
        return null;
      };
      await settled(await declare());
      expect(seen.filter((line) => !line.includes('announcement'))).toEqual([
        'slack.channel 1',
        'slack.channel 2',
        'slack.channel 3',
        'slack.card 1',
      ]);
    }, 20_000);

    test('what can not be mended is given up at once, and the incident says so', async () => {
      perform = async ({ effect }) => {
        if (effect.type === 'slack.channel') throw new Terminal('restricted_action');
        return null;
      };
      const number = await declare();
      await settled(number);
      expect((await currentIncident(database.db, number))?.troubles).toEqual(['slack.channel: restricted_action']);
    }, 20_000);

    test('being asked to wait is not a failed attempt', async () => {
      let throttled = 0;
      perform = async ({ effect }) => {
        if (effect.type === 'slack.card' && (throttled += 1) <= 2) throw new Throttled('Slack asks to wait', 200);
        return null;
      };
      const number = await declare();
      await settled(number);
      const { rows } = await sql<{ attempts: number }>`
        select attempts from outbox where incident = ${number} and effect ->> 'type' = 'slack.card'`.execute(
        database.db,
      );
      expect(rows).toEqual([{ attempts: 2 }]);
    }, 20_000);

    test('a ring that was never heard, or forgotten, loses only time', async () => {
      perform = async () => null;
      deaf = true;
      const number = await declare();
      deaf = false;
      expect(await unsettled(number)).toBe(3);
      await given.forget?.();
      await settled(number);
    }, 20_000);

    test('an effect that keeps ending its process is parked', async () => {
      const number = await declare();
      await settled(number);
      await sql`update outbox set settled_at = null, outcome = null, running = true, lease_until = ${new Date(0)}, rung_at = null, crashes = 20
        where incident = ${number} and effect ->> 'type' = 'slack.card'`.execute(database.db);
      await expect
        .poll(async () => (await currentIncident(database.db, number))?.troubles, { timeout: 10_000 })
        .toEqual([expect.stringContaining('parked')]);
    }, 20_000);
  });
}
