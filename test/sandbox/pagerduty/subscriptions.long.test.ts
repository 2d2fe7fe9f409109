/** Webhook subscriptions over the REST API. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { account, ask, enqueue, follow, isSigned, startHookApp, trigger, type HookApp } from './account.ts';

let pd: PagerDutySandbox;
let app: HookApp;
beforeEach(async () => {
  app = await startHookApp();
  pd = await account();
});
afterEach(async () => {
  await pd[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

describe('subscriptions', () => {
  it('are made over the API, for the events and the service they name, with a secret that is told once', async () => {
    const webhook_subscription = {
      type: 'webhook_subscription',
      delivery_method: {
        ...{ type: 'http_delivery_method', url: app.url },
        custom_headers: [{ name: 'x-team', value: 'shop' }],
      },
      events: ['incident.resolved'],
      filter: { type: 'service_reference', id: 'PCHECKOUT' },
    };
    const { status, body } = await ask(pd, 'POST', '/webhook_subscriptions', { body: { webhook_subscription } });
    expect(status).toBe(201);
    const made = body['webhook_subscription'] as { id: string; delivery_method: { secret: string } };
    await enqueue(pd, trigger());
    await enqueue(pd, trigger({ routing_key: pd.seed.services[1]?.integration.key, dedup_key: 'ledger' }));
    pd.resolveAs('ben', 'ledger');
    app.answers.push(202);
    await enqueue(pd, follow('resolve'));
    await pd.idle();
    expect(app.types()).toEqual(['incident.resolved']);
    const [hook] = app.hooks;
    expect(hook && isSigned(hook, made.delivery_method.secret)).toBe(true);
    expect(hook?.headers['x-team']).toBe('shop');
    const listed = (await ask(pd, 'GET', '/webhook_subscriptions')).body;
    expect(listed).toMatchObject({
      webhook_subscriptions: [{ delivery_method: { secret: null, custom_headers: [{ value: '-- redacted --' }] } }],
    });
    app.answers.push(202);
    expect((await ask(pd, 'POST', `/webhook_subscriptions/${made.id}/ping`)).status).toBe(202);
    await pd.idle();
    expect(app.types().at(-1)).toBe('pagey.ping');
    expect((await ask(pd, 'DELETE', `/webhook_subscriptions/${made.id}`)).status).toBe(204);
  });

  it('to events that do not exist are refused', async () => {
    const webhook_subscription = {
      type: 'webhook_subscription',
      delivery_method: { type: 'http_delivery_method', url: app.url },
      events: ['incident.exploded'],
      filter: { type: 'account_reference' },
    };
    expect((await ask(pd, 'POST', '/webhook_subscriptions', { body: { webhook_subscription } })).status).toBe(400);
  });
});
