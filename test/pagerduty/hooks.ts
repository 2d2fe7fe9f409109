/** Webhooks v3 as PagerDuty sends them: bodies, signatures, and a listener with the door in it. */
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { type HookArrival, type HookDoor, pagerDutyWebhook } from '../../src/pagerduty/webhook.ts';

/** Somebody, as PagerDuty refers to them. */
export const user = (id: string, summary: string) => ({ id, summary, type: 'user_reference' });
/** Somebody who acts. */
export const ana = user('PANA', 'Ana');
/** Whoever sends events. */
export const integration = { id: 'PINT', summary: 'Vigie', type: 'events_api_v2_inbound_integration_reference' };

/** What may differ in an event. */
export interface Given {
  readonly id?: string;
  readonly agent?: unknown;
  readonly client?: unknown;
  readonly data?: Record<string, unknown>;
  readonly at?: string;
}

/** A body whose data is the incident. */
export const hook = (type: string, given: Given = {}): string =>
  JSON.stringify({
    event: {
      ...{ id: given.id ?? '01EVENT', event_type: type, resource_type: 'incident' },
      ...{
        occurred_at: given.at ?? '2026-11-21T12:00:00.000Z',
        agent: given.agent ?? null,
        client: given.client ?? null,
      },
      data: {
        ...{
          id: 'PINC1',
          type: 'incident',
          html_url: 'https://acme.pagerduty.com/incidents/PINC1',
          status: 'triggered',
        },
        ...{ incident_key: 'vigie-12-1', assignees: [], escalation_policy: null, priority: null },
        ...given.data,
      },
    },
  });

/** A body whose data is about an incident. */
export const about = (type: string, data: Record<string, unknown>, agent: unknown = ana): string =>
  hook(type, { agent, data: { id: 'PDATA1', incident: { id: 'PINC1', html_url: 'javascript:alert(1)' }, ...data } });

/** The signature of a body. */
export const sign = (secret: string, body: string | Buffer): string =>
  `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** A listener with the door in it; it believes the secrets `new` and `old`, unless told otherwise. */
export async function openHookDoor(given: Partial<HookDoor> = {}) {
  const arrivals: HookArrival[] = [];
  const answered: number[] = [];
  const troubles: string[] = [];
  const server = Fastify({ forceCloseConnections: 'idle', routerOptions: { ignoreTrailingSlash: true } });
  await server.register(pagerDutyWebhook, {
    secrets: ['new', 'old'].map((value) => ({ reveal: () => value })),
    accept: async (arrival) => void arrivals.push(arrival),
    clock: () => 42,
    answered: (status) => answered.push(status),
    troubled: (fault) => troubles.push(String(fault)),
    ...given,
  } satisfies HookDoor);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const post = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const url = `http://127.0.0.1:${port}/pagerduty/webhooks`;
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual', headers });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const signed = (body: string, secret = 'new', headers: Record<string, string> = {}) =>
    post(body, { 'x-pagerduty-signature': sign(secret, body), 'content-type': 'application/json', ...headers });
  return { port, post, signed, arrivals, answered, troubles, [Symbol.asyncDispose]: () => server.close() };
}
