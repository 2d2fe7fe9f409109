/** The sentence that every kind of bad answer of Alertmanager, or none, becomes, and what follows from it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { AlertmanagerError, faultOf } from '../../src/alertmanager/api-error.ts';
import { Terminal, Throttled } from '../../src/incident/fault.ts';
import { type Answer, errorOf, list, open, says, wireAlert, wish } from './api-site.ts';
import { endless } from './silences-world.ts';

describe('a bad answer', () => {
  const cases: readonly (readonly [string, Answer, Partial<AlertmanagerError>, RegExp])[] = [
    ['401', says(401, 'Unauthorized'), { kind: 'credentials', retry: false }, /look at sources\.main\.api$/],
    [
      '404',
      says(404, '404 page not found\n'),
      { kind: 'foreign', retry: true },
      /no API v2 there \(answered 404: 404 page not found\): put its own address in sources\.main\.api\.url/,
    ],
    ['301', says(301, '', { location: 'http://else.example/' }), { kind: 'foreign' }, /leads somewhere else/],
    ['429', says(429, '', { 'retry-after': '7' }), { kind: 'throttled', retryAfter: 7_000 }, /wants a pause/],
    [
      '500',
      says(500, '"boom"'),
      { kind: 'server', retry: true },
      /is in trouble: answered 500: boom\. Trying again may help/,
    ],
    [
      '400',
      says(400, { code: 601, message: 'bad matcher' }),
      { kind: 'invalid', retry: false },
      /answered 400: bad matcher\. Trying again does not help/,
    ],
    ['a page', says(200, '<html>Sign in</html>'), { kind: 'foreign' }, /not its API v2 \(it is not JSON\)/],
    [
      'another shape',
      says(200, [{ ...wireAlert, startsAt: 'soon <secret>' }]),
      { kind: 'foreign' },
      /\(at 0\.startsAt\)/,
    ],
    [
      'a broken body',
      (_request, response) =>
        void response.writeHead(200, { 'content-length': '99' }).write('[', () => response.destroy()),
      { kind: 'network', retry: true },
      /closed the connection without a whole answer\. Trying again may help/,
    ],
  ];

  for (const [name, answer, expected, sentence] of cases) {
    it(`such as ${name} is one sentence that says what to do`, async () => {
      const { api } = await open(answer);
      const error = await errorOf(list(api));
      expect(error).toMatchObject(expected);
      expect(error.says).toMatch(/^Alertmanager of source main \(127\.0\.0\.1:\d+\) /);
      expect(error.says).toMatch(sentence);
      expect(error.says).not.toContain('<secret>');
    });
  }

  it('that never comes, or never ends, is given up at the deadline', async () => {
    for (const answer of [
      () => undefined,
      (_: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write('['),
    ]) {
      const { api } = await open(answer, { deadline: 150 });
      const started = Date.now();
      expect(await errorOf(list(api))).toMatchObject({
        kind: 'network',
        says: expect.stringContaining('did not answer within 150 ms') as string,
      });
      expect(Date.now() - started).toBeLessThan(2_000);
    }
  });

  it('that is larger than 32 MB is not read', async () => {
    const megabyte = ' '.repeat(2 ** 20);
    let written = 0;
    const { api } = await open((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        written += 1;
        if (!response.destroyed && written < 200) response.write(megabyte, more);
      };
      more();
    });
    expect((await errorOf(list(api))).says).toMatch(/answered more than 32 MB/);
    expect(written).toBeLessThan(100);
  });

  it('from nobody names the trouble', async () => {
    const { api, server } = await open(says(200, []));
    server.close();
    expect((await errorOf(list(api))).says).toMatch(/refused the connection\. Trying again may help/);
  });

  it('is no error of ours when we stop it ourselves', async () => {
    const { api } = await open(() => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('the lease was lost')), 50);
    await expect(api.alerts(stop.signal)).rejects.toThrow('the lease was lost');
  });
});

describe('a silence', () => {
  it('whose answer is lost may have been made, and says so', async () => {
    for (const answer of [
      says(502, 'bad gateway'),
      says(200, '{}'),
      says(200, ''),
      (_: IncomingMessage, response: ServerResponse) => void response.destroy(),
    ]) {
      const { api } = await open(answer);
      const error = await errorOf(api.postSilence(wish, endless()));
      expect(error).toMatchObject({ kind: 'ambiguous', retry: true });
      expect(error.says).toMatch(/It may have been (done|made): look before trying again$/);
    }
  });

  it('that was certainly not made may be tried again without looking', async () => {
    const { api, server } = await open(says(200));
    server.close();
    expect((await errorOf(api.postSilence(wish, endless()))).kind).toBe('network');
  });

  it('that is not known is no error to read or to end, in any version', async () => {
    for (const answer of [
      says(404),
      says(404, '"silence not found"'),
      says(500, '"silence not found"'),
      says(500, '"silence 7d8dd21e not found"'),
    ]) {
      const { api } = await open(answer);
      expect(await api.silence('s1', endless())).toBeNull();
      expect(await api.expireSilence('s1', endless())).toBe(false);
    }
  });
});

describe('an error as a fault', () => {
  it('is tried again, waits, or is given up', () => {
    const of = (kind: AlertmanagerError['kind'], retryAfter: number | null = null) =>
      faultOf('silencing', new AlertmanagerError(kind, 'it said no', { retryAfter }));
    expect(of('server')).not.toBeInstanceOf(Terminal);
    expect(of('invalid')).toBeInstanceOf(Terminal);
    expect(of('throttled', 7_000)).toMatchObject({ after: 7_000 });
    expect(of('throttled')).toBeInstanceOf(Throttled);
    const strange = new Error('strange');
    expect(faultOf('silencing', strange)).toBe(strange);
  });
});
