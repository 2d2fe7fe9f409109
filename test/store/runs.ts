/** What the store promises about actions: a workload is one incident's at a time; the examples of the store's suite that concern them. */
import { expect, test } from 'vitest';
import type { Event } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { switchAutomation } from '../../src/store/automation.ts';
import type { Db } from '../../src/store/database.ts';
import { currentIncident } from '../../src/store/queries.ts';
import type { Store } from '../../src/store/store.ts';
import { checkout as target, facts } from '../action/samples.ts';
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

  test('automation is switched by admins only', async () => {
    expect(await switchAutomation(db(), 'off', { ...asMember(bo), standing: 'guest' }, facts, now())).not.toBeNull();
    expect(await switchAutomation(db(), 'off', asMember(ana), facts, now())).toBeNull();
    expect(await switchAutomation(db(), 'on', asMember(ana), facts, now())).toBeNull();
  });
}
