/** A stand-in for Alertmanager's API that answers everything alike, and a client of it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { AlertmanagerError } from '../../src/alertmanager/api-error.ts';
import { type Api, type ApiAuth, openApi, type SilenceWish } from '../../src/alertmanager/api.ts';
import { noon, silence } from './reconcile-world.ts';
import { endless } from './silences-world.ts';

/** Answers a request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Always the same answer. */
export const says =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

/** A client of an Alertmanager that answers everything alike. */
export async function open(answer: Answer, given: { readonly auth?: ApiAuth; readonly deadline?: number } = {}) {
  const disposing = new AsyncDisposableStack();
  onTestFinished(() => disposing.disposeAsync());
  const asked: { method: string; url: string; authorization: string | undefined; body: unknown; socket: Socket }[] = [];
  const server = createServer((request, response) => {
    const answerAll = (chunks: unknown[]): void => {
      const text = Buffer.concat(chunks as Buffer[]).toString();
      const { method = '', url = '', headers, socket } = request;
      asked.push({
        method,
        url,
        authorization: headers.authorization,
        body: text === '' ? null : JSON.parse(text),
        socket,
      });
      answer(request, response);
    };
    void request.toArray().then(answerAll);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  disposing.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const api = disposing.use(
    openApi({ source: 'main', url, auth: given.auth ?? null, deadline: given.deadline ?? 5_000 }),
  );
  return { api, asked, url, server };
}

/** The error of a call that must fail. */
export async function errorOf(promise: Promise<unknown>): Promise<AlertmanagerError> {
  const error = await promise.then(
    () => new Error('it went well'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AlertmanagerError) return error;
  throw error;
}

/** Asks for alerts. */
export const list = (api: Api) => api.alerts(endless());
/** A silence of a minute. */
export const wish: SilenceWish = {
  id: null,
  matchers: silence().matchers,
  startsAt: '2026-11-21T12:00:00Z',
  endsAt: noon + 60_000,
  createdBy: 'Ana',
  comment: 'x',
};

/** An alert as Alertmanager writes it. */
export const wireAlert = {
  ...{ fingerprint: 'a1', labels: { alertname: 'A' }, annotations: {}, generatorURL: '', receivers: [{ name: 'x' }] },
  ...{ startsAt: '2026-11-21T11:50:00.123Z', updatedAt: '2026-11-21T11:59:50Z', endsAt: '2026-11-21T12:04:00Z' },
  status: { state: 'active', silencedBy: [], inhibitedBy: [] },
};
