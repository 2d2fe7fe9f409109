/** The REST API's front door, and everything that is not an incident. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { account, ask, enqueue, minute, put, trigger, type Answer, type Asking, type Body } from './account.ts';

let pd: PagerDutySandbox;
beforeEach(async () => {
  pd = await account();
});
afterEach(() => pd[Symbol.asyncDispose]());

const errorOf = ({ status, body }: Answer): unknown => {
  const { code, message } = body['error'] as Body;
  return [status, code, message];
};
const namesAt = async (path: string, key: string, by = 'name'): Promise<unknown> =>
  ((await ask(pd, 'GET', path)).body[key] as readonly Body[]).map((each) => each[by]);

describe('tokens', () => {
  it.each<[string, Asking]>([
    ['unknown', { token: 'who' }],
    ['expired', { token: 'sandbox-expired' }],
    ['sent as Bearer though it is a key', { scheme: 'Bearer ' }],
    ['sent as a key though it is an app’s', { token: 'sandbox-app-token' }],
  ])('that are %s are answered with 401', async (_, asking) => {
    expect(errorOf(await ask(pd, 'GET', '/services', asking))).toEqual([401, 2006, 'Authentication failed']);
  });

  it('may read only, or only what their scopes say', async () => {
    await enqueue(pd, trigger());
    const { id } = pd.incident();
    const status = { status: 'acknowledged' };
    expect(errorOf(await put(pd, id, status, { token: 'sandbox-read-only' }))).toEqual([403, 2010, 'Access Denied']);
    expect((await ask(pd, 'GET', '/services', { token: 'sandbox-read-only' })).status).toBe(200);
    const tokens = [{ token: 't', kind: 'app', scopes: ['incidents.read'] }] as const;
    await using narrow = await account({ seed: { tokens } });
    const app = { token: 't', scheme: 'Bearer ' } as const;
    expect((await ask(narrow, 'GET', '/incidents', app)).status).toBe(200);
    expect((await ask(narrow, 'GET', '/users', app)).status).toBe(403);
  });

  it('expire', async () => {
    pd.expireToken('sandbox-account-token');
    expect((await ask(pd, 'GET', '/services')).status).toBe(401);
  });
});

describe('From', () => {
  it('has to name a user on writes with an account’s key', async () => {
    await enqueue(pd, trigger());
    const { id } = pd.incident();
    const status = { status: 'acknowledged' };
    expect(errorOf(await put(pd, id, status, { from: null }))).toEqual([
      ...[400, 2016, 'You must specify a user\'s email address in the "From" header to perform this action'],
    ]);
    const stranger = await put(pd, id, status, { from: 'stranger@example.com' });
    expect(errorOf(stranger)).toEqual([400, 1008, 'Requester User Not Found']);
    expect((await ask(pd, 'GET', '/incidents', { from: null })).status).toBe(200);
    expect((await put(pd, id, status, { from: null, token: 'sandbox-user-token' })).status).toBe(200);
    expect(pd.transcript()).toContain('#1 Vigie acknowledges it');
  });
});

describe('limits', () => {
  it('are told with every answer, and kept when they apply', async () => {
    await using strict = await account({ rates: 'pagerduty' });
    const { headers } = await ask(strict, 'GET', '/abilities');
    expect([headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual(['960', '959']);
    for (let count = 0; count < 30; count += 1) await create(strict, `k${count}`);
    const over = await create(strict, 'last');
    expect(errorOf(over)).toEqual([429, 2020, 'Rate Limit Exceeded']);
    expect(over.headers.get('ratelimit-remaining')).toBe('0');
    await strict.clock.advance(Number(over.headers.get('ratelimit-reset')) * 1000);
    expect((await create(strict, 'last')).status).toBe(201);
  });

  function create(strict: PagerDutySandbox, incident_key: string): Promise<Answer> {
    const service = { id: 'PCHECKOUT', type: 'service_reference' };
    const body = { incident: { type: 'incident', title: 'x', service, incident_key } };
    return ask(strict, 'POST', '/incidents', { body });
  }
});

describe('the account', () => {
  it('shows who is on call, level by level, with the users on request', async () => {
    pd.putOnCall('Shop on call', 'ana');
    const { body } = await ask(pd, 'GET', '/oncalls?escalation_policy_ids[]=PSHOP&include[]=users&earliest=true');
    expect(body['oncalls']).toMatchObject([
      { escalation_level: 1, schedule: { id: 'PSHOPCALL' }, user: { id: 'PANA', email: 'ana@example.com' } },
      { escalation_level: 2, schedule: null, user: { id: 'PLEAD', type: 'user' } },
      { escalation_level: 3, schedule: null, user: { id: 'PCTO' } },
    ]);
    pd.putOnCall('Shop on call', null);
    expect(await namesAt('/oncalls?escalation_policy_ids[]=PSHOP', 'oncalls', 'escalation_level')).toEqual([2, 3]);
  });

  it('shows users, policies, services, priorities and abilities', async () => {
    expect(await namesAt('/users?query=ben', 'users', 'email')).toEqual(['ben@example.com']);
    expect((await ask(pd, 'GET', '/users/PBEN')).body).toMatchObject({ user: { name: 'Ben Brandt' } });
    expect((await ask(pd, 'GET', '/users/me', { token: 'sandbox-user-token' })).body).toMatchObject({
      user: { id: 'PVIGIE' },
    });
    expect(await namesAt('/escalation_policies', 'escalation_policies')).toEqual(['Shop', 'Infrastructure']);
    expect((await ask(pd, 'GET', '/escalation_policies/PSHOP')).body).toMatchObject({
      escalation_policy: { num_loops: 1, escalation_rules: [{ escalation_delay_in_minutes: 15 }, {}, {}] },
    });
    expect(await namesAt('/services', 'services')).toEqual(['checkout', 'ledger', 'cluster']);
    expect((await ask(pd, 'GET', '/services/PCHECKOUT')).body).toMatchObject({
      service: { status: 'active', acknowledgement_timeout: 1800, auto_resolve_timeout: 14_400 },
    });
    expect(await namesAt('/priorities', 'priorities')).toEqual(['P1', 'P2', 'P3', 'P4', 'P5']);
    expect((await ask(pd, 'GET', '/abilities')).body['abilities']).toContain('coordinated_responding');
    pd.assertClean();
  });

  it('knows nothing of what is not there, nor of other paths', async () => {
    expect(errorOf(await ask(pd, 'GET', '/incidents/QNONE'))).toEqual([404, 5001, 'Incident Not Found']);
    expect(errorOf(await ask(pd, 'GET', '/users/PNONE'))).toEqual([404, 2100, 'Not Found']);
    pd.assertClean();
    expect(errorOf(await ask(pd, 'GET', '/incident'))).toEqual([404, 2100, 'Not Found']);
    expect(() => pd.assertClean()).toThrow('GET /incident was answered with 404: Not Found');
  });

  it('complains of requests without the documented Accept', async () => {
    await ask(pd, 'GET', '/services', { headers: { accept: 'application/json' } });
    expect(() => pd.assertClean()).toThrow('Accept does not ask for application/vnd.pagerduty+json;version=2');
  });

  it('writes every request down, without tokens', async () => {
    await ask(pd, 'GET', '/incidents?limit=1');
    expect(pd.calls()).toMatchObject([
      { api: 'rest', method: 'GET', path: '/incidents', query: 'limit=1', from: 'vigie@example.com', status: 200 },
    ]);
    expect(JSON.stringify(pd.calls())).not.toContain('sandbox-account-token');
    await pd.clock.advance(minute);
    expect(pd.state().calls).toEqual({ 'GET /incidents': 1 });
  });
});
