/** The client of Alertmanager's API: what it sends, what it reads, and which secrets it never shows. */
import { describe, expect, it } from 'vitest';
import { errorOf, list, open, says, wireAlert, wish } from './api-site.ts';
import { listed, noon } from './reconcile-world.ts';
import { endless } from './silences-world.ts';

describe('the client', () => {
  it('reads alerts, silences and status, and keeps nothing of the configuration', async () => {
    const { api } = await open((request, response) => {
      const path = request.url?.split('?')[0];
      if (path === '/api/v2/alerts')
        return says(200, [wireAlert, { ...wireAlert, status: { state: 'unprocessed', mutedBy: ['nights'] } }])(
          request,
          response,
        );
      if (path === '/api/v2/status')
        return says(
          200,
          {
            uptime: '2026-11-21T11:00:00Z',
            cluster: { status: 'ready' },
            versionInfo: { version: '0.28.0' },
            config: { original: 'secret' },
          },
          { date: 'Sat, 21 Nov 2026 12:00:00 GMT' },
        )(request, response);
      return says(200, [
        {
          id: 's1',
          status: { state: 'active' },
          startsAt: '2026-11-21T11:59:00.123456789Z',
          endsAt: '2026-11-21T12:59:00Z',
          matchers: [{ name: 'a', value: 'b', isRegex: false }],
        },
      ])(request, response);
    });
    expect(await list(api)).toEqual([
      { ...listed(), labels: { alertname: 'A' }, startsAt: Date.parse('2026-11-21T11:50:00.123Z') },
      {
        ...listed(),
        labels: { alertname: 'A' },
        startsAt: Date.parse('2026-11-21T11:50:00.123Z'),
        decided: false,
        timedBy: ['nights'],
      },
    ]);
    expect(await api.status(endless())).toEqual({
      startedAt: noon - 3_600_000,
      settling: false,
      version: '0.28.0',
      now: noon,
    });
    expect(await api.silences(endless())).toEqual([
      {
        id: 's1',
        state: 'active',
        startsAt: '2026-11-21T11:59:00.123456789Z',
        endsAt: noon + 3_540_000,
        createdBy: '',
        comment: '',
        matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
      },
    ]);
  });

  it('sends a silence whole, and an id only to change one', async () => {
    const { api, asked } = await open(says(200, { silenceID: 's1' }));
    expect(await api.postSilence(wish, endless())).toBe('s1');
    await api.postSilence({ ...wish, id: 's/1' }, endless());
    const body = {
      matchers: wish.matchers,
      startsAt: '2026-11-21T12:00:00Z',
      endsAt: '2026-11-21T12:01:00.000Z',
      createdBy: 'Ana',
      comment: 'x',
    };
    expect(asked.map(({ method, url, body: sent }) => ({ method, url, sent }))).toEqual([
      { method: 'POST', url: '/api/v2/silences', sent: body },
      { method: 'POST', url: '/api/v2/silences', sent: { id: 's/1', ...body } },
    ]);
  });

  it('asks again over another connection after a pause, so that every replica is asked in time', async () => {
    const { api, asked } = await open(says(200, []));
    await list(api);
    await list(api);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    await list(api);
    expect(new Set(asked.map(({ socket }) => socket)).size).toBe(2);
  });
});

describe('credentials', () => {
  const setting = (reveal: () => string) => ({
    name: 'sources.main.api.bearer',
    secret: { ref: 'env:AM_API', reveal },
  });

  it('are read at every call', async () => {
    const tokens = ['one', 'two'];
    const bearer = await open(says(200, []), { auth: { kind: 'bearer', token: setting(() => tokens.shift() ?? '') } });
    await list(bearer.api);
    await list(bearer.api);
    expect(bearer.asked.map(({ authorization }) => authorization)).toEqual(['Bearer one', 'Bearer two']);
    const basic = await open(says(200, []), {
      auth: { kind: 'basic', user: 'vigie', password: setting(() => 'pa:ss') },
    });
    await list(basic.api);
    expect(basic.asked[0]?.authorization).toBe(`Basic ${btoa('vigie:pa:ss')}`);
  });

  it('that can’t be read, or are none, are named and not sent', async () => {
    const broken = () => {
      throw new Error('`env:AM_API` is not set');
    };
    for (const [reveal, said] of [
      [broken, "sources.main.api.bearer can't be read: `env:AM_API` is not set"],
      [() => 'a\nb', 'sources.main.api.bearer (env:AM_API) is empty, or holds'],
    ] as const) {
      const { api, asked } = await open(says(200, []), { auth: { kind: 'bearer', token: setting(reveal) } });
      const error = await errorOf(list(api));
      expect(error).toMatchObject({ kind: 'credentials', retry: false, says: expect.stringContaining(said) as string });
      expect(asked).toEqual([]);
    }
  });

  it('are never shown, whatever is answered', async () => {
    const { api } = await open(
      (request, response) => says(403, `no: ${request.headers.authorization} s3cr3t-token-1`)(request, response),
      { auth: { kind: 'bearer', token: setting(() => 's3cr3t-token-1') } },
    );
    const error = await errorOf(list(api));
    expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('s3cr3t');
    expect(error.says).toMatch(
      /does not accept our credentials \(answered 403: no: Bearer … …\): look at sources\.main\.api$/,
    );
  });
});
