/** The proof of a page: PagerDuty's incident, of this page and no other, or the end of the wait for it. */
import { describe, expect, it } from 'vitest';
import { Throttled } from '../../src/incident/fault.ts';
import type { PagerEffect } from '../../src/incident/pager.ts';
import { incident, noon, openPager } from './pager.ts';
import { faultOf, perform } from './working.ts';

const common = { page: 'L2', dedupKey: 'vigie-12-1', at: noon };

describe('pagerduty.confirm', () => {
  const confirm: PagerEffect = {
    ...{ type: 'pagerduty.confirm', page: 'L2', dedupKey: 'vigie-12-1' },
    ...{ sentAt: noon, until: noon + 120_000 },
  };
  const confirmed = {
    ...{ ...common, type: 'PageConfirmed', incident: 'PINC1' },
    url: 'https://acme.pagerduty.com/incidents/PINC1',
  };

  it('waits for the incident, and names it', async () => {
    await using pager = await openPager([
      [200, { incidents: [] }],
      [200, { incidents: [incident()] }],
    ]);
    const fault = await faultOf(perform(pager.client, confirm));
    expect(fault).toBeInstanceOf(Throttled);
    expect((fault as Throttled).after).toBe(5_000);
    expect(await perform(pager.client, confirm)).toEqual(confirmed);
  });

  it('is not fooled by an older incident, but by somebody fast neither', async () => {
    const old = incident({ status: 'resolved', last_status_change_at: '2026-11-21T11:59:00Z' });
    const fast = incident({ status: 'resolved', last_status_change_at: '2026-11-21T12:00:20Z' });
    await using pager = await openPager([
      [200, { incidents: [old] }],
      [200, { incidents: [fast] }],
    ]);
    expect(await faultOf(perform(pager.client, confirm))).toBeInstanceOf(Throttled);
    expect(await perform(pager.client, confirm)).toEqual(confirmed);
  });

  it('is not fooled by what ended a moment ago either, if another incident of ours had paged it', async () => {
    const before = incident({ status: 'resolved', last_status_change_at: '2026-11-21T11:59:50Z' });
    await using pager = await openPager([[200, { incidents: [before] }]]);
    const parts = { isOfAnother: async (number: number, id: string) => number === 12 && id === 'PINC1' };
    expect(await faultOf(perform(pager.client, confirm, { parts }))).toBeInstanceOf(Throttled);
    expect(await perform(pager.client, confirm)).toEqual(confirmed);
  });

  it('ends unconfirmed when the time is over, and says why', async () => {
    await using pager = await openPager([[200, { incidents: [] }], [401], [500]]);
    const late = { now: noon + 120_000 };
    const unconfirmed = { type: 'PageUnconfirmed', at: noon + 120_000 };
    expect(await perform(pager.client, confirm, late)).toMatchObject({
      ...unconfirmed,
      says: expect.stringContaining('made no incident of it') as string,
    });
    expect(await perform(pager.client, confirm, late)).toMatchObject({
      ...unconfirmed,
      says: expect.stringContaining('pagerduty.api_token (env:') as string,
    });
    const soon = await faultOf(perform(pager.client, confirm, { now: noon + 118_000 }));
    expect((soon as Throttled).after).toBe(2_000);
  });

  it('believes a webhook without asking, which is all there is without a token', async () => {
    await using pager = await openPager([[500]]);
    const parts = { heardOf: async (number: number, dedupKey: string) => `P${number}${dedupKey.length}` };
    const heard = await perform({ ...pager.client, rest: null }, confirm, { parts });
    expect(heard).toEqual({ ...confirmed, incident: 'P1210', url: null });
    const none = { now: noon + 120_000 };
    expect(await perform({ ...pager.client, rest: null }, confirm, none)).toMatchObject({
      ...{ type: 'PageUnconfirmed' },
      says: expect.stringContaining('pagerduty.api_token') as string,
    });
    expect(pager.asked).toEqual([]);
  });
});
