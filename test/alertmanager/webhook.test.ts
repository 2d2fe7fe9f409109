/** The door for Alertmanager, knocked at over HTTP: what is let in, what is refused and how, and what it may hold at once. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { webhook } from '../../src/alertmanager/webhook.ts';
import type { Door } from '../../src/alertmanager/webhook.ts';
import { bodyOf, captures } from './captures.ts';
import { alert, body } from './samples.ts';

type Arrival = Parameters<Door['accept']>[0];

const opened: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

/** A listener with the door in it, for the source `main` with the token `secret`. */
async function open(accept?: Door['accept']) {
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
  opened.push(server);
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
  return { server, port, url, post, arrivals, answered, troubles };
}

const good = bodyOf('single-firing');

/** Sends headers that promise `length` bytes, and half of the body; the rest when `finish` is called. */
function slowly(port: number, length: number): { finish: () => void; abort: () => void; status: Promise<number> } {
  const sent = httpRequest({ host: '127.0.0.1', port, path: '/alertmanager/main', method: 'POST', agent: false });
  sent.setHeader('authorization', 'Bearer secret');
  sent.setHeader('content-length', length);
  sent.write(Buffer.alloc(Math.floor(length / 2), ' '));
  const status = new Promise<number>((resolve) => {
    sent.on('response', (answer) => void text(answer).then(() => resolve(answer.statusCode ?? 0)));
    sent.on('error', () => resolve(0));
  });
  return { finish: () => sent.end(Buffer.alloc(Math.ceil(length / 2), ' ')), abort: () => sent.destroy(), status };
}

describe('a body', () => {
  it('is answered 200 once it is stored, as the text that came', async () => {
    const { post, arrivals, answered } = await open();
    expect(await post(good)).toMatchObject({ status: 200, json: { stored: true } });
    expect(arrivals).toEqual([{ source: 'main', at: 42, body: good }]);
    expect(answered).toEqual(['main 200']);
  });

  it('of every capture is let in', async () => {
    const { post, arrivals } = await open();
    const bodies = captures.flatMap(({ webhooks }) => webhooks.map((recorded) => recorded.body));
    for (const recorded of bodies) expect((await post(recorded)).status).toBe(200);
    expect(arrivals.map((arrival) => arrival.body)).toEqual(bodies);
  });

  it('may come with a trailing slash, without a type, with an odd one, and in chunks', async () => {
    const { post, port, arrivals } = await open();
    expect((await post(good, {}, '/main/')).status).toBe(200);
    for (const type of ['text/plain', 'application/vnd.x+json; charset=utf-8', 'application/octet-stream']) {
      expect((await post(good, { 'content-type': type })).status).toBe(200);
    }
    const chunked = httpRequest({
      port,
      host: '127.0.0.1',
      path: '/alertmanager/main',
      method: 'POST',
      headers: { authorization: 'Bearer secret' },
    });
    const status = new Promise((resolve) => chunked.on('response', (answer) => resolve(answer.resume().statusCode)));
    chunked.write(good.slice(0, 10));
    chunked.end(good.slice(10));
    expect(await status).toBe(200);
    expect(arrivals.every((arrival) => arrival.body === good)).toBe(true);
    expect(arrivals).toHaveLength(5);
  });

  it('that is not stored is answered 503, to be sent again', async () => {
    const { post, troubles } = await open(() => Promise.reject(new Error('the database is away')));
    const { status, headers, json } = await post(good);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(json.error).not.toContain('database');
    expect(troubles).toEqual(['main: Error: the database is away']);
  });

  it('from a source whose secret can’t be read is answered 503 as well', async () => {
    const { post, troubles, arrivals } = await open();
    expect((await post(good, {}, '/lost')).status).toBe(503);
    expect(troubles).toEqual(['lost: Error: reading the credentials of source lost']);
    expect(arrivals).toEqual([]);
  });
});

describe('who is nobody', () => {
  it('is answered 401, and how to prove otherwise', async () => {
    const { post, arrivals, answered } = await open();
    const { status, headers, json } = await post(good, { authorization: 'Bearer wrong' });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="alertmanager", Basic realm="alertmanager"');
    expect(json.error).toContain('credentials');
    expect([arrivals, answered]).toEqual([[], ['main 401']]);
  });

  it.each(['/other', '/', '', '/main/more', '/MAIN', '/%2e%2e', '/constructor'])(
    'at %j is told the form of the path, and no name of a source',
    async (path) => {
      const { post, answered } = await open();
      const { status, json } = await post(good, {}, path);
      expect(status).toBe(404);
      expect(JSON.stringify(json)).not.toMatch(/main|lost/);
      expect(answered.every((answer) => answer === 'unknown 404')).toBe(true);
    },
  );
});

describe('what can never be taken in', () => {
  it.each([
    ['nothing', '', 'There is no body', undefined],
    ['no JSON', '{"a":1,}', "Alertmanager's own", ['line 1, character 8: not JSON']],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28]), 'not UTF-8', ['byte 3: not UTF-8']],
    ['another version', body([], { version: '5' }), 'version 4', ['version: not "4", the version that Vigie reads']],
    [
      'a body of the operator’s own',
      '{"text":"Down"}',
      'Remove `payload`',
      ['version: missing', 'groupKey: missing', 'receiver: missing', 'alerts: missing'],
    ],
    [
      'two wrong alerts',
      body([alert(), alert({ startsAt: 'noon' }), alert({ labels: { a: 1 } })]),
      'unchanged',
      ['alerts[1].startsAt: not an RFC 3339 time such as 2026-11-21T01:19:49Z', 'alerts[2].labels.a: not a text'],
    ],
  ])('%s is answered 400 with the place', async (_what, sent, error, faults) => {
    const { post, arrivals } = await open();
    const { status, json } = await post(sent);
    expect(status).toBe(400);
    expect(json.error).toContain(error);
    expect(json.faults).toEqual(faults);
    expect(arrivals).toEqual([]);
  });

  it('a form is answered 415', async () => {
    const { post } = await open();
    expect((await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  it('more than 8 MB is answered 413, whether it is announced or comes in chunks', async () => {
    const { post, port } = await open();
    expect(await post(Buffer.alloc(8 * 2 ** 20 + 1, ' '))).toMatchObject({
      status: 413,
      json: { error: expect.stringContaining('8 MB') },
    });
    const socket = connect(port, '127.0.0.1');
    const answer = text(socket);
    socket.write(
      'POST /alertmanager/main HTTP/1.1\r\nhost: x\r\nauthorization: Bearer secret\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    for (let n = 0; n < 9; n += 1) socket.write(`100000\r\n${' '.repeat(2 ** 20)}\r\n`);
    expect(await answer).toMatch(/^HTTP\/1.1 413 [^]*"error":"The body is larger than 8 MB/);
  });

  it('8 MB exactly is read', async () => {
    const { post } = await open();
    expect((await post(good + ' '.repeat(8 * 2 ** 20 - Buffer.byteLength(good)))).status).toBe(200);
  });
});

describe('what may be on its way in at once', () => {
  it('is 64 MB: what comes on top is answered 503, until there is room again', async () => {
    const { post, port } = await open();
    const slow = Array.from({ length: 8 }, () => slowly(port, 8 * 2 ** 20));
    await expect.poll(async () => (await post(good)).status).toBe(503);
    slow[0]?.abort();
    await expect.poll(async () => (await post(good)).status).toBe(200);
    for (const { finish } of slow.slice(1)) finish();
    expect(await Promise.all(slow.slice(1).map(({ status }) => status))).toEqual(Array.from({ length: 7 }, () => 400));
    expect((await post(good)).status).toBe(200);
  });

  it('counts a body until it is stored, also when its sender has hung up', async () => {
    const waiting: (() => void)[] = [];
    const { port, post } = await open(() => new Promise((resolve) => void waiting.push(resolve)));
    const large = Buffer.from(good + ' '.repeat(8 * 2 ** 20 - Buffer.byteLength(good)));
    const hangUps = Array.from({ length: 8 }, () => new AbortController());
    const gone = hangUps.map(({ signal }) =>
      fetch(`http://127.0.0.1:${port}/alertmanager/main`, {
        method: 'POST',
        body: large,
        signal,
        headers: { authorization: 'Bearer secret' },
      }).catch(() => 'gone'),
    );
    await expect.poll(() => waiting.length).toBe(8);
    for (const hangUp of hangUps) hangUp.abort();
    expect(await Promise.all(gone)).toEqual(Array.from({ length: 8 }, () => 'gone'));
    expect((await post(good)).status).toBe(503);
    for (const store of waiting.splice(0)) store();
    const last = post(good);
    await expect.poll(() => waiting.length).toBe(1);
    for (const store of waiting) store();
    expect((await last).status).toBe(200);
  });
});

describe('while the listener closes', () => {
  it('what is being stored is answered 200, what still comes is answered 503, and nothing keeps it open', async () => {
    const waiting: (() => void)[] = [];
    const { server, port, post } = await open(() => new Promise((resolve) => void waiting.push(resolve)));
    const first = post(good);
    const late = connect(port, '127.0.0.1');
    late.write('POST /alertmanager/main HTTP/1.1\r\nhost: x\r\nauthorization: Bearer secret\r\n');
    await expect.poll(() => waiting.length).toBe(1);
    const closed = server.close();
    await expect.poll(() => server.server.listening).toBe(false);
    late.write(`content-length: ${Buffer.byteLength(good)}\r\n\r\n${good}`);
    expect(await text(late)).toMatch(/^HTTP\/1.1 503 /);
    for (const store of waiting) store();
    expect((await first).status).toBe(200);
    await closed;
  });
});
