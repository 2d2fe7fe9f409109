/** A simulated PagerDuty whose clock stands still, plain HTTP requests to it, and an app that takes its webhooks. */

import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';

import { startPagerDuty, type PagerDutyOptions, type PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';

/** Any JSON that came back. Tests look into it freely. */
export type Body = { readonly [key: string]: unknown };

/** An answer of either API. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Body; readonly text: string };

/** Noon of an ordinary Monday. */
const noon = Date.parse('2026-01-05T12:00:00Z');

/** The routing key of the service checkout. */
export const checkoutKey = '0123456789abcdef0123456789abc001';

/** A minute in milliseconds. */
export const minute = 60_000;

/** Starts one at noon. */
export function account(options: PagerDutyOptions = {}): Promise<PagerDutySandbox> {
  return startPagerDuty({ standAt: noon, ...options });
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: json ? (JSON.parse(text) as Body) : {}, text };
}

/** Sends the text as an event. */
export async function enqueue(pd: PagerDutySandbox, body: unknown): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  return answerOf(await fetch(`${pd.url}/v2/enqueue`, { method: 'POST', headers, body: text }));
}

/** A trigger event for checkout. */
export function trigger(changes: object = {}): Body {
  const payload = { summary: 'Checkout is slow', source: 'prometheus', severity: 'critical' };
  return { routing_key: checkoutKey, event_action: 'trigger', dedup_key: 'slow', payload, ...changes };
}

/** An acknowledge or resolve event for it. */
export function follow(action: 'acknowledge' | 'resolve', changes: object = {}): Body {
  return { routing_key: checkoutKey, event_action: action, dedup_key: 'slow', ...changes };
}

/** What a request may say beyond its method and path; `from` is null for none. */
export type Asking = {
  readonly token?: string;
  readonly scheme?: 'Token token=' | 'Bearer ';
  readonly from?: string | null;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
};

/** Sends a request to the REST API, as Vigie with the account's key unless told otherwise. */
export async function ask(pd: PagerDutySandbox, method: string, path: string, asking: Asking = {}): Promise<Answer> {
  const { token = 'sandbox-account-token', scheme = 'Token token=', from = 'vigie@example.com', body } = asking;
  const response = await fetch(`${pd.url}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.pagerduty+json;version=2',
      authorization: `${scheme}${token}`,
      ...(from === null ? {} : { from }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...asking.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answerOf(response);
}

/** Changes an incident over the REST API. */
export function put(pd: PagerDutySandbox, id: string, changes: object, asking: Asking = {}): Promise<Answer> {
  const body = { incident: { type: 'incident_reference', ...changes } };
  return ask(pd, 'PUT', `/incidents/${id}`, { ...asking, body });
}

/** One webhook that the app got. */
export type Hook = {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly event: Body;
  readonly type: string;
};

/** An app that takes webhooks. `answers` are the statuses of the next ones; then it is 202, or 401 for a wrong proof. */
export type HookApp = AsyncDisposable & {
  readonly url: string;
  readonly hooks: Hook[];
  readonly types: () => readonly string[];
  readonly answers: number[];
};

/** Whether one of the signatures was made with one of these secrets. */
export function isSigned({ headers, text }: Pick<Hook, 'headers' | 'text'>, secret: string): boolean {
  const wanted = `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
  return String(headers['x-pagerduty-signature'] ?? '')
    .split(',')
    .includes(wanted);
}

/** Starts an app on any free port. Status 0 leaves a webhook without an answer. */
export async function startHookApp(): Promise<HookApp> {
  const hooks: Hook[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { event } = JSON.parse(text) as { event: Body };
      const hook = { headers: request.headers, text, event, type: String(event['event_type']) };
      hooks.push(hook);
      const status = answers.shift() ?? (isSigned(hook, 'sandbox-webhook-secret') ? 202 : 401);
      if (status > 0) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('starting an app without a port');
  return {
    url: `http://127.0.0.1:${address.port}/pagerduty`,
    hooks,
    answers,
    types: () => hooks.map(({ type }) => type),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
