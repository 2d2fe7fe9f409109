/** The performers of pages: what each attempt does, and when something else must be tried. */
import { describe, expect, it } from 'vitest';
import { Terminal, Throttled } from '../../src/incident/fault.ts';
import { pagerLaneOf as laneOf, type PagerEffect } from '../../src/incident/pager.ts';
import { apiToken, incident, key, noon, openPager, page, routingKey } from './pager.ts';
import type { Answer } from './pager.ts';
import type { Setting } from '../../src/pagerduty/settings.ts';
import { faultOf, perform, trigger, webhookAt } from './working.ts';

const common = { page: 'L2', dedupKey: 'vigie-12-1', at: noon };

describe('pagerduty.trigger', () => {
  it('sends the page', async () => {
    await using pager = await openPager([[202]]);
    expect(await perform(pager.client, trigger)).toEqual({ ...common, type: 'PageSent', way: 'trigger' });
  });

  it('is tried three times, then something else must be', async () => {
    await using pager = await openPager([[500]]);
    for (const attempt of [1, 2]) {
      const fault = await faultOf(perform(pager.client, trigger, { attempt }));
      expect([fault.name, fault.message]).toEqual(['Error', 'paging L2']);
    }
    expect(await perform(pager.client, trigger, { attempt: 3 })).toMatchObject({
      ...{ type: 'PageFailed', hopeless: false },
      says: "PagerDuty's Events API is in trouble: it answered 500 without a word",
    });
  });

  it('waits as long as it is told to, but not for more than two minutes in all', async () => {
    await using pager = await openPager([[429, {}, { 'retry-after': '40' }]]);
    const fault = await faultOf(perform(pager.client, trigger));
    expect(fault).toBeInstanceOf(Throttled);
    expect((fault as Throttled).after).toBe(40_000);
    const late = await perform(pager.client, trigger, { now: noon + 90_000 });
    expect(late).toMatchObject({ type: 'PageFailed', hopeless: false });
  });

  it('fails at once where only a person can help, and names what to mend', async () => {
    await using pager = await openPager([[400, { errors: ['Invalid routing key'] }]]);
    const outcome = await perform(pager.client, trigger);
    expect(outcome).toMatchObject({ type: 'PageFailed', hopeless: true });
    expect(JSON.stringify(outcome)).toContain('services.shop.pagerduty.routing_key');
    expect(JSON.stringify(outcome)).not.toContain(routingKey);
    expect(await perform(pager.client, { ...trigger, keys: ['nowhere'] })).toMatchObject({
      ...{ type: 'PageFailed', hopeless: true },
      says: 'There is no routing key called nowhere',
    });
  });

  it('is sent by each of its keys, whatever becomes of the others', async () => {
    await using pager = await openPager([[400, { errors: ['Invalid routing key'] }], [202]]);
    const parts = { keyOf: (): Setting => key };
    const outcome = await perform(pager.client, { ...trigger, keys: ['service', 'database'] }, { parts });
    expect(outcome).toMatchObject({ type: 'PageFailed', hopeless: true });
    expect(pager.asked).toHaveLength(2);
    const known = await perform(pager.client, { ...trigger, keys: ['service', 'nowhere'] });
    expect(known).toMatchObject({ type: 'PageFailed', says: 'There is no routing key called nowhere' });
    expect(pager.asked).toHaveLength(3);
  });

  it('has one attempt where it is late: whether there is another is not for PagerDuty to say', async () => {
    await using pager = await openPager([[503], [429, {}, { 'retry-after': '40' }]]);
    for (const _ of [503, 429]) {
      expect(await perform(pager.client, { ...trigger, late: noon })).toMatchObject({
        ...{ type: 'PageFailed', hopeless: false },
      });
    }
  });

  it('says nothing of PagerDuty when the lease is lost', async () => {
    await using pager = await openPager([() => undefined]);
    const signal = AbortSignal.timeout(50);
    await expect(perform(pager.client, trigger, { signal, attempt: 3 })).rejects.toThrow(/timeout/);
  });
});

describe('pagerduty.acknowledge and pagerduty.resolve', () => {
  const resolve = { type: 'pagerduty.resolve', keys: ['service'], dedupKey: 'vigie-12-1' } as const;

  it('tell PagerDuty, and are tried for as long as it takes', async () => {
    await using pager = await openPager([[202], [503]]);
    expect(await perform(pager.client, { ...resolve, type: 'pagerduty.acknowledge' })).toBeNull();
    const fault = await faultOf(perform(pager.client, resolve, { attempt: 40 }));
    expect([fault.name, fault.message]).toEqual(['Error', 'telling PagerDuty to resolve']);
  });

  it('are given up where only a person can help', async () => {
    await using pager = await openPager([[403]]);
    expect(await faultOf(perform(pager.client, resolve))).toBeInstanceOf(Terminal);
    expect(await faultOf(perform(pager.client, { ...resolve, keys: ['nowhere'] }))).toBeInstanceOf(Terminal);
  });

  it('an end that PagerDuty took in and did not make is told again, for half a minute', async () => {
    const open: Answer = [200, { incidents: [incident()] }];
    const over: Answer = [200, { incidents: [incident({ status: 'resolved' })] }];
    const receipts = new Map<string, string>();
    await using pager = await openPager([[202], open, [202], over]);
    const ends = (now: number) => perform(pager.client, resolve, { receipts, now });
    expect(await faultOf(ends(noon))).toBeInstanceOf(Throttled);
    expect(await faultOf(ends(noon + 5_000))).toBeInstanceOf(Throttled);
    expect(await ends(noon + 10_000)).toBeNull();
    expect(pager.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...['POST /v2/enqueue', 'GET /incidents', 'POST /v2/enqueue', 'GET /incidents'],
    ]);
    expect(await ends(noon + 40_000)).toBeNull();
    expect(pager.asked).toHaveLength(4);
  });

  it('is looked for again, and not told again, while PagerDuty can not be asked', async () => {
    const open: Answer = [200, { incidents: [incident()] }];
    const over: Answer = [200, { incidents: [incident({ status: 'resolved' })] }];
    const receipts = new Map<string, string>();
    await using pager = await openPager([[202], [500], open, [202], [500], over]);
    const ends = (now: number) => perform(pager.client, resolve, { receipts, now });
    for (const after of [0, 5_000, 10_000, 15_000]) {
      expect(await faultOf(ends(noon + after))).toBeInstanceOf(Throttled);
    }
    expect(await ends(noon + 20_000)).toBeNull();
    expect(pager.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'POST', 'GET', 'GET']);
  });
});

describe('pagerduty.webhook', () => {
  const second: PagerEffect = {
    ...{ type: 'pagerduty.webhook', page: 'L2', dedupKey: 'vigie-12-1', webhook: 'second', url: null },
    ...page,
  };

  it('tells the second pager all of it, with an id to know it by', async () => {
    await using pager = await openPager([[200, 'thanks']]);
    const parts = webhookAt(`${pager.url}/hook?token=hidden`);
    expect(await perform(pager.client, second, { parts })).toEqual({ ...common, type: 'PageSent', way: 'webhook' });
    expect(pager.asked[0]?.headers['idempotency-key']).toBe('12-3-0');
    expect(pager.asked[0]?.body).toMatchObject({
      ...{ id: '12-3-0', page: 'L2', dedup_key: 'vigie-12-1', severity: 'critical', source: 'eu-1' },
      ...{ summary: 'Checkout answers slowly', details: { brief: 'Nothing was tried yet.' } },
    });
  });

  it('fails as pages do, and never shows its address', async () => {
    await using pager = await openPager([[500], [404], [302, {}, { location: 'http://127.0.0.1:9' }], [429]]);
    const parts = webhookAt(`${pager.url}/hook?token=hidden`);
    const fault = await faultOf(perform(pager.client, second, { parts }));
    expect(String(fault.cause)).toContain('policies.production.fallback');
    for (const says of ['answered 404', 'answered 302']) {
      const outcome = await perform(pager.client, second, { parts });
      expect(outcome).toMatchObject({ type: 'PageFailed', way: 'webhook', hopeless: true });
      expect(JSON.stringify(outcome)).toContain(says);
    }
    expect(await faultOf(perform(pager.client, second, { parts }))).toBeInstanceOf(Throttled);
    const wrong = await perform(pager.client, second, { parts: webhookAt('ftp://hidden/') });
    expect(JSON.stringify(wrong)).toContain('is not a web address');
    const closed = { parts: webhookAt('http://127.0.0.1:9/hidden'), attempt: 3 };
    const gone = await perform(pager.client, second, closed);
    expect(gone).toMatchObject({ type: 'PageFailed', hopeless: false });
    for (const each of [fault, wrong, gone]) expect(JSON.stringify(each)).not.toContain('hidden');
    expect(await perform(pager.client, { ...second, webhook: 'third' })).toMatchObject({ hopeless: true });
  });
});

it('nothing that is performed shows a secret', async () => {
  await using pager = await openPager([
    [400, { error: { message: `${apiToken} ${routingKey}`, code: 1, errors: [] } }],
  ]);
  const outcomes = [
    await perform(pager.client, trigger),
    await perform(pager.client, {
      ...{ type: 'pagerduty.reassign', page: 'L2', dedupKey: 'k', incident: 'PINC1', policy: 'PNEW' },
    }),
  ];
  expect(JSON.stringify(outcomes)).toContain('PageFailed');
  expect(JSON.stringify(outcomes)).not.toContain(routingKey);
  // The token is never sent where events go.
  expect(JSON.stringify(outcomes[1])).not.toContain(apiToken);
});

it('what concerns one alert is done in order, and waiting for a proof holds nothing up', () => {
  const confirm: PagerEffect = { type: 'pagerduty.confirm', page: 'L2', dedupKey: 'vigie-12-1', sentAt: 0, until: 0 };
  const resolve = { type: 'pagerduty.resolve', keys: ['service'], dedupKey: 'vigie-12-1' } as const;
  expect(laneOf(trigger)).toBe(laneOf(resolve));
  expect(laneOf(confirm)).not.toBe(laneOf(resolve));
  const priority: PagerEffect = { type: 'pagerduty.priority', dedupKey: 'vigie-12-1', priority: 'P1' };
  expect(laneOf(priority)).not.toBe(laneOf(resolve));
});
