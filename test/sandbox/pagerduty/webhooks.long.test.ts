/** Webhooks v3: what is told, how it is signed, in which order, and what happens when the app does not take it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { eventTypes } from '../../../sandbox/pagerduty/webhooks/subscriptions.ts';
import { account, ask, enqueue, isSigned, minute, put, startHookApp, trigger, type HookApp } from './account.ts';

let pd: PagerDutySandbox;
let app: HookApp;
beforeEach(async () => {
  app = await startHookApp();
  pd = await account({ appUrl: app.url });
});
afterEach(async () => {
  await pd[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

/** PagerDuty waits five seconds for an answer; this one a third of a second. */
const loseItsPatience = async (): Promise<void> => {
  await pd[Symbol.asyncDispose]();
  pd = await account({ appUrl: app.url, hookTimeoutMs: 300 });
};
const open = async (key = 'slow'): Promise<string> => {
  await enqueue(pd, trigger({ dedup_key: key }));
  await pd.idle();
  return pd.incident().id;
};

describe('an event', () => {
  it('is told with the incident, who did it, and a signature', async () => {
    const id = await open();
    pd.acknowledgeAs('ben');
    await pd.idle();
    const [triggered, acknowledged] = app.hooks;
    expect(triggered?.event).toMatchObject({
      ...{ event_type: 'incident.triggered', resource_type: 'incident', occurred_at: '2026-01-05T12:00:00.000Z' },
      agent: { type: 'events_api_v2_inbound_integration_reference' },
      data: { id, type: 'incident', number: 1, status: 'triggered', incident_key: null, urgency: 'high' },
    });
    expect(acknowledged?.event).toMatchObject({
      ...{ agent: { id: 'PBEN', summary: 'Ben Brandt' }, client: { name: 'PagerDuty' } },
      data: { status: 'acknowledged', assignees: [{ id: 'PBEN' }], escalation_policy: { id: 'PSHOP' } },
    });
    const hook = acknowledged ?? app.hooks[0];
    expect(hook && isSigned(hook, 'sandbox-webhook-secret')).toBe(true);
    expect(hook?.headers).toMatchObject({
      'user-agent': 'PagerDuty-Webhook/V3.0',
      'x-webhook-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-webhook-subscription': pd.state().subscriptions[0]?.id,
    });
    pd.assertClean();
  });

  it('of every type is told when it happens', async () => {
    const id = await open();
    pd.acknowledgeAs('ben');
    pd.unacknowledgeAs('ben');
    await pd.clock.advance(15 * minute);
    pd.reassign('lena', 'ana');
    pd.reassign('ana', 'Shop');
    pd.note('ben', 'x');
    pd.prioritise('ben', 'P1');
    const target = { responder_request_target: { id: 'PCTO', type: 'user_reference' } };
    const body = { requester_id: 'PVIGIE', message: 'Help', responder_request_targets: [target] };
    await ask(pd, 'POST', `/incidents/${id}/responder_requests`, { body });
    pd.replyAs('theo', 'declined');
    await ask(pd, 'POST', `/incidents/${id}/status_updates`, { body: { message: 'Soon' } });
    pd.resolveAs('ben');
    pd.reopenAs('ben');
    await pd.idle();
    expect(new Set(app.types())).toEqual(new Set(eventTypes));
    const added = app.hooks.find(({ type }) => type === 'incident.responder.added');
    expect(added?.event['data']).toMatchObject({ type: 'incident_responder', state: 'pending', user: { id: 'PCTO' } });
    const annotated = app.hooks.find(({ type }) => type === 'incident.annotated');
    expect(annotated?.event['data']).toMatchObject({ type: 'incident_note', content: 'x', incident: { id } });
  });

  it('done by the app itself comes back with the app as its agent', async () => {
    const id = await open();
    await put(pd, id, { status: 'resolved' });
    await pd.idle();
    expect(app.hooks.at(-1)?.event).toMatchObject({ event_type: 'incident.resolved', agent: { id: 'PVIGIE' } });
  });

  it('names the key of an incident made by events only where the account says so', async () => {
    await using shown = await account({ appUrl: app.url, seed: { incidentKeys: 'shown' } });
    await enqueue(shown, trigger());
    await shown.idle();
    expect(app.hooks[0]?.event['data']).toMatchObject({ incident_key: 'slow' });
  });
});

describe('secrets', () => {
  it('sign side by side while they are rotated', async () => {
    const secret = pd.rotateSecret();
    await open();
    const [first] = app.hooks;
    expect(first && [isSigned(first, secret), isSigned(first, 'sandbox-webhook-secret')]).toEqual([true, true]);
    pd.dropOldSecrets();
    app.answers.push(202);
    pd.acknowledgeAs('ben');
    await pd.idle();
    const second = app.hooks[1];
    expect(second && [isSigned(second, secret), isSigned(second, 'sandbox-webhook-secret')]).toEqual([true, false]);
  });
});

describe('an app that does not answer well', () => {
  it.each([500, 429, 0])('with status %i gets it again after a minute, and the later ones after it', async (status) => {
    if (status === 0) await loseItsPatience();
    app.answers.push(status);
    await open();
    pd.acknowledgeAs('ben');
    await pd.idle();
    expect(app.types()).toEqual(['incident.triggered']);
    await pd.clock.advance(minute);
    expect(app.types()).toEqual(['incident.triggered', 'incident.triggered', 'incident.acknowledged']);
    const ids = app.hooks.map(({ headers }) => headers['x-webhook-id']);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
    expect(pd.state().deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
  });

  it('holds up nobody else’s incident', async () => {
    app.answers.push(503);
    await open();
    await open('second');
    expect(app.hooks.map(({ event }) => (event['data'] as { number: number }).number)).toEqual([1, 2]);
  });

  it('is given up after 48 hours', async () => {
    const services = pd.seed.services.map((each) => ({ ...each, autoResolveTimeout: null }));
    await using dead = await account({ appUrl: 'http://127.0.0.1:9/', seed: { services } });
    await enqueue(dead, trigger());
    dead.acknowledgeAs('ben');
    await dead.clock.advance(48 * 60 * minute + 10 * minute);
    const verdicts = dead.state().deliveries.filter(({ type }) => type === 'incident.triggered');
    expect(verdicts.length).toBeGreaterThan(40);
    expect(verdicts.at(-1)).toMatchObject({ verdict: 'again', attempt: verdicts.length });
    expect(dead.state().subscriptions[0]?.drops).toBe(2);
  });

  it('loses what it refuses, and after three everything for a day', async () => {
    app.answers.push(403, 404, 400);
    await open();
    pd.acknowledgeAs('ben');
    pd.note('ben', 'x');
    await pd.idle();
    pd.resolveAs('ben');
    await pd.idle();
    expect(app.hooks).toHaveLength(3);
    expect(() => pd.assertClean()).toThrow('the app answered 403 to a signed incident.triggered');
    const [subscription] = pd.state().subscriptions;
    const path = `/webhook_subscriptions/${subscription?.id}`;
    const { body } = await ask(pd, 'GET', path);
    expect(body).toMatchObject({
      webhook_subscription: { delivery_method: { temporarily_disabled: true, secret: null } },
    });
    await ask(pd, 'POST', `${path}/enable`);
    await open('second');
    expect(app.types().at(-1)).toBe('incident.triggered');
  });

  it('is said to be too slow', async () => {
    await loseItsPatience();
    app.answers.push(0);
    await open();
    expect(() => pd.assertClean()).toThrow('the app did not answer incident.triggered within 300 ms');
  });
});

describe('on their way', () => {
  it('webhooks come twice, too late, in the wrong order or not at all', async () => {
    pd.hookFault({ event: 'incident.triggered', fault: 'twice' });
    await open();
    expect(app.types()).toEqual(['incident.triggered', 'incident.triggered']);
    pd.hookFault({ event: 'incident.acknowledged', fault: 'swapped' });
    pd.hookFault({ event: 'incident.annotated', fault: { lateMs: 5 * minute } });
    pd.hookFault({ event: 'incident.priority_updated', fault: 'lost' });
    pd.acknowledgeAs('ben');
    pd.note('ben', 'x');
    pd.prioritise('ben', 'P1');
    pd.resolveAs('ben');
    await pd.idle();
    expect(app.types().slice(2)).toEqual(['incident.resolved', 'incident.acknowledged']);
    await pd.clock.advance(5 * minute);
    expect(app.types().at(-1)).toBe('incident.annotated');
    pd.assertClean();
  });

  it('forgeries come, and an app that takes one is found', async () => {
    await open();
    expect(await pd.redeliver('wrong-signature')).toMatchObject({ status: 401, verdict: 'dropped' });
    expect(await pd.redeliver('unsigned')).toMatchObject({ status: 401 });
    expect(await pd.redeliver()).toMatchObject({ status: 202 });
    pd.assertClean();
    app.answers.push(202);
    await pd.redeliver('wrong-signature');
    expect(() => pd.assertClean()).toThrow('the app took a incident.triggered that PagerDuty had not signed');
  });
});
