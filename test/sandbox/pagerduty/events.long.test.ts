/** The Events API: what is accepted, what is refused and how, and what becomes of it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { account, ask, enqueue, follow, minute, trigger } from './account.ts';

let pd: PagerDutySandbox;
beforeEach(async () => {
  pd = await account();
});
afterEach(() => pd[Symbol.asyncDispose]());

const errorsOf = async (body: unknown): Promise<unknown> => {
  const answer = await enqueue(pd, body);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ status: 'invalid event', message: 'Event object is invalid' });
  return answer.body['errors'];
};
const payload = (changes: object) => trigger({ payload: { ...(trigger()['payload'] as object), ...changes } });

describe('a trigger event', () => {
  it('is accepted with its key, and opens an incident that pages whoever is on call', async () => {
    const answer = await enqueue(pd, trigger());
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ status: 'success', message: 'Event processed', dedup_key: 'slow' });
    expect(pd.incident()).toMatchObject({ title: 'Checkout is slow', status: 'triggered', incident_key: 'slow' });
    expect(pd.transcript()).toBe(
      [
        '#1 An event opens it on checkout (high): Checkout is slow\n',
        '#1 Ben Brandt is paged (level 1): Checkout is slow\n',
      ].join(''),
    );
    pd.assertClean();
  });

  it('without a key gets one', async () => {
    const { body } = await enqueue(pd, trigger({ dedup_key: undefined }));
    expect(body['dedup_key']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is added to the open alert with its key, and makes a new incident after that is resolved', async () => {
    await enqueue(pd, trigger());
    await enqueue(pd, payload({ summary: 'Slower' }));
    expect(pd.state().incidents).toMatchObject([{ title: 'Checkout is slow', triggers: 2 }]);
    await enqueue(pd, follow('resolve'));
    await enqueue(pd, trigger());
    expect(pd.state().incidents).toMatchObject([{ status: 'resolved' }, { status: 'triggered', incident_number: 2 }]);
  });

  it('pages nobody twice while it is acknowledged', async () => {
    await enqueue(pd, trigger());
    pd.acknowledgeAs('ben');
    await enqueue(pd, trigger());
    expect(pd.transcript().match(/is paged/g)).toHaveLength(1);
  });

  it('comes to nothing when nobody is on call, and nobody says so', async () => {
    for (const level of pd.seed.policies[0]?.levels ?? []) expect(level.targets).toHaveLength(1);
    await using lonely = await account({ seed: { policies: [{ id: 'PSHOP', name: 'Shop', loops: 0, levels: [] }] } });
    expect((await enqueue(lonely, trigger())).status).toBe(202);
    expect(lonely.state()).toMatchObject({ incidents: [], dropped: [{ why: 'nobody is on call' }] });
  });

  it('to a disabled service is accepted and dropped', async () => {
    pd.setService('checkout', { status: 'disabled' });
    expect((await enqueue(pd, trigger())).status).toBe(202);
    expect(pd.state().dropped).toMatchObject([{ action: 'trigger', key: 'slow', why: 'the service is disabled' }]);
  });
});

describe('events that follow', () => {
  it('acknowledge and resolve the incident of their key', async () => {
    await enqueue(pd, trigger());
    expect((await enqueue(pd, follow('acknowledge'))).status).toBe(202);
    expect(pd.incident()).toMatchObject({ status: 'acknowledged' });
    await enqueue(pd, follow('resolve'));
    expect(pd.incident()).toMatchObject({ status: 'resolved', assignments: [] });
  });

  it('to unknown keys, or with the key of another service, are accepted and dropped', async () => {
    await enqueue(pd, trigger());
    const other = pd.seed.services[1]?.integration.key;
    expect((await enqueue(pd, follow('acknowledge', { dedup_key: 'other' }))).status).toBe(202);
    expect((await enqueue(pd, follow('resolve', { routing_key: other }))).status).toBe(202);
    expect(pd.incident()).toMatchObject({ status: 'triggered' });
    expect(pd.state().dropped.map(({ why }) => why)).toEqual(Array(2).fill('no open alert has this key'));
  });
});

describe('what is refused', () => {
  it.each([
    [{ routing_key: 'short' }, "Length of 'routing_key' is incorrect (should be 32 characters)"],
    [{ routing_key: undefined }, "'routing_key' is missing or blank"],
    [{ routing_key: 'f'.repeat(32) }, 'Invalid routing key'],
    [
      { event_action: 'page' },
      "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
    ],
    [{ payload: undefined }, "'payload' is missing or blank"],
    [{ dedup_key: 'k'.repeat(256) }, "'dedup_key' is too long (maximum is 255 characters)"],
    [{ links: [{ text: 'x' }] }, "'links.0.href' is missing or blank"],
    [
      { images: [{ src: 'http://example.com/a.png' }] },
      "'images.0.src' is invalid (must be a valid URL that is served via HTTPS)",
    ],
    [{ client_url: 'grafana' }, "'client_url' is invalid (must be a valid URL)"],
  ])('%j', async (changes, error) => {
    expect(await errorsOf(trigger(changes))).toEqual([error]);
  });

  it.each([
    [{ summary: ' ' }, "'payload.summary' is missing or blank"],
    [{ summary: 'x'.repeat(1025) }, "'payload.summary' is too long (maximum is 1024 characters)"],
    [{ source: undefined }, "'payload.source' is missing or blank"],
    [
      { severity: 'high' },
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
    [{ timestamp: 'yesterday' }, "'payload.timestamp' is invalid (must be a valid timestamp in ISO 8601)"],
    [{ custom_details: 'text' }, "'payload.custom_details' is invalid (must be a valid object)"],
  ])('a payload with %j', async (changes, error) => {
    expect(await errorsOf(payload(changes))).toEqual([error]);
  });

  it('a summary of 1,024 characters and everything that is optional are taken', async () => {
    const full = {
      ...payload({
        ...{ summary: '🔥'.repeat(1024), timestamp: '2015-07-17T08:42:58.315+0000', component: 'db', group: 'g' },
        ...{ class: 'disk', custom_details: { any: { thing: [1] } } },
      }),
      links: [{ href: 'https://example.com/x', text: 'x' }],
      images: [{ src: 'https://example.com/a.png', href: 'https://example.com', alt: 'a' }],
      ...{ client: 'Vigie', client_url: 'https://vigie.example.com' },
    };
    expect((await enqueue(pd, full)).status).toBe(202);
    pd.assertClean();
  });

  it('a follow-up without a key; what is not JSON; what is larger than 512 kB', async () => {
    expect(await errorsOf(follow('resolve', { dedup_key: undefined }))).toEqual(["'dedup_key' is missing or blank"]);
    const broken = await enqueue(pd, '{"routing_key":');
    expect(broken.status).toBe(400);
    expect(broken.body).toMatchObject({ status: 'Unrecognized object', errors: ['JSON parse error'] });
    expect(await errorsOf(payload({ custom_details: { x: 'x'.repeat(512_000) } }))).toEqual([
      'Event is too large (maximum is 512000 bytes)',
    ]);
  });

  it('is what assertClean finds, with the fields that PagerDuty silently ignores', async () => {
    await enqueue(pd, payload({ severity: 'high' }));
    await enqueue(pd, trigger({ colour: 'red' }));
    expect(() => pd.assertClean()).toThrow(
      [
        'the app did what no correct app does:',
        "- POST /v2/enqueue was answered with 400: 'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
        '- POST /v2/enqueue: PagerDuty ignores the field colour',
      ].join('\n'),
    );
  });
});

describe('limits and keys', () => {
  it('a key takes 120 events a minute, then 429 until the minute has passed', async () => {
    await using strict = await account({ rates: 'pagerduty' });
    for (let count = 0; count < 120; count += 1) await enqueue(strict, trigger());
    const over = await enqueue(strict, trigger());
    expect([over.status, over.body['status']]).toEqual([429, 'throttle exceeded']);
    await strict.clock.advance(minute);
    expect((await enqueue(strict, trigger())).status).toBe(202);
  });

  it('a key that was replaced is refused, which is not the app’s mistake', async () => {
    const key = pd.replaceKey('checkout');
    expect(await errorsOf(trigger())).toEqual(['Invalid routing key']);
    expect((await enqueue(pd, trigger({ routing_key: key }))).status).toBe(202);
    pd.assertClean();
  });

  it('urgency follows the severity where the service says so, and low urgency only mails', async () => {
    const services = pd.seed.services.map((each) => ({ ...each, urgency: 'severity_based' as const }));
    await using mild = await account({ seed: { services } });
    await enqueue(mild, trigger({ payload: { summary: 'Meh', source: 's', severity: 'warning' } }));
    await mild.clock.advance(60 * minute);
    expect(mild.transcript()).toBe(
      '#1 An event opens it on checkout (low): Meh\n#1 Ben Brandt gets a mail (level 1): Meh\n',
    );
  });

  it('what came with the event is in the incident’s alert', async () => {
    await enqueue(pd, payload({ custom_details: { runbook: 'https://example.com' } }));
    const { body } = await ask(pd, 'GET', `/incidents/${pd.incident().id}/alerts`);
    expect(body['alerts']).toMatchObject([
      {
        alert_key: 'slow',
        severity: 'critical',
        body: { cef_details: { custom_details: { runbook: 'https://example.com' } } },
      },
    ]);
  });
});
