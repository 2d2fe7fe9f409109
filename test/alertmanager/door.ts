/** A listener with the door for Alertmanager in it, and ways to knock. */
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { webhook } from '../../src/alertmanager/webhook.ts';
import type { Door } from '../../src/alertmanager/webhook.ts';
import { bodyOf } from './captures.ts';

type Arrival = Parameters<Door['accept']>[0];

/** A listener with the door in it, for the source `main` with the token `secret`. */
export async function openDoor(accept?: Door['accept']) {
  const arrivals: Arrival[] = [];
  const answered: string[] = [];
  const troubles: string[] = [];
  const server = Fastify({ forceCloseConnections: 'idle' });
  await server.register(webhook, {
    sources: {
      main: { bearer: [{ reveal: () => 'secret' }], basic: [] },
      lost: {
        bearer: [
          {
            reveal: () => {
              throw new Error('the file is gone');
            },
          },
        ],
        basic: [],
      },
    },
    accept: async (arrival) => {
      await accept?.(arrival);
      arrivals.push(arrival);
    },
    clock: () => 42,
    answered: (source, status) => answered.push(`${source} ${status}`),
    troubled: (source, fault) => troubles.push(`${source}: ${String(fault)}`),
  } satisfies Door);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/alertmanager`;
  const post = async (sent: string | Buffer, headers: Record<string, string> = {}, path = '/main') => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      body: sent,
      redirect: 'manual',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json', ...headers },
    });
    return {
      status: answer.status,
      headers: answer.headers,
      json: (await answer.json()) as { error?: string; faults?: string[] },
    };
  };
  return { server, port, post, arrivals, answered, troubles, [Symbol.asyncDispose]: () => server.close() };
}

/** A body that is let in. */
export const good = bodyOf('single-firing');

/** Sends a body with a pause in its middle: `finish` sends the rest, `hangUp` does not wait for the answer. */
export function slowly(
  port: number,
  body: Buffer,
): { finish: () => void; hangUp: () => void; status: Promise<number> } {
  const half = body.length >> 1;
  const sent = request({ host: '127.0.0.1', port, path: '/alertmanager/main', method: 'POST', agent: false });
  sent.setHeader('authorization', 'Bearer secret');
  sent.setHeader('content-length', body.length);
  sent.write(body.subarray(0, half));
  const status = new Promise<number>((resolve) => {
    sent.on('response', (answer) => void text(answer).then(() => resolve(answer.statusCode ?? 0)));
    sent.on('error', () => resolve(0));
  });
  return { finish: () => sent.end(body.subarray(half)), hangUp: () => sent.destroy(), status };
}

/** A body that is let in, filled up with spaces to 8 MB, the most that a body may have. */
export const largest = Buffer.from(good + ' '.repeat(8 * 2 ** 20 - Buffer.byteLength(good)));
