/** What the store promises about PagerDuty: webhooks are kept once each, and find the incident that paged. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Db } from '../../src/store/database.ts';
import { settleHook, storeHook, waitingHooks } from '../../src/store/hooks.ts';
import { incidentOfPage } from '../../src/store/pages.ts';

/** What the examples are given. */
interface Place {
  readonly db: () => Db;
  readonly now: () => number;
  /** Reports one firing alert, and answers the number of its incident. */
  readonly fire: (alert: string) => Promise<number>;
}

/** The examples. */
export function pageExamples({ db, now, fire }: Place): void {
  test('a webhook of PagerDuty that comes twice waits once, in its order, until it is settled', async () => {
    const hook = (id: string, later: number) => storeHook(db(), { id, at: now() + later, body: `{"${id}":1}` }, 1_000);
    await hook('02', 2);
    await hook('01', 1);
    await hook('02', 3);
    expect(await waitingHooks(db(), 10)).toEqual([
      { id: '01', at: now() + 1, body: '{"01":1}' },
      { id: '02', at: now() + 2, body: '{"02":1}' },
    ]);
    await settleHook(db(), '01', now());
    await hook('01', 4);
    expect((await waitingHooks(db(), 10)).map(({ id }) => id)).toEqual(['02']);
    await settleHook(db(), '02', now());
  });

  test('an incident of PagerDuty belongs to the one that it was made for, or else to the newest with its key', async () => {
    const [first, second] = [await fire('Paged'), await fire('Paged later')];
    await sql`insert into pages (incident, dedup_key, pager)
      values (${first}, 'same', 'PONE'), (${second}, 'same', null)`.execute(db());
    expect(await incidentOfPage(db(), 'PONE', null)).toBe(first);
    expect(await incidentOfPage(db(), 'PONE', 'same')).toBe(first);
    expect(await incidentOfPage(db(), 'PTWO', 'same')).toBe(second);
    expect(await incidentOfPage(db(), 'PTWO', null)).toBeUndefined();
  });
}
