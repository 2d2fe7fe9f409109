/** A small stand-in for PagerDuty on loopback, which keeps what it was asked, and a client that talks to it. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { openClient, type PagerClient } from '../../src/pagerduty/client.ts';
import { PagerError } from '../../src/pagerduty/pager-error.ts';
import { basesOf, type Setting } from '../../src/pagerduty/settings.ts';

/** What one request said. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What it answers: a status and JSON, or whatever the listener does. */
export type Answer = readonly [status: number, body?: unknown, headers?: Record<string, string>] | RequestListener;

/** The stand-in. */
export interface Pager extends AsyncDisposable {
  readonly url: string;
  readonly client: PagerClient;
  readonly asked: readonly Asked[];
}

/** When everything happens. */
export const noon = Date.UTC(2026, 10, 21, 12);

/** A key or token of these tests. */
export const setting = (name: string, value: string): Setting => ({
  name,
  secret: { ref: `env:${name.toUpperCase().replaceAll('.', '_')}`, reveal: () => value },
});

/** Thirty-two characters, as PagerDuty's are. */
export const routingKey = 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY42';
/** A token, which is a secret. */
export const apiToken = 'u+t0kent0kent0kent0k';
/** The routing key as a setting. */
export const key = setting('services.shop.pagerduty.routing_key', routingKey);

/** A page as the tests send it. */
export const page = {
  summary: 'Checkout answers slowly',
  severity: 'critical',
  source: 'eu-1',
  links: [{ href: 'https://runbooks.example/checkout', text: 'Runbook' }],
  details: { brief: 'Nothing was tried yet.' },
} as const;

/** Nobody stops it. */
export const endless = (): AbortSignal => new AbortController().signal;

/** Serves answers in order; the last one for ever. */
export async function openPager(answers: readonly Answer[], deadline = 2_000): Promise<Pager> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const url = new URL(request.url ?? '', 'http://pager');
      asked.push({
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: body === '' ? null : JSON.parse(body),
      });
      const answer = answers[Math.min(asked.length, answers.length) - 1] ?? [500];
      if (typeof answer === 'function') answer(request, response);
      else response.writeHead(answer[0], answer[2] ?? {}).end(JSON.stringify(answer[1] ?? {}));
      return undefined;
    });
  });
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    client: clientAt(url, deadline),
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A client whose two APIs are both at one place. */
export const clientAt = (url: string, deadline = 2_000): PagerClient =>
  openClient({
    bases: basesOf('us', { PAGERDUTY_EVENTS_URL: url, PAGERDUTY_API_URL: url }),
    api: { token: setting('pagerduty.api_token', apiToken), from: 'vigie@example.com' },
    clock: () => noon,
    deadline,
  });

/** The REST API of a client that has one. */
export function restOf({ client }: { readonly client: PagerClient }) {
  if (client.rest === null) throw new Error('the client has no token');
  return client.rest;
}

/** The error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<PagerError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof PagerError) return error;
    throw error;
  }
  throw new Error('it ended well');
}

/** PagerDuty's incident, as its API shows it. */
export const incident = (given: Record<string, unknown> = {}) => ({
  ...{ id: 'PINC1', html_url: 'https://acme.pagerduty.com/incidents/PINC1', status: 'triggered' },
  ...{ created_at: '2026-11-21T12:00:00Z', last_status_change_at: '2026-11-21T12:00:00Z' },
  ...{ escalation_policy: { id: 'POLD' }, assignments: [], responder_requests: [], incidents_responders: [] },
  ...given,
});
