/** What the store promises about actions: a workload is one incident's at a time; the examples of the store's suite that concern them. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Event } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { switchAutomation } from '../../src/store/automation.ts';
import type { Db } from '../../src/store/database.ts';
import { currentIncident, showIncident } from '../../src/store/queries.ts';
import type { Store } from '../../src/store/store.ts';
import { checkout as target, cy, facts } from '../action/samples.ts';
import { asMember, planOf } from '../runbook/samples.ts';
import { ana, bo } from '../incident/samples.ts';

type Given = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

/** What the examples are given. */
interface Place {
  readonly db: () => Db;
  readonly store: () => Store;
  readonly now: () => number;
  /** Reports one firing alert, and answers the number of its incident. */
  readonly fire: (alert: string) => Promise<number>;
}

/** The examples. */
export function runExamples({ db, store, now, fire }: Place): void {
  const record = (number: number, event: Given, by = ana) =>
    store().record({ event: { ...event, at: now() }, number, cause: null, actor: asMember(by) });
  const asked = {
    type: 'ActionAsked',
    order: { verb: 'restart' },
    target,
    by: ana,
    breakGlass: null,
    undoes: null,
  } as const;

  test('two incidents want the same workload: one gets it, the other is told who has it', async () => {
    const [first, second] = [await fire('Wanted'), await fire('Wanted as well')];
    for (const number of [first, second]) {
      await record(number, asked);
      await record(number, { type: 'PlanMade', run: `${number}-1`, plan: planOf(target, asked.order) });
    }
    const approve = (number: number) =>
      record(number, { type: 'ActionApproved', run: `${number}-1`, digest: 'd', by: ana });
    const answers = await Promise.all([approve(first), approve(second)]);
    expect(answers.filter(isRefusal)).toEqual([]);
    const stands = await Promise.all(
      [first, second].map(async (number) => (await currentIncident(db(), number))?.runs[`${number}-1`]?.stand),
    );
    expect(new Set(stands.map((stand) => stand?.is))).toEqual(new Set(['ended', 'running']));
    const refused = stands.find((stand) => stand?.is === 'ended');
    expect(refused).toMatchObject({
      outcome: 'refused',
      says: expect.stringMatching(/^Ana works on .* in incident \d+/),
    });
  });

  test('whoever came too late for a workload is woken, once, when nobody holds it any more', async () => {
    const elsewhere = 'eu-1/shop/Deployment/search';
    const runs: string[] = [];
    for (const alert of ['Free', 'Free as well']) {
      const number = await fire(alert);
      const run = `${number}-1`;
      await record(number, { ...asked, target: elsewhere });
      await record(number, { type: 'PlanMade', run, plan: planOf(elsewhere, asked.order) });
      await record(number, { type: 'ActionApproved', run, digest: 'd', by: ana });
      runs.push(run);
    }
    const wakes = async () => {
      const { rows } = await sql<{ wake: unknown }>`
        select effect -> 'wake' as wake from outbox where effect -> 'wake' ->> 'type' = 'TargetFreed'`.execute(db());
      return rows.map(({ wake }) => wake);
    };
    const [held = '', late = ''] = runs;
    expect(await wakes()).toEqual([]);
    const ended = { type: 'RunEnded', outcome: 'unknown', says: 'Nobody knows.', stuck: null } as const;
    await record(numberOf(held), { ...ended, run: held });
    expect(await wakes()).toEqual([]);
    await record(numberOf(held), { type: 'ActionCancelled', run: held, by: ana });
    expect(await wakes()).toEqual([{ type: 'TargetFreed', run: late }]);
    expect(isRefusal(await record(numberOf(late), { type: 'TargetFreed', run: late }))).toBe(false);
    expect(isRefusal(await record(numberOf(late), { type: 'TargetFreed', run: late }))).toBe(true);
    expect(await wakes()).toHaveLength(1);
  });

  test('who may not is refused, the timeline says so, and five times in a row an admin is told', async () => {
    const number = await fire('Refused');
    const run = `${number}-1`;
    const elsewhere = 'eu-1/shop/Deployment/ledger';
    await record(number, { ...asked, target: elsewhere });
    await record(number, { type: 'PlanMade', run, plan: planOf(elsewhere, asked.order) });
    const approve = () => record(number, { type: 'ActionApproved', run, digest: 'd', by: cy }, cy);
    const said = async () => {
      const shown = await showIncident(db(), number);
      expect(shown?.brokenAt).toBeNull();
      return (shown?.timeline ?? []).map(({ line }) => sentence(line)).filter((line) => line.includes('was refused'));
    };
    const why = 'Only admins may act on a workload of no service, and you are a responder. Ask an admin.';
    expect(await approve()).toEqual({ refused: why });
    expect(await said()).toEqual([`Cy was refused (run ${run}): “${why}”`]);
    for (let time = 2; time <= 6; time += 1) await approve();
    const all = await said();
    expect(all).toHaveLength(7);
    expect(all[5]).toBe(
      `Cy was refused 5 times within 5 minutes. An admin should look: the timeline says what was tried.`,
    );
    // Who may, and only comes too late, tried nothing that an admin must know of.
    await record(number, { type: 'ActionCancelled', run, by: ana });
    expect(isRefusal(await record(number, { type: 'ActionCancelled', run, by: ana }))).toBe(true);
    expect(await said()).toHaveLength(7);
  });

  test('automation is switched by admins only', async () => {
    expect(await switchAutomation(db(), 'off', { ...asMember(bo), standing: 'guest' }, facts, now())).not.toBeNull();
    expect(await switchAutomation(db(), 'off', asMember(ana), facts, now())).toBeNull();
    expect(await switchAutomation(db(), 'on', asMember(ana), facts, now())).toBeNull();
  });
}

const numberOf = (run: string): number => Number(run.split('-')[0]);
