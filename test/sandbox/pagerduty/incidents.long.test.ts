/** The REST API on incidents: looked up, changed, added to, refused. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { account, ask, enqueue, put, trigger, type Answer, type Asking, type Body } from './account.ts';

let pd: PagerDutySandbox;
let id: string;
beforeEach(async () => {
  pd = await account();
  await enqueue(pd, trigger());
  ({ id } = pd.incident());
});
afterEach(() => pd[Symbol.asyncDispose]());

const errorOf = ({ status, body }: Answer): readonly unknown[] => {
  const { code, message, errors } = body['error'] as Body;
  return [status, code, message, ...((errors as readonly string[] | undefined) ?? [])];
};
const create = (incident: object, asking: Asking = {}) => {
  const service = { id: 'PCHECKOUT', type: 'service_reference' };
  const body = { incident: { type: 'incident', title: 'The shop is on fire', service, ...incident } };
  return ask(pd, 'POST', '/incidents', { body, ...asking });
};
const list = async (query: string): Promise<readonly Body[]> => {
  const { body } = await ask(pd, 'GET', `/incidents?${query}`);
  return body['incidents'] as readonly Body[];
};

describe('looking up', () => {
  it('finds the incident by the key of its event', async () => {
    expect(await list('incident_key=slow&statuses[]=triggered&statuses[]=acknowledged')).toMatchObject([
      {
        ...{ id, type: 'incident', status: 'triggered', urgency: 'high', incident_key: 'slow', incident_number: 1 },
        ...{ assigned_via: 'escalation_policy', created_at: '2026-01-05T12:00:00Z', priority: null },
        service: { id: 'PCHECKOUT', type: 'service_reference', summary: 'checkout' },
        escalation_policy: { id: 'PSHOP', summary: 'Shop' },
        assignments: [{ assignee: { id: 'PBEN', summary: 'Ben Brandt' } }],
        alert_counts: { all: 1, triggered: 1, resolved: 0 },
      },
    ]);
    expect(await list('incident_key=other')).toEqual([]);
    expect(await list('statuses[]=resolved')).toEqual([]);
    expect(await list('service_ids[]=PLEDGER')).toEqual([]);
    expect((await ask(pd, 'GET', `/incidents/${id}`)).body).toMatchObject({ incident: { id } });
  });

  it('shows the last month unless it is asked for everything', async () => {
    await pd.clock.advance(31 * 86_400_000);
    expect(await list('')).toEqual([]);
    expect(await list('date_range=all')).toMatchObject([{ id }]);
  });

  it('gives pages of at most 100 and nothing beyond 10,000', async () => {
    for (let count = 2; count <= 30; count += 1) await enqueue(pd, trigger({ dedup_key: `k${count}` }));
    const first = (await ask(pd, 'GET', '/incidents?total=true')).body;
    expect(first).toMatchObject({ limit: 25, offset: 0, more: true, total: 30 });
    const rest = (await ask(pd, 'GET', '/incidents?limit=1000&offset=25')).body;
    expect(rest).toMatchObject({ limit: 100, offset: 25, more: false, total: null });
    expect(rest['incidents']).toHaveLength(5);
    expect(errorOf(await ask(pd, 'GET', '/incidents?limit=100&offset=9901'))).toEqual([
      ...[400, 2001, 'Invalid Input Provided', 'Offset and limit must not exceed 10000 together.'],
    ]);
  });

  it('refuses statuses that do not exist, and complains of parameters that PagerDuty ignores', async () => {
    expect(errorOf(await ask(pd, 'GET', '/incidents?statuses[]=open'))).toContain(
      'Status must be a list of triggered, acknowledged, or resolved.',
    );
    expect(await list('statuses=resolved&incident_key=undefined')).toEqual([]);
    expect(() => pd.assertClean()).toThrow(/ignores the parameter statuses\n.*incident_key is the text "undefined"/);
  });
});

describe('changing', () => {
  it('acknowledges and resolves once, and says what was so already', async () => {
    expect((await put(pd, id, { status: 'acknowledged' })).body).toMatchObject({
      incident: { status: 'acknowledged', acknowledgements: [{ acknowledger: { summary: 'Vigie' } }] },
    });
    expect(errorOf(await put(pd, id, { status: 'acknowledged' }))).toEqual([
      400,
      1002,
      'Incident Already Acknowledged',
    ]);
    expect((await put(pd, id, { status: 'resolved' })).status).toBe(200);
    expect(errorOf(await put(pd, id, { status: 'resolved' }))).toEqual([400, 1001, 'Incident Already Resolved']);
    expect(errorOf(await put(pd, id, { status: 'acknowledged' }))).toEqual([400, 1001, 'Incident Already Resolved']);
    pd.assertClean();
  });

  it('opens a resolved incident again, from the first level', async () => {
    await put(pd, id, { status: 'resolved' });
    const { body } = await put(pd, id, { status: 'triggered' });
    expect(body).toMatchObject({ incident: { status: 'triggered', resolved_at: null } });
    expect(pd.transcript()).toMatch(/Vigie triggers it again\n#1 Ben Brandt is paged \(level 1\)/);
  });

  it('moves it to a level, to a person, after which it does not escalate, and to a policy', async () => {
    expect((await put(pd, id, { escalation_level: 2 })).body).toMatchObject({
      incident: { assignments: [{ assignee: { id: 'PLEAD' } }] },
    });
    expect(errorOf(await put(pd, id, { escalation_level: 4 }))).toEqual([400, 1006, 'Cannot Escalate']);
    const assignments = [{ assignee: { id: 'PANA', type: 'user_reference' } }];
    expect((await put(pd, id, { assignments })).body).toMatchObject({
      incident: { assigned_via: 'direct_assignment' },
    });
    expect(errorOf(await put(pd, id, { escalation_level: 2 }))).toEqual([400, 1006, 'Cannot Escalate']);
    const escalation_policy = { id: 'PINFRA', type: 'escalation_policy_reference' };
    expect(errorOf(await put(pd, id, { assignments, escalation_policy }))[1]).toBe(2001);
    expect((await put(pd, id, { escalation_policy })).body).toMatchObject({
      incident: { assigned_via: 'escalation_policy', assignments: [{ assignee: { id: 'PCHLOE' } }] },
    });
  });

  it('refuses people, policies and priorities that do not exist, and policies without anybody', async () => {
    const person = [{ assignee: { id: 'PNOBODY', type: 'user_reference' } }];
    const policy = (name: string) => ({ escalation_policy: { id: name, type: 'escalation_policy_reference' } });
    expect(errorOf(await put(pd, id, { assignments: person }))).toEqual([400, 1007, 'Assigned To User Not Found']);
    expect(errorOf(await put(pd, id, policy('PNONE')))).toEqual([400, 1014, 'Escalation Policy Not Found']);
    const policies = [...pd.seed.policies, { id: 'PEMPTY', name: 'Empty', loops: 0, levels: [] }];
    await using other = await account({ seed: { policies } });
    await enqueue(other, trigger());
    const lonely = await put(other, other.incident().id, policy('PEMPTY'));
    expect(errorOf(lonely)).toEqual([400, 1015, 'Escalation Policy Has No User On Call']);
    const priority = { priority: { id: 'PRIOP9', type: 'priority_reference' } };
    expect(errorOf(await put(pd, id, priority))).toEqual([400, 1020, 'Invalid Priority']);
  });

  it('sets priority, title and urgency, and several incidents at once', async () => {
    await put(pd, id, { priority: { id: 'PRIOP1', type: 'priority_reference' }, title: 'Worse', urgency: 'low' });
    expect(pd.incident()).toMatchObject({ title: 'Worse', urgency: 'low', priority: { summary: 'P1' } });
    await enqueue(pd, trigger({ dedup_key: 'second' }));
    const incidents = pd.state().incidents.map((each) => ({ id: each.id, type: 'incident', status: 'resolved' }));
    const { body } = await ask(pd, 'PUT', '/incidents', { body: { incidents } });
    expect(body).toMatchObject({ incidents: [{ status: 'resolved' }, { status: 'resolved' }] });
    await put(pd, id, { priority: null });
    expect(pd.incident(1)).toMatchObject({ priority: null });
  });
});

describe('adding', () => {
  it('writes notes, and finds the same one twice', async () => {
    const write = () => ask(pd, 'POST', `/incidents/${id}/notes`, { body: { note: { content: 'Restarted\n[e1]' } } });
    expect((await write()).body).toMatchObject({ note: { content: 'Restarted\n[e1]', user: { id: 'PVIGIE' } } });
    expect((await ask(pd, 'GET', `/incidents/${id}/notes`)).body['notes']).toHaveLength(1);
    pd.assertClean();
    await write();
    expect(() => pd.assertClean()).toThrow('#1 has the same note twice: Restarted\n[e1]');
    const empty = await ask(pd, 'POST', `/incidents/${id}/notes`, { body: { note: { content: '' } } });
    expect(errorOf(empty)).toEqual([400, 2001, 'Invalid Input Provided', 'Content cannot be empty.']);
  });

  it('asks people and whole policies to help, when the account may', async () => {
    const target = (type: string, of: string) => ({ responder_request_target: { id: of, type } });
    const targets = [target('user_reference', 'PCTO'), target('escalation_policy_reference', 'PINFRA')];
    const body = { requester_id: 'PVIGIE', message: 'Please help [e2]', responder_request_targets: targets };
    const answer = await ask(pd, 'POST', `/incidents/${id}/responder_requests`, { body });
    expect(answer.body).toMatchObject({ responder_request: { requester: { id: 'PVIGIE' } } });
    expect((await ask(pd, 'GET', `/incidents/${id}`)).body).toMatchObject({
      incident: { incidents_responders: [{ message: 'Please help [e2]', user: { id: 'PCTO' } }, {}] },
    });
    pd.replyAs('theo', 'joined');
    expect(pd.incident().responders).toMatchObject([
      { user: 'PCTO', state: 'joined' },
      { user: 'PCHLOE', state: 'pending', policy: 'PINFRA' },
    ]);
    expect(pd.transcript()).toContain('#1 Theo Tran is asked by Vigie to help:\n    Please help [e2]\n');
    pd.setAbility('coordinated_responding', false);
    const refused = await ask(pd, 'POST', `/incidents/${id}/responder_requests`, { body });
    expect(errorOf(refused)).toEqual([402, 2014, 'Missing Account Ability']);
  });

  it('publishes status updates', async () => {
    const body = { message: 'A fix is on its way' };
    expect((await ask(pd, 'POST', `/incidents/${id}/status_updates`, { body })).body).toMatchObject({
      status_update: { message: 'A fix is on its way', sender: { id: 'PVIGIE' } },
    });
  });
});

describe('creating', () => {
  it('answers with the incident, and refuses the same key while it is open', async () => {
    const answer = await create({ incident_key: 'fire', body: { type: 'incident_body', details: 'It burns' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ incident: { title: 'The shop is on fire', body: { details: 'It burns' } } });
    expect(errorOf(await create({ incident_key: 'fire' }))).toEqual([
      ...[400, 2002, 'Arguments Caused Error', 'Open incident with matching dedup key already exists on this service'],
    ]);
    pd.assertClean();
  });

  it('for oneself is acknowledged at once and pages nobody', async () => {
    const assignments = [{ assignee: { id: 'PANA', type: 'user_reference' } }];
    const { body } = await create({ assignments }, { from: 'ana@example.com' });
    expect(body).toMatchObject({ incident: { status: 'acknowledged', assigned_via: 'direct_assignment' } });
    expect(pd.transcript({ incident: 2 })).not.toContain('paged');
  });

  it('refuses details that are no text, whatever the published schema says, and what is missing', async () => {
    expect(errorOf(await create({ body: { type: 'incident_body', details: {} } }))).toContain(
      'Details must be a valid string.',
    );
    expect(errorOf(await create({ title: undefined, urgency: 'medium' }))).toEqual([
      ...[400, 2001, 'Invalid Input Provided', 'Title cannot be empty.', 'Urgency must be one of high, low.'],
    ]);
    const service = { id: 'PNONE', type: 'service_reference' };
    expect(errorOf(await create({ service }))).toEqual([404, 5002, 'Service Not Found']);
  });
});
