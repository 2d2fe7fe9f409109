/** HTTP checks against servers that answer well, badly, slowly, too much or not at all. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openChecks } from '../../src/checks/checks.ts';
import type { Work } from '../../src/incident/contracts.ts';
import { Terminal } from '../../src/incident/fault.ts';
import { ask, http, noon, serve, serveSocket } from './asking.ts';

describe('an endpoint that answers', () => {
  it('as expected passes, and the event tells which question it answers', async () => {
    await using site = await serve((_, response) => response.end('all is well'));
    expect(await ask(http(`${site.url}/health`), { hosts: [site.host] })).toEqual({
      type: 'CheckAnswered',
      at: noon,
      visit: 3,
      attempt: 2,
      of: 'step',
      passed: true,
      says: `GET ${site.url}/health answered 200 in 0 ms`,
    });
  });

  it('with another status fails, and its words are shown', async () => {
    await using site = await serve((_, response) => response.writeHead(503).end('upstream connect error'));
    let now = noon;
    const clock = () => (now += 84);
    const { passed, says, at } = await ask(http(`${site.url}/health`), { hosts: [site.host], clock });
    expect(says).toBe(`GET ${site.url}/health answered 503 in 84 ms: expected 200. It said: upstream connect error`);
    expect([passed, at]).toEqual([false, now]);
  });

  it('with any of the expected statuses passes', async () => {
    await using site = await serve((_, response) => response.writeHead(204).end());
    const settings = { hosts: [site.host] };
    expect((await ask(http(site.url, { expect: [200, 204] }), settings)).passed).toBe(true);
    expect((await ask(http(site.url, { expect: [200, 201, 202] }), settings)).says).toMatch(
      /expected 200, 201 or 202\.$/,
    );
  });

  it('is asked by the method that the runbook names, once, as vigie', async () => {
    const seen: unknown[] = [];
    await using site = await serve(({ method, url, headers }, response) => {
      seen.push([method, url, headers['user-agent'], headers.host]);
      response.end('not sent for HEAD');
    });
    await ask(http(`${site.url}/a?b=c`, { method: 'HEAD' }), { hosts: [site.host] });
    expect(seen).toEqual([['HEAD', '/a?b=c', 'vigie', site.host]]);
  });
});

describe('a text that must be in the body', () => {
  it('is found, also when it comes in two pieces and the rest never comes', async () => {
    await using site = await serve((_, response) => {
      response.write('{"status":"o');
      setTimeout(() => response.write('k"'), 20);
    });
    const { passed, says } = await ask(http(site.url, { contains: '"ok"' }), { hosts: [site.host] });
    expect(says).toMatch(/answered 200 in 0 ms with ""ok"" in the body$/);
    expect(passed).toBe(true);
  });

  it.each([
    ['is missing', 'degraded', 'and it is not there. It said: degraded'],
    ['comes after 64 kB', `${'x'.repeat(65_536)}ok`, `and it is not in the first 64 kB. It said: ${'x'.repeat(149)}…`],
    ['is missing from nothing', '', 'and it is not there.'],
  ])('fails the check when it %s', async (_, body, says) => {
    await using site = await serve((__, response) => response.end(body));
    const answer = await ask(http(site.url, { contains: 'ok' }), { hosts: [site.host] });
    expect(answer.says).toBe(`GET ${site.url}/ answered 200 in 0 ms: expected "ok" in the body, ${says}`);
    expect(answer.passed).toBe(false);
  });

  it('fails the check when the body drips past the time, or breaks off', async () => {
    await using drip = await serve((_, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.once('close', () => clearInterval(timer));
    });
    const started = Date.now();
    const slow = await ask(http(drip.url, { contains: 'ok', timeout: 200 }), { hosts: [drip.host] });
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(slow.says).toMatch(/expected "ok" in the body, which did not end within 200 ms/);
    await using cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('o');
      setTimeout(() => response.destroy(), 20);
    });
    const broken = await ask(http(cut.url, { contains: 'ok' }), { hosts: [cut.host] });
    expect(broken.says).toMatch(/expected "ok" in the body, but the connection broke/);
    expect([slow.passed, broken.passed]).toEqual([false, false]);
  });
});

describe('an endpoint that does not answer', () => {
  it.each([
    ['hangs', () => undefined, 'did not answer within 150 ms'],
    ['hangs up', (socket: { destroy: () => void }) => socket.destroy(), 'closed the connection without an answer'],
    [
      'talks nonsense',
      (socket: { end: (text: string) => void }) => socket.end('hello\r\n\r\n'),
      'answered something that is not HTTP',
    ],
  ] as const)('because it %s fails the check', async (_, talk, says) => {
    await using site = await serveSocket(talk);
    expect(await ask(http(site.url, { timeout: 150 }), { hosts: [site.host] })).toMatchObject({
      passed: false,
      says: `GET ${site.url}/ ${says}`,
    });
  });

  it('because its headers never end, or because it wants another protocol, fails the check', async () => {
    await using endless = await serveSocket((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x: y\r\n'), 10);
      socket.once('close', () => clearInterval(timer));
    });
    const drip = await ask(http(endless.url, { timeout: 200 }), { hosts: [endless.host] });
    expect(drip.says).toBe(`GET ${endless.url}/ did not answer within 200 ms`);
    await using other = await serveSocket((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    });
    const upgrade = await ask(http(other.url, { timeout: 2_000 }), { hosts: [other.host] });
    expect(upgrade.says).toBe(`GET ${other.url}/ closed the connection without an answer`);
  });

  it('because nobody listens, or its name means nothing, fails the check', async () => {
    const site = await serve(() => undefined);
    await site[Symbol.asyncDispose]();
    const refused = await ask(http(site.url), { hosts: [site.host] });
    expect(refused).toMatchObject({ passed: false, says: `GET ${site.url}/ refused the connection` });
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    const unknown = await ask(http('http://app.example/'), { hosts: ['app.example'], resolve });
    expect(unknown.says).toBe('GET http://app.example/ was not found: its name has no address');
  });

  it('because its name is looked up for ever fails the check in time', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const answer = await ask(http('http://app.example/', { timeout: 100 }), { hosts: ['app.example'], resolve });
    expect(answer).toMatchObject({ passed: false, says: 'GET http://app.example/ did not answer within 100 ms' });
  });
});

describe('what is said', () => {
  it('is short, on one line, and shows nothing that deceives or looks secret', async () => {
    const body =
      '<html><style>b{}</style><b>Down\u202E</b>\n\u001B[31mpassword=hunter2</b> token: "abc" ' +
      `Bearer eyJhbGciOiJ postgres://ana:hunter2@db/x ${'lots '.repeat(5_000)}`;
    await using site = await serve((_, response) => response.writeHead(500).end(body));
    const { says } = await ask(http(`${site.url}/h?key=hunter2`), { hosts: [site.host] });
    expect(says.length).toBeLessThanOrEqual(600);
    expect(says).toContain(`GET ${site.url}/h?… answered 500`);
    expect(says).toContain('It said: Down password=… token: … Bearer … postgres://ana:…@db/x lots');
    expect(['hunter2', 'abc', 'eyJ', '\u202E', '\n', '\u001B'].filter((each) => says.includes(each))).toEqual([]);
  });

  it('keeps within its limit whatever is long', async () => {
    await using site = await serve((_, response) => response.writeHead(500).end('😀'.repeat(4_000)));
    const long = http(`${site.url}/${'a'.repeat(9_000)}`, {
      expect: Array.from({ length: 300 }, (_, index) => 200 + index),
    });
    const { says } = await ask(long, { hosts: [site.host] });
    expect(says.length).toBeLessThanOrEqual(600);
    expect(says.isWellFormed()).toBe(true);
  });

  it('leaves out bodies without words', async () => {
    await using site = await serve((_, response) => response.writeHead(500).end(Buffer.from([0, 1, 2, 0xff, 0xfe])));
    expect((await ask(http(site.url), { hosts: [site.host] })).says).toMatch(/expected 200\.$/);
  });
});

describe('a lost lease', () => {
  it('is a fault, whether it was lost before or while asking', async () => {
    await using site = await serve(() => undefined);
    const lease = new AbortController();
    const asking = ask(http(site.url), { hosts: [site.host] }, lease.signal);
    void pause(50).then(() => lease.abort(new Error('the lease on 1-2-0 was lost')));
    await expect(asking).rejects.toThrow('performing 1-2-0: it was stopped');
    await expect(ask(http(site.url), { hosts: [site.host] }, lease.signal)).rejects.toThrow('it was stopped');
  });

  it('drops the connection', async () => {
    const dropped = Promise.withResolvers<void>();
    await using site = await serveSocket((socket) => {
      void once(socket.resume(), 'close').then(() => dropped.resolve());
    });
    const lease = new AbortController();
    const asking = ask(http(site.url), { hosts: [site.host] }, lease.signal);
    void pause(50).then(() => lease.abort());
    await expect(asking).rejects.toThrow('it was stopped');
    await dropped.promise;
  });
});

it('the room performs nothing else than checks', async () => {
  const { perform } = openChecks({ prometheus: null, hosts: [], clock: () => noon });
  await expect(perform({ effect: { type: 'slack.card' }, effectId: '1-2-0' } as unknown as Work)).rejects.toThrow(
    Terminal,
  );
});
