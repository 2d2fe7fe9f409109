/** The performers of what is added to an incident: each is done once, whichever answer was lost. */
import { describe, expect, it } from 'vitest';
import { Terminal, Throttled } from '../../src/incident/fault.ts';
import type { PagerEffect } from '../../src/incident/pager.ts';
import { incident, noon, openPager } from './pager.ts';
import { faultOf, perform } from './working.ts';

const common = { page: 'L2', dedupKey: 'vigie-12-1', at: noon };
const users = [200, { users: [{ id: 'PVIGIE', name: 'Vigie', email: 'vigie@example.com' }], more: false }] as const;

describe('pagerduty.note', () => {
  const note: PagerEffect = {
    type: 'pagerduty.note',
    dedupKey: 'vigie-12-1',
    incident: 'PINC1',
    text: 'Restarted it.',
  };

  it('carries its id, and is looked for before it is said again', async () => {
    await using pager = await openPager([
      [500],
      [200, { notes: [{ content: 'Restarted it.\n[vigie 12-3-00]' }] }],
      [201, { note: {} }],
      [200, { notes: [{ content: 'Restarted it.\n[vigie 12-3-0]' }] }],
    ]);
    await faultOf(perform(pager.client, note));
    expect(await perform(pager.client, note, { attempt: 2 })).toBeNull();
    expect(await perform(pager.client, note, { attempt: 3 })).toBeNull();
    expect(pager.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST', 'GET']);
    expect(pager.asked[2]?.body).toEqual({ note: { content: 'Restarted it.\n[vigie 12-3-0]' } });
  });

  it('is cut to 25,000 characters, its id whole', async () => {
    await using pager = await openPager([[201, { note: {} }]]);
    await perform(pager.client, { ...note, text: '🔥'.repeat(20_000) });
    const { content } = (pager.asked[0] as unknown as { body: { note: { content: string } } }).body.note;
    expect(content.length).toBeLessThanOrEqual(25_000);
    expect(content).toMatch(/🔥…\n\[vigie 12-3-0\]$/u);
  });

  it('waits for an incident that is not there yet, and skips one that is over', async () => {
    const lost = { ...note, incident: null };
    await using pager = await openPager([
      [200, { incidents: [] }],
      [200, { incidents: [incident({ status: 'resolved' })] }],
      [200, { incidents: [incident({ id: 'PNEW' })] }],
      [201, { note: {} }],
    ]);
    expect(await faultOf(perform(pager.client, lost))).toBeInstanceOf(Throttled);
    expect(await perform(pager.client, lost, { now: noon + 120_000 })).toBeNull();
    await perform(pager.client, lost);
    expect(pager.asked.at(-1)?.path).toBe('/incidents/PNEW/notes');
  });

  it('is left out without a token, which the page has said already', async () => {
    await using pager = await openPager([[500]]);
    expect(await perform({ ...pager.client, rest: null }, note)).toBeNull();
  });
});

describe('pagerduty.priority', () => {
  const priority: PagerEffect = { type: 'pagerduty.priority', dedupKey: 'vigie-12-1', priority: 'P1' };
  const known = [200, { priorities: [{ id: 'PRIO1', name: 'P1' }] }] as const;

  it('is given to what is open, and to nothing else', async () => {
    const both = [200, { incidents: [incident(), incident({ id: 'POLD', status: 'resolved' })] }] as const;
    await using pager = await openPager([known, both, [200, { incident: incident() }]]);
    expect(await perform(pager.client, priority)).toBeNull();
    expect(pager.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...['GET /priorities', 'GET /incidents', 'PUT /incidents/PINC1'],
    ]);
    expect(JSON.stringify(pager.asked[2]?.body)).toContain('"id":"PRIO1"');
  });

  it('that PagerDuty does not have is given up, and the setting named; without a token it is left out', async () => {
    await using pager = await openPager([known]);
    const fault = await faultOf(perform(pager.client, { ...priority, priority: 'P9' }));
    expect(fault).toBeInstanceOf(Terminal);
    expect(String(fault.cause)).toContain('PagerDuty has no priority P9: look at pagerduty.priorities');
    expect(await perform({ ...pager.client, rest: null }, priority)).toBeNull();
  });
});

describe('pagerduty.responders', () => {
  const responders: PagerEffect = {
    ...{ type: 'pagerduty.responders', page: 'L2', dedupKey: 'vigie-12-1', incident: 'PINC1' },
    ...{ whom: [{ kind: 'user', id: 'PCTO' }], message: 'Please help' },
  };

  it('asks once, also when the answer was lost', async () => {
    const asked = incident({ responder_requests: [{ message: 'Please help\n[vigie 12-3-0]' }] });
    await using pager = await openPager([
      users,
      (request) => request.socket.destroy(),
      [200, { incident: asked }],
      [200, { incident: incident() }],
      [200, { responder_request: {} }],
    ]);
    await faultOf(perform(pager.client, responders));
    const sent = { ...common, type: 'PageSent', way: 'responders' };
    expect(await perform(pager.client, responders, { attempt: 2 })).toEqual(sent);
    expect(await perform(pager.client, responders, { attempt: 2 })).toEqual(sent);
    expect(pager.asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET', 'POST']);
    expect(pager.asked[1]?.body).toMatchObject({ message: 'Please help\n[vigie 12-3-0]' });
  });

  it('is a page that failed when the plan, or the token, does not allow it', async () => {
    await using pager = await openPager([users, [402, { error: { message: 'missing ability', code: 2014 } }]]);
    expect(await perform(pager.client, responders)).toMatchObject({ type: 'PageFailed', hopeless: true });
    expect(await perform({ ...pager.client, rest: null }, responders)).toMatchObject({
      ...{ type: 'PageFailed', way: 'responders', hopeless: true },
      says: expect.stringContaining('pagerduty.api_token') as string,
    });
  });

  it('asks whoever has the address of somebody that was paged by name, and says when nobody has', async () => {
    const named = { ...responders, whom: [{ kind: 'email', id: 'Lena@example.com' }] } as const;
    const found = [200, { users: [{ id: 'PLENA', name: 'Lena', email: 'lena@example.com' }], more: false }] as const;
    await using pager = await openPager([
      found,
      users,
      [200, { responder_request: {} }],
      [200, { users: [], more: false }],
    ]);
    expect(await perform(pager.client, named)).toMatchObject({ type: 'PageSent' });
    expect(JSON.stringify(pager.asked.at(-1)?.body)).toContain('"id":"PLENA","type":"user_reference"');
    expect(await perform(pager.client, named)).toMatchObject({
      ...{ type: 'PageFailed', hopeless: true },
      says: 'PagerDuty has no user with the e-mail address that Slack confirmed',
    });
  });

  it('is a page that failed when there is no incident to join', async () => {
    await using pager = await openPager([[200, { incidents: [] }]]);
    const effect = { ...responders, incident: null };
    expect(await faultOf(perform(pager.client, effect))).toBeInstanceOf(Throttled);
    const late = await perform(pager.client, effect, { now: noon + 120_000 });
    expect(late).toMatchObject({ type: 'PageFailed', says: 'PagerDuty has no incident for the page' });
  });
});

describe('pagerduty.reassign', () => {
  const reassign: PagerEffect = {
    ...{ type: 'pagerduty.reassign', page: 'L2', dedupKey: 'vigie-12-1', incident: 'PINC1', policy: 'PNEW' },
  };
  const at = (id: string) => [200, { incident: incident({ escalation_policy: { id } }) }] as const;

  it('hands over once, also when the answer was lost', async () => {
    const receipts = new Map<string, string>();
    await using pager = await openPager([at('POLD'), (request) => request.socket.destroy(), at('PNEW')]);
    await faultOf(perform(pager.client, reassign, { receipts }));
    expect(await perform(pager.client, reassign, { receipts, attempt: 2 })).toMatchObject({ way: 'reassign' });
    expect(pager.asked.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  });

  it('hands over again when it had landed nowhere, or nobody can tell', async () => {
    for (const before of ['POLD', 'PNEW']) {
      const receipts = new Map<string, string>();
      await using pager = await openPager([at(before), [500], at(before), at('PNEW')]);
      await faultOf(perform(pager.client, reassign, { receipts }));
      await perform(pager.client, reassign, { receipts, attempt: 2 });
      expect(pager.asked.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET', 'PUT']);
    }
  });
});
