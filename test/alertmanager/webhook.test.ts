/** The door for Alertmanager, knocked at over HTTP: what is let in, what is refused, and what the answers say. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { captures } from './captures.ts';
import { good, largest, openDoor } from './door.ts';
import { alert, body } from './samples.ts';

describe('a body', () => {
  it('is answered 200 once it is stored, as the text that came', async () => {
    await using door = await openDoor();
    const { post, arrivals, answered } = door;
    expect(await post(good)).toMatchObject({ status: 200, json: { stored: true } });
    expect(arrivals).toEqual([{ source: 'main', at: 42, body: good }]);
    expect(answered).toEqual(['main 200']);
  });

  it('of every capture is let in', async () => {
    await using door = await openDoor();
    const { post, arrivals } = door;
    const bodies = captures.flatMap(({ webhooks }) => webhooks.map((recorded) => recorded.body));
    for (const recorded of bodies) expect((await post(recorded)).status).toBe(200);
    expect(arrivals.map((arrival) => arrival.body)).toEqual(bodies);
  });

  it('may come with a trailing slash, without a type, with an odd one, and in chunks', async () => {
    await using door = await openDoor();
    const { post, port, arrivals } = door;
    expect((await post(good, {}, '/main/')).status).toBe(200);
    for (const type of ['text/plain', 'application/vnd.x+json; charset=utf-8', 'application/octet-stream']) {
      expect((await post(good, { 'content-type': type })).status).toBe(200);
    }
    const chunked = request({
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
    await using door = await openDoor(() => Promise.reject(new Error('the database is away')));
    const { post, troubles } = door;
    const { status, headers, json } = await post(good);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(json.error).not.toContain('database');
    expect(troubles).toEqual(['main: Error: the database is away']);
  });

  it('from a source whose secret can’t be read is answered 503 as well', async () => {
    await using door = await openDoor();
    const { post, troubles, arrivals } = door;
    expect((await post(good, {}, '/lost')).status).toBe(503);
    expect(troubles).toEqual(['lost: Error: reading the credentials of source lost']);
    expect(arrivals).toEqual([]);
  });
});

describe('who is nobody', () => {
  it('is answered 401, and how to prove otherwise', async () => {
    await using door = await openDoor();
    const { post, arrivals, answered } = door;
    const { status, headers, json } = await post(good, { authorization: 'Bearer wrong' });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="alertmanager", Basic realm="alertmanager"');
    expect(json.error).toContain('credentials');
    expect([arrivals, answered]).toEqual([[], ['main 401']]);
  });

  it.each(['/other', '/', '', '/main/more', '/MAIN', '/%2e%2e', '/constructor'])(
    'at %j is told the form of the path, and no name of a source',
    async (path) => {
      await using door = await openDoor();
      const { post, answered } = door;
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
    await using door = await openDoor();
    const { post, arrivals } = door;
    const { status, json } = await post(sent);
    expect(status).toBe(400);
    expect(json.error).toContain(error);
    expect(json.faults).toEqual(faults);
    expect(arrivals).toEqual([]);
  });

  it('a form is answered 415', async () => {
    await using door = await openDoor();
    const { post } = door;
    expect((await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  it('more than 8 MB is answered 413, whether it is announced or comes in chunks', async () => {
    await using door = await openDoor();
    const { post, port } = door;
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
    await using door = await openDoor();
    const { post } = door;
    expect((await post(largest)).status).toBe(200);
  });
});
