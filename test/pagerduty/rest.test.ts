/** The REST API: what is asked, what is read of the answers, and which setting a refusal names. */
import { describe, expect, it } from 'vitest';
import { type Answer, apiToken, clientAt, endless, errorOf, incident, openPager, restOf } from './pager.ts';

/** Makes one call and says what was asked and answered. */
async function ask<T>(answers: readonly Answer[], call: (rest: ReturnType<typeof restOf>) => Promise<T>) {
  await using pager = await openPager(answers);
  const answered = await call(restOf(pager));
  return { answered, asked: pager.asked };
}

/** The error of adding a note, which is a write, and of reading it. */
async function refused(answer: Answer) {
  await using pager = await openPager([answer]);
  const rest = restOf(pager);
  return {
    write: await errorOf(rest.addNote('PINC1', 'a note', endless())),
    read: await errorOf(rest.notes('PINC1', endless())),
  };
}

describe('a question', () => {
  it('finds the incidents of a dedup key, however old, the open ones first', async () => {
    const old = incident({ id: 'POLD1', status: 'resolved', created_at: '2026-01-01T00:00:00Z' });
    const { answered, asked } = await ask(
      [[200, { incidents: [{ ...old, created_at: '2026-11-21T12:30:00Z' }, incident()], more: false }]],
      (rest) => rest.find('vigie 12&1', endless()),
    );
    expect(Array.isArray(answered) && answered.map(({ id }: { id: string }) => id)).toEqual(['PINC1', 'POLD1']);
    expect(Array.isArray(answered) && answered[0]).toEqual({
      ...{ id: 'PINC1', url: 'https://acme.pagerduty.com/incidents/PINC1', status: 'triggered' },
      ...{ createdAt: Date.UTC(2026, 10, 21, 12), changedAt: Date.UTC(2026, 10, 21, 12), policy: 'POLD' },
      ...{ assignees: [], acknowledgers: [], changedBy: null, requests: [] },
    });
    expect(asked[0]).toMatchObject({ method: 'GET', path: '/incidents', body: null });
    expect(Object.fromEntries(asked[0]?.query ?? [])).toMatchObject({ incident_key: 'vigie 12&1', date_range: 'all' });
    expect(asked[0]?.headers).toMatchObject({
      accept: 'application/vnd.pagerduty+json;version=2',
      authorization: `Token token=${apiToken}`,
    });
    expect((await ask([[200, { incidents: [] }]], (rest) => rest.find('k', endless()))).answered).toEqual([]);
  });

  it('about an incident or a user that is not there is answered with null', async () => {
    const gone: Answer = [404, { error: { message: 'Not Found', code: 2100 } }];
    expect((await ask([gone], (rest) => rest.incident('PGONE', endless()))).answered).toBeNull();
    const { answered, asked } = await ask([gone], (rest) => rest.user('../users', endless()));
    expect(answered).toBeNull();
    expect(asked[0]?.path).toBe('/users/..%2Fusers');
  });

  it('about who is on call now asks for just these policies and schedules', async () => {
    const turn = (level: number, name: string) => ({
      ...{ user: { id: `P${level}`, name, email: `${name}@example.com` }, escalation_level: level },
      ...{ escalation_policy: { id: 'PPOL' }, schedule: level === 1 ? { id: 'PSCHED' } : null, start: null },
      end: level === 1 ? '2026-11-22T00:00:00Z' : null,
    });
    const { answered, asked } = await ask([[200, { oncalls: [turn(2, 'ben'), turn(1, 'ana')], more: false }]], (rest) =>
      rest.onCalls({ policies: ['PPOL', 'PPOL2'], schedules: [] }, endless()),
    );
    expect(answered.map(({ user, level, schedule, until }) => [user.email, level, schedule, until])).toEqual([
      ['ana@example.com', 1, 'PSCHED', Date.UTC(2026, 10, 22)],
      ['ben@example.com', 2, null, null],
    ]);
    expect(asked[0]?.query.getAll('escalation_policy_ids[]')).toEqual(['PPOL', 'PPOL2']);
    expect(asked[0]?.query.has('schedule_ids[]')).toBe(false);
    const nobody = await ask([[500]], (rest) => rest.onCalls({ policies: [], schedules: [] }, endless()));
    expect([nobody.answered, nobody.asked]).toEqual([[], []]);
  });

  it('for a user by e-mail takes only that very address, on whatever page it is', async () => {
    const user = (email: string) => ({ id: email.replace(/\W/g, ''), name: 'x', email });
    const answers: Answer[] = [
      [200, { users: [user('ana@example.com.au')], more: true }],
      [200, { users: [user('Ana@Example.com')], more: false }],
    ];
    const { answered, asked } = await ask(answers, (rest) => rest.userByEmail('ana@example.com', endless()));
    expect(answered?.id).toBe('AnaExamplecom');
    expect(asked.map(({ query }) => [query.get('query'), query.get('offset')])).toEqual([
      ['ana@example.com', '0'],
      ['ana@example.com', '100'],
    ]);
    const forEver = await ask([[200, { users: [], more: true }]], (rest) =>
      rest.userByEmail('x@example.com', endless()),
    );
    expect([forEver.answered, forEver.asked.length]).toEqual([null, 5]);
  });

  it('that a proxy answers is a fault, not an empty list', async () => {
    await using pager = await openPager([
      [200, { hello: 'world' }],
      (_request, response) => void response.writeHead(200).end('<html>'),
    ]);
    const rest = restOf(pager);
    expect((await errorOf(rest.find('k', endless()))).kind).toBe('network');
    expect((await errorOf(rest.notes('PINC1', endless()))).says).toContain('is a proxy in the way?');
    expect((await errorOf(rest.addNote('PINC1', 'a note', endless()))).kind).toBe('ambiguous');
  });
});

describe('a write', () => {
  it('adds a note as the user of the configuration', async () => {
    const { asked } = await ask([[201, { note: {} }]], (rest) => rest.addNote('PINC1', 'a note', endless()));
    expect(asked[0]).toMatchObject({
      method: 'POST',
      path: '/incidents/PINC1/notes',
      body: { note: { content: 'a note' } },
    });
    expect(asked[0]?.headers['from']).toBe('vigie@example.com');
  });

  it('asks people to help, and looks up once as whom', async () => {
    await using pager = await openPager([
      [200, { users: [{ id: 'PVIGIE', name: 'Vigie', email: 'vigie@example.com' }], more: false }],
      [200, { responder_request: {} }],
    ]);
    const rest = restOf(pager);
    await rest.askResponders('PINC1', [{ kind: 'user', id: 'PCTO' }], 'Help', endless());
    await rest.askResponders('PINC1', [{ kind: 'escalation_policy', id: 'PPOL' }], 'Help', endless());
    expect(pager.asked.map(({ path }) => path)).toEqual([
      '/users',
      ...['/incidents/PINC1/responder_requests', '/incidents/PINC1/responder_requests'],
    ]);
    expect(pager.asked[1]?.body).toEqual({
      requester_id: 'PVIGIE',
      message: 'Help',
      responder_request_targets: [{ responder_request_target: { id: 'PCTO', type: 'user_reference' } }],
    });
  });

  it('reassigns to a policy and sets a priority', async () => {
    await using pager = await openPager([[200, { incident: {} }]]);
    const rest = restOf(pager);
    await rest.reassign('PINC1', 'PPOL', endless());
    await rest.prioritise('PINC1', null, endless());
    expect(pager.asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      [
        ...['PUT', '/incidents/PINC1'],
        {
          incident: {
            type: 'incident_reference',
            escalation_policy: { id: 'PPOL', type: 'escalation_policy_reference' },
          },
        },
      ],
      ['PUT', '/incidents/PINC1', { incident: { type: 'incident_reference', priority: null } }],
    ]);
  });

  it('that got no answer, or a fault, may have been done; a read was not', async () => {
    const silent = await refused((request) => request.socket.destroy());
    expect([silent.write.kind, silent.read.kind]).toEqual(['ambiguous', 'network']);
    const broken = await refused([500, { error: { message: 'Internal', code: 1 } }]);
    expect([broken.write.kind, broken.read.kind]).toEqual(['ambiguous', 'server']);
  });

  it('that never left was not done', async () => {
    const pager = await openPager([[200]]);
    await pager[Symbol.asyncDispose]();
    expect((await errorOf(restOf({ client: clientAt(pager.url) }).addNote('PINC1', 'x', endless()))).kind).toBe(
      'network',
    );
  });
});

describe('a refusal', () => {
  const error = (message: string, code: number, errors: string[] = []) => ({ error: { message, code, errors } });

  it('of the token names its setting, and never the token', async () => {
    const { write, read } = await refused([401, error(`Unauthorized ${apiToken}`, 2006)]);
    expect([write.kind, read.kind]).toEqual(['token', 'token']);
    expect(read.says).toContain('pagerduty.api_token (env:PAGERDUTY_API_TOKEN)');
    const denied = await refused([403, error(`Access Denied to ${apiToken}`, 2010)]);
    expect(denied.write.says).toBe(
      'The token of pagerduty.api_token (env:PAGERDUTY_API_TOKEN) may not do this: ' +
        'it may be read-only; give it write access. PagerDuty said: Access Denied to …',
    );
  });

  it('of the sender names the setting `from`', async () => {
    const { write } = await refused([400, error('Requester User Not Found', 1008)]);
    expect(write).toMatchObject({ kind: 'invalid', code: 1008 });
    expect(write.says).toContain('pagerduty.from (vigie@example.com)');
    await using pager = await openPager([[200, { users: [], more: false }]]);
    const nobody = await errorOf(restOf(pager).askResponders('PINC1', [], 'Help', endless()));
    expect(nobody.says).toContain('pagerduty.from (vigie@example.com) is no user');
  });

  it('of anything else says what PagerDuty said', async () => {
    const { write } = await refused([400, error('Invalid Input Provided', 2001, ['Incident Already Resolved'])]);
    expect(write.says).toBe('PagerDuty does not do this: Invalid Input Provided: Incident Already Resolved');
    expect((await refused([402, error('Account ability missing', 2014)])).write.says).toContain("account's plan");
    expect((await refused([400, 'what'])).write.says).toBe(
      'PagerDuty does not do this: it answered 400 without a word',
    );
  });

  it('for being too fast says how long to wait', async () => {
    const { write, read } = await refused([429, error('Rate Limit Exceeded', 2020), { 'ratelimit-reset': '31' }]);
    expect([write.kind, write.retryAfter]).toEqual(['throttled', 31_000]);
    expect([read.kind, read.retryAfter]).toEqual(['throttled', 31_000]);
  });
});
