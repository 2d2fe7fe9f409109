/** What the store promises, on either database: the same examples run on PostgreSQL and on PGlite. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recorded } from '../../src/incident/contracts.ts';
import type { Deed } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Database, Place } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { claim, settle, unrung } from '../../src/store/outbox.ts';
import { showIncident } from '../../src/store/queries.ts';
import type { Store } from '../../src/store/store.ts';
import { nameSources, openStore } from '../../src/store/store.ts';
import { facts } from '../action/samples.ts';
import { pageExamples } from './pages.ts';
import { library, runbookExamples } from './runbooks.ts';
import { runExamples } from './runs.ts';
import { at, body, rules, translate } from './samples.ts';

/** A place to open, and what removes it. */
export interface TestPlace {
  readonly place: Place;
  remove(): Promise<void>;
}

const ana = { id: 'U0ANA', name: 'ana' };
const ben = { id: 'U0BEN', name: 'ben' };

/** Runs the examples on a fresh database. */
export function storeSuite(name: string, prepare: () => Promise<TestPlace>): void {
  describe(`the store on ${name}`, () => {
    let given: TestPlace;
    let database: Database;
    let store: Store;
    const rung: string[] = [];
    const parked: string[] = [];
    let now = at(0);

    beforeAll(async () => {
      given = await prepare();
      database = await openDatabase(given.place);
      await Promise.all([migrate(database.db, now), migrate(database.db, now), migrate(database.db, now)]);
      await nameSources(database.db, ['main']);
      store = openStore({
        db: database.db,
        rules: { ...rules, services: facts.services, access: facts.access, able: facts.able, runbooks: library },
        clock: () => now,
        ring: (rings) => rung.push(...rings.map(({ lane }) => lane)),
        watch: {
          recorded: () => undefined,
          refused: () => undefined,
          parked: (_source, _id, fault) => parked.push(fault),
        },
      });
    }, 60_000);

    afterAll(async () => {
      await database[Symbol.asyncDispose]();
      await given.remove();
    });

    const report = async (...bodies: readonly string[]): Promise<void> => {
      await Promise.all(bodies.map((text) => store.accept({ source: 'main', at: now, body: text })));
      await store.drain('main', translate);
    };
    const openNumbers = async (): Promise<readonly number[]> => {
      const { rows } = await sql<{ number: number }>`select number from incidents where open order by number`.execute(
        database.db,
      );
      return rows.map(({ number }) => number);
    };

    test('a body becomes an incident with its alerts, its timeline and what must follow', async () => {
      await report(body('disk', [{ name: 'DiskFull', firing: true }]));
      const [number = 0] = await openNumbers();
      const shown = await showIncident(database.db, number);
      expect(shown && phaseOf(shown.incident)).toBe('triggered');
      expect(Object.values(shown?.incident.alerts ?? {})).toHaveLength(1);
      expect(shown?.timeline.map(({ line }) => line.type)).toEqual(['Opened', 'AlertsChanged', 'GroupJoined']);
      expect(shown?.brokenAt).toBeNull();
      const { rows } = await sql<{ type: string }>`
        select effect ->> 'type' as type from outbox where incident = ${number} order by id`.execute(database.db);
      expect(rows.map(({ type }) => type)).toEqual(['slack.announcement', 'slack.channel', 'slack.card']);
      expect(rung).toEqual(expect.arrayContaining(['slack:announcements', `slack:inc-${number}`]));
    });

    test('two hundred deliveries at once are one incident, and the group is one row', async () => {
      const before = await openNumbers();
      await report(...Array.from({ length: 200 }, () => body('queue', [{ name: 'QueueDeep', firing: true }])));
      expect(await openNumbers()).toHaveLength(before.length + 1);
    });

    test('bodies that can not be understood, or not be stored, are parked, and the ones behind them are recorded', async () => {
      const before = await openNumbers();
      await report(
        body('poison', [{ name: 'Poison', firing: true }]),
        body('between', [{ name: 'Between', firing: true }]),
        body('nul', [{ name: 'jsonb refuses \u0000', firing: true }]),
        body('after', [{ name: 'After', firing: true }]),
      );
      expect(parked).toEqual([expect.stringContaining('poison'), expect.stringMatching(/UTF8|Unicode/)]);
      expect(await openNumbers()).toHaveLength(before.length + 2);
    });

    test('bodies of one batch that open incidents and change them wish for their channels first', async () => {
      const before = (await openNumbers()).at(-1) ?? 0;
      const alertNames = ['First', 'Second', 'Third'];
      const groups = Array.from({ length: 40 }, (_, group) => `batch ${group}`);
      await report(
        ...groups.flatMap((group) => alertNames.map((alert) => body(group, [{ name: group + alert, firing: true }]))),
      );
      const { rows } = await sql<{ types: string[] }>`
        select array_agg(effect ->> 'type' order by id) as types from outbox
        where incident > ${before} and lane like 'slack:inc-%' group by incident`.execute(database.db);
      expect(new Set(rows.map(({ types }) => types.join(' ')))).toEqual(
        new Set(['slack.channel slack.card slack.thread']),
      );
    });

    test('five people press Acknowledge at once: one wins, four are told who', async () => {
      const [number = 0] = await openNumbers();
      const answers = await Promise.all(
        [ana, ben, { id: 'U3', name: 'c' }, { id: 'U4', name: 'd' }, { id: 'U5', name: 'e' }].map((by, press) =>
          store.record({ event: { type: 'Acknowledged', at: now, by }, number, cause: `click:${press}` }),
        ),
      );
      const refusals = answers.filter((answer) => isRefusal(answer));
      expect(refusals).toHaveLength(4);
      for (const { refused } of refusals) expect(refused).toMatch(/holds incident/);
    });

    test('the same press delivered again is recorded once', async () => {
      const event: Deed = { type: 'Declared', at: now, by: ana, title: 'Shop is slow', severity: 'high' };
      const press = () => store.record({ event, number: null, cause: 'command:1' }) as Promise<Recorded>;
      const [first, second] = await Promise.all([press(), press()]);
      const third = await press();
      expect(new Set([first, second, third].map(({ incident }) => incident.number)).size).toBe(1);
      expect([first, second, third].filter(({ again }) => again)).toHaveLength(2);
      const next = await store.record({ event, number: null, cause: 'command:2' });
      expect(isRefusal(next) || next.incident.number).toBe(first.incident.number + 1);
    });

    test('the timeline can not be changed, and a change behind its back shows', async () => {
      const [number = 0] = await openNumbers();
      await expect(
        sql`update timeline set line = '{}' where incident = ${number}`.execute(database.db),
      ).rejects.toThrow('append-only');
      await sql`alter table timeline disable trigger all`.execute(database.db);
      await sql`update timeline set line = line || '{"title":"Nothing happened"}' where incident = ${number} and seq = 1`.execute(
        database.db,
      );
      await sql`alter table timeline enable trigger all`.execute(database.db);
      expect((await showIncident(database.db, number))?.brokenAt).toBe(1);
    });

    test('a lane is performed oldest first by one holder, whose lost lease settles nothing', async () => {
      await report(body('lane', [{ name: 'Lane', firing: true }]));
      const number = (await openNumbers()).at(-1) ?? 0;
      const lane = `slack:inc-${number}`;
      const first = await claim(database.db, lane, now, 1_000);
      expect(first?.effect.type).toBe('slack.channel');
      expect(await claim(database.db, lane, now, 1_000)).toBeNull();
      const again = await claim(database.db, lane, now + 2_000, 1_000);
      expect([again?.effectId, again?.crashes]).toEqual([first?.effectId, 1]);
      if (first === null || again === null) return;
      expect(await settle(database.db, first, 1, 'performed', now)).toBe(false);
      expect(await settle(database.db, again, 1, 'performed', now)).toBe(true);
      expect((await claim(database.db, lane, now + 2_000, 1_000))?.effect.type).toBe('slack.card');
    });

    test('a card whose incident moved on while it was edited is due again', async () => {
      const announced = await claim(database.db, 'slack:announcements', now, 1_000);
      expect(announced).not.toBeNull();
      if (announced === null) return;
      await store.record({
        event: { type: 'CommandTaken', at: now, by: ben },
        number: announced.incident,
        cause: 'meanwhile',
      });
      expect(await settle(database.db, announced, announced.wanted, 'performed', now)).toBe(true);
      const { rows } = await sql<{ settled_at: Date | null; due_at: Date }>`
        select settled_at, due_at from outbox where id = ${announced.id}`.execute(database.db);
      expect(rows).toEqual([{ settled_at: null, due_at: new Date(now + 3_000) }]);
    });

    const examples = {
      db: () => database.db,
      store: () => store,
      now: () => now,
      setNow: (to: number) => {
        now = to;
      },
      fire: async (alert: string) => {
        const fired = alert.replace(' resolved', '');
        await report(body(fired, [{ name: fired, firing: fired === alert }]));
        return (await openNumbers()).at(-1) ?? 0;
      },
    };
    runbookExamples(examples);
    runExamples(examples);
    pageExamples(examples);

    test('what nobody rang for is rung for by the sweep, once', async () => {
      now = at(24 * 3_600);
      const lanes = await unrung(database.db, ['slack', 'clock'], now, 5_000);
      expect(lanes.length).toBeGreaterThan(2);
      expect(await unrung(database.db, ['slack', 'clock'], now, 5_000)).toEqual([]);
    });
  });
}
