/** The whole room against the simulated PagerDuty: pages that reach people, and what people do that reaches us. */
import { describe, expect, it } from 'vitest';
import { type PagerDutySandbox, startPagerDuty } from '../../sandbox/pagerduty/server.ts';
import { Throttled } from '../../src/incident/fault.ts';
import { openClient } from '../../src/pagerduty/client.ts';
import type { PagerEffect } from '../../src/incident/pager.ts';
import { basesOf } from '../../src/pagerduty/settings.ts';
import { translate } from '../../src/pagerduty/translate.ts';
import { openHookDoor } from './hooks.ts';
import { endless, page, setting } from './pager.ts';
import { faultOf, type Given, perform, trigger } from './working.ts';

const noon = Date.parse('2026-01-05T12:00:00Z');
const common = { page: 'L2', dedupKey: 'vigie-12-1' };
const confirm: PagerEffect = { type: 'pagerduty.confirm', ...common, sentAt: noon, until: noon + 120_000 };
const note: PagerEffect = { type: 'pagerduty.note', dedupKey: 'vigie-12-1', incident: null, text: 'Restarted it.' };
const resolve = { type: 'pagerduty.resolve', keys: ['service'], dedupKey: 'vigie-12-1' } as const;
const responders: PagerEffect = {
  ...{ type: 'pagerduty.responders', ...common, incident: null, message: 'Please help' },
  whom: [
    { kind: 'user', id: 'PCTO' },
    { kind: 'escalation_policy', id: 'PINFRA' },
  ],
};

/** A room that pages the simulated PagerDuty, and a door that hears from it. */
async function openStage() {
  const pd = await startPagerDuty({ standAt: noon });
  const door = await openHookDoor({ secrets: [{ reveal: () => pd.seed.webhookSecret }], clock: () => pd.clock.now() });
  pd.connectApp(`http://127.0.0.1:${door.port}/pagerduty/webhooks`);
  const client = openClient({
    bases: basesOf('eu', { PAGERDUTY_EVENTS_URL: pd.url, PAGERDUTY_API_URL: pd.url }),
    api: { token: setting('pagerduty.api_token', 'sandbox-account-token'), from: 'vigie@example.com' },
    clock: () => pd.clock.now(),
    deadline: 1_000,
  });
  const key = setting('services.checkout.pagerduty.routing_key', '0123456789abcdef0123456789abc001');
  const act = (effect: PagerEffect, given: Given = {}) =>
    perform(client, effect, { since: noon, now: pd.clock.now(), ...given, parts: { keyOf: () => key } });
  const heard = async () => {
    await pd.idle();
    return door.arrivals.flatMap(({ body, at }) => translate(body, at, 'PVIGIE') ?? []);
  };
  return {
    ...{ pd, door, client, act, heard },
    [Symbol.asyncDispose]: async () => {
      await pd[Symbol.asyncDispose]();
      await door[Symbol.asyncDispose]();
    },
  };
}

/** Performs until it is done, as the outbox would, and counts the attempts. */
async function untilDone(act: (given: Given) => Promise<unknown>): Promise<number> {
  for (let attempt = 1; attempt < 10; attempt += 1) {
    try {
      await act({ attempt });
      return attempt;
    } catch {
      // Tried again.
    }
  }
  return 10;
}

const theIncident = (pd: PagerDutySandbox) => pd.incident('newest');

describe('a page', () => {
  it('is sent, proved, acknowledged by who was woken, added to, and resolved', async () => {
    await using stage = await openStage();
    const { act, client, heard, pd } = stage;
    expect(await act(trigger)).toMatchObject({ type: 'PageSent' });
    const proof = await act(confirm);
    expect(proof).toMatchObject({ type: 'PageConfirmed', incident: theIncident(pd).id });
    await act(note);
    expect(await act(responders)).toMatchObject({ type: 'PageSent', way: 'responders' });
    pd.replyAs('theo', 'joined');
    expect(await act({ type: 'pagerduty.reassign', ...common, incident: null, policy: 'PINFRA' })).toMatchObject({
      way: 'reassign',
    });
    await client.rest?.prioritise(theIncident(pd).id, 'PRIOP1', endless());
    pd.acknowledgeAs('chloe');
    await act({ ...resolve, type: 'pagerduty.acknowledge' });
    const receipts = new Map<string, string>();
    expect(await faultOf(act(resolve, { receipts }))).toMatchObject({ after: 5_000 });
    expect(theIncident(pd)).toMatchObject({ status: 'resolved' });
    expect(await act(resolve, { receipts })).toBeNull();
    const said = (await heard()).map(({ type, by, incident }) => `${type} by ${by.name} of ${incident}`);
    const { id } = theIncident(pd);
    expect(said).toEqual([
      `PagerTriggered by an integration of PagerDuty of ${id}`,
      `PagerResponderAnswered by Theo Tran of ${id}`,
      `PagerAcknowledged by Chloé Colin of ${id}`,
      `PagerResolved by an integration of PagerDuty of ${id}`,
    ]);
    pd.assertClean();
  });

  it('that PagerDuty swallows is never called confirmed', async () => {
    await using stage = await openStage();
    const { act, pd } = stage;
    pd.setService('checkout', { status: 'disabled' });
    expect(await act(trigger)).toMatchObject({ type: 'PageSent' });
    expect(await faultOf(act(confirm))).toBeInstanceOf(Throttled);
    expect(await act(confirm, { now: noon + 120_000 })).toMatchObject({ type: 'PageUnconfirmed' });
    pd.assertClean();
  });

  it('of all the size that people write fits', async () => {
    await using stage = await openStage();
    const details = { log: 'é'.repeat(600_000), brief: 'Nothing was tried yet.' };
    const links = [{ href: 'https://runbooks.example/a b', text: 'x'.repeat(2_000) }];
    await stage.act({ ...trigger, ...page, summary: 'x'.repeat(5_000), details, links });
    expect(await stage.act(confirm)).toMatchObject({ type: 'PageConfirmed' });
    stage.pd.assertClean();
  });

  it('with a key that was replaced names the setting', async () => {
    await using stage = await openStage();
    stage.pd.replaceKey('checkout');
    const outcome = await stage.act(trigger);
    expect(outcome).toMatchObject({ type: 'PageFailed', hopeless: true });
    expect(JSON.stringify(outcome)).toContain('services.checkout.pagerduty.routing_key');
  });

  it('with a token that expired is not confirmed, and names the setting', async () => {
    await using stage = await openStage();
    await stage.act(trigger);
    stage.pd.expireToken('sandbox-account-token');
    const outcome = await stage.act(confirm, { now: noon + 120_000 });
    expect(outcome).toMatchObject({ type: 'PageUnconfirmed' });
    expect(JSON.stringify(outcome)).toContain('pagerduty.api_token');
  });

  it('gets through whatever the way does twice', async () => {
    for (const fault of [{ cut: 'before' }, { cut: 'after' }, { status: 503 }, 'garbage', 'hang'] as const) {
      await using stage = await openStage();
      stage.pd.fault({ api: 'events', fault, times: 2 });
      expect(await untilDone((given) => stage.act(trigger, given))).toBe(3);
      expect(stage.pd.state().incidents).toHaveLength(1);
      stage.pd.assertClean();
    }
  });
});

describe('what is added', () => {
  it('is added once, whichever answer is lost', async () => {
    for (const fault of [{ cut: 'after' }, { status: 500, when: 'after' }, 'empty', { cut: 'before' }] as const) {
      await using stage = await openStage();
      const { act, pd } = stage;
      await act(trigger);
      pd.fault({ api: 'rest', method: 'POST', fault });
      expect(await untilDone((given) => act(note, given))).toBe(2);
      pd.fault({ api: 'rest', method: 'POST', fault });
      expect(await untilDone((given) => act(responders, given))).toBe(2);
      expect(theIncident(pd).notes).toHaveLength(1);
      pd.assertClean();
    }
  });

  it('waits as long as PagerDuty says when there was too much', async () => {
    await using stage = await openStage();
    await stage.act(trigger);
    stage.pd.fault({ api: 'rest', method: 'POST', fault: { status: 429, resetSeconds: 23 } });
    const fault = await faultOf(stage.act(note));
    expect(fault).toBeInstanceOf(Throttled);
    expect((fault as Throttled).after).toBe(23_000);
  });

  it('is a page that failed without the ability', async () => {
    await using stage = await openStage();
    await stage.act(trigger);
    stage.pd.setAbility('coordinated_responding', false);
    expect(await stage.act(responders)).toMatchObject({ type: 'PageFailed', hopeless: true });
  });
});

describe('what people do', () => {
  it('comes once, signed, and none of it is refused', async () => {
    await using stage = await openStage();
    const { act, door, heard, pd } = stage;
    await act(trigger);
    pd.hookFault({ event: 'incident.acknowledged', fault: 'twice' });
    pd.acknowledgeAs('ben');
    pd.note('ana', 'It is the disk');
    pd.prioritise('ana', 'P1');
    pd.unacknowledgeAs('ben');
    pd.escalate('ben', 3);
    pd.reassign('ben', 'lena');
    pd.resolveAs('ben');
    pd.reopenAs('ana');
    await heard();
    const ids = door.arrivals.map(({ id }) => id);
    expect(ids.length).toBe(new Set(ids).size + 1);
    const once = new Map((await heard()).map((report) => [`${report.type} ${report.by.name}`, report]));
    expect([...once.keys()]).toEqual([
      ...['PagerTriggered an integration of PagerDuty', 'PagerAcknowledged Ben Brandt'],
      ...['PagerNoted Ana Alves', 'PagerPrioritised Ana Alves', 'PagerUnacknowledged Ben Brandt'],
      ...['PagerReassigned Ben Brandt', 'PagerResolved Ben Brandt', 'PagerReopened Ana Alves'],
    ]);
    pd.assertClean();
  });

  it('is not believed without a proof, and PagerDuty does not switch us off for it', async () => {
    await using stage = await openStage();
    const { act, door, heard, pd } = stage;
    await act(trigger);
    pd.hookFault({ event: 'incident.acknowledged', fault: 'wrong-signature' });
    pd.acknowledgeAs('ben');
    await heard();
    expect((await pd.redeliver('unsigned')).status).toBe(401);
    expect((await heard()).map(({ type }) => type)).toEqual(['PagerTriggered']);
    expect(door.answered).toEqual([202, 401, 401]);
  });

  it('is who PagerDuty says is on call now', async () => {
    await using stage = await openStage();
    const { client, pd } = stage;
    const first = async () =>
      (await client.rest?.onCalls({ policies: ['PSHOP'], schedules: [] }, endless()))?.[0]?.user;
    expect(await first()).toEqual({ id: 'PBEN', name: 'Ben Brandt', email: 'ben@example.com' });
    pd.putOnCall('Shop on call', 'ana');
    expect((await first())?.name).toBe('Ana Alves');
    expect((await client.rest?.userByEmail('LENA@example.com', endless()))?.id).toBe('PLEAD');
    expect((await client.rest?.user('PBEN', endless()))?.email).toBe('ben@example.com');
    expect((await client.rest?.priorities(endless()))?.[0]).toEqual({ id: 'PRIOP1', name: 'P1' });
    pd.assertClean();
  });
});
