/** What the store promises about runbooks and checklists; the examples of the store's suite that concern them. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Event } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import type { Runbook } from '../../src/runbook/runbook.ts';
import { planChecklists } from '../../src/store/checklists.ts';
import type { Db } from '../../src/store/database.ts';
import { statsOf } from '../../src/store/learning.ts';
import { claim } from '../../src/store/outbox.ts';
import { currentIncident } from '../../src/store/queries.ts';
import type { Store } from '../../src/store/store.ts';
import { runbook, step } from '../runbook/samples.ts';

const ana = { id: 'U0ANA', name: 'ana' };
const hour = 3_600_000;

const tick = (id: string) => step({ id, does: { kind: 'instruction', text: 'Do it.' } });

/** Due at every full hour. */
const hourly = { cron: '0 * * * *', timezone: 'UTC', next: (after: number) => (Math.floor(after / hour) + 1) * hour };

/** The library of the suite's rules: for alerts named `Walked`, and for every hour. */
export const library: readonly Runbook[] = [
  runbook([tick('first'), tick('second')], {
    id: 'walked',
    match: [{ label: 'alertname', sign: '=', text: '', test: (value) => value === 'Walked' }],
  }),
  runbook([tick('only')], { id: 'hourly', title: 'Every hour', kind: 'checklist', schedule: hourly, match: [] }),
];

/** What the examples are given. */
interface Given {
  readonly db: () => Db;
  readonly store: () => Store;
  readonly setNow: (now: number) => void;
  readonly now: () => number;
  /** Reports one firing alert, and answers the number of its incident. */
  readonly fire: (alert: string) => Promise<number>;
}

/** The examples. */
export function runbookExamples({ db, store, setNow, now, fire }: Given): void {
  test('a walk is loaded as it was recorded, and its runbook is kept once', async () => {
    const number = await fire('Walked');
    const opened = await currentIncident(db(), number);
    expect(opened?.walk?.cursor).toMatchObject({ runbook: 'walked', step: 'first', visit: 1 });
    expect(opened?.walk?.runbook.books['walked']?.steps.map(({ id }) => id)).toEqual(['first', 'second']);
    const done: Event = { type: 'StepDone', at: now(), by: ana, visit: 1, note: 'seen' };
    const answer = await store().record({ event: done, number, cause: 'press 1' });
    const again = await store().record({ event: done, number, cause: 'press 1' });
    expect([isRefusal(answer), !isRefusal(again) && again.again]).toEqual([false, true]);
    const after = await currentIncident(db(), number);
    expect(after).toEqual(isRefusal(answer) ? null : answer.incident);
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from frozen_runbooks where frozen ->> 'id' = 'walked'`.execute(db());
    expect(rows).toEqual([{ count: 1 }]);
  });

  test('the alerts that clear after a step count as its success, once it was the last thing done', async () => {
    const number = await fire('Walked');
    for (const visit of [1, 2]) {
      await store().record({ event: { type: 'StepDone', at: now(), by: ana, visit, note: '' }, number, cause: null });
    }
    setNow(now() + 120_000);
    await fire('Walked resolved');
    const stats = await statsOf(db(), 'walked');
    const { runs, helped, median } = stats.find(({ step: id }) => id === 'second') ?? {};
    expect([runs, helped, median]).toEqual([1, 1, 120_000]);
    expect(stats.find(({ step: id }) => id === 'first')?.helped).toBe(0);
  });

  test('a checklist that is due opens an incident, and sets its next timer in the same commit', async () => {
    await planChecklists(db(), library, now());
    const pending = async () =>
      (
        await sql<{
          due_at: Date;
        }>`select due_at from outbox where once = 'checklist:hourly' and settled_at is null`.execute(db())
      ).rows;
    const [first] = await pending();
    const due = hourly.next(now());
    expect(first?.due_at.getTime()).toBe(due);
    setNow(due + 5_000);
    await planChecklists(db(), library, now());
    expect((await pending())[0]?.due_at.getTime()).toBe(due);
    const held = await claim(db(), 'clock:checklist:hourly', now(), 9_000);
    if (held === null) throw new Error('nothing is due');
    const wake: Event = { type: 'ChecklistDue', at: now(), runbook: 'hourly', due };
    expect(await store().finish(held, 0, wake, false)).toBe(true);
    expect(await pending()).toEqual([{ due_at: new Date(due + hour) }]);
    const { rows } = await sql<{ number: number; title: string }>`
      select number, title from incidents where kind = 'checklist'`.execute(db());
    expect(rows.map(({ title }) => title)).toEqual(['Every hour']);
    const number = rows[0]?.number ?? 0;
    await store().record({ event: { type: 'StepDone', at: now(), by: ana, visit: 1, note: '' }, number, cause: null });
    expect((await currentIncident(db(), number))?.human).toMatchObject({
      is: 'closed',
      reason: 'every step is done or skipped',
    });
  });

  test('the timer of a checklist that is gone from the library goes too', async () => {
    await planChecklists(db(), [], now());
    const { rows } = await sql`select 1 from outbox where once = 'checklist:hourly' and settled_at is null`.execute(
      db(),
    );
    expect(rows).toEqual([]);
  });
}
