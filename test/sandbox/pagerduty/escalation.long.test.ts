/** Time and people: levels climb, acknowledgements lapse, incidents resolve themselves, colleagues act in PagerDuty. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { account, ask, enqueue, follow, minute, trigger } from './account.ts';

let pd: PagerDutySandbox;
beforeEach(async () => {
  pd = await account();
  await enqueue(pd, trigger());
});
afterEach(() => pd[Symbol.asyncDispose]());

describe('levels', () => {
  it('climb while nobody acknowledges, begin again once, and stay at the last', async () => {
    await pd.clock.advance(230 * minute);
    expect(pd.transcript({ times: true })).toBe(
      [
        '+0m00s #1 An event opens it on checkout (high): Checkout is slow',
        '+0m00s #1 Ben Brandt is paged (level 1): Checkout is slow',
        '+15m00s #1 PagerDuty escalates it to level 2',
        '+15m00s #1 Lena Lund is paged (level 2): Checkout is slow',
        '+45m00s #1 PagerDuty escalates it to level 3',
        '+45m00s #1 Theo Tran is paged (level 3): Checkout is slow',
        '+1h15m00s #1 PagerDuty escalates it to level 1',
        '+1h15m00s #1 Ben Brandt is paged (level 1): Checkout is slow',
        '+1h30m00s #1 PagerDuty escalates it to level 2',
        '+1h30m00s #1 Lena Lund is paged (level 2): Checkout is slow',
        '+2h00m00s #1 PagerDuty escalates it to level 3',
        '+2h00m00s #1 Theo Tran is paged (level 3): Checkout is slow',
        '',
      ].join('\n'),
    );
  });

  it('that nobody is on call for are passed over', async () => {
    pd.putOnCall('Shop on call', null);
    await enqueue(pd, trigger({ dedup_key: 'second' }));
    expect(pd.incident()).toMatchObject({ level: 2, assignments: [{ assignee: { id: 'PLEAD' } }] });
  });

  it('stop climbing at an acknowledgement, and of what is assigned directly', async () => {
    pd.acknowledgeAs('ben');
    await pd.clock.advance(29 * minute);
    expect(pd.incident()).toMatchObject({ level: 1, status: 'acknowledged' });
    pd.reassign('ben', 'ana');
    await pd.clock.advance(100 * minute);
    expect(pd.transcript()).toMatch(/#1 Ben Brandt gives it to Ana Alves\n#1 Ana Alves is paged \(directly\): .*\n$/);
  });
});

describe('timeouts of the service', () => {
  it('take an acknowledgement back after half an hour, and the level counts from then', async () => {
    pd.acknowledgeAs('ben');
    await pd.clock.advance(30 * minute);
    expect(pd.incident()).toMatchObject({ status: 'triggered', acknowledgements: [], level: 1 });
    expect(pd.transcript()).toMatch(/PagerDuty triggers it again\n#1 Ben Brandt is paged again \(level 1\): .*\n$/);
    await pd.clock.advance(15 * minute);
    expect(pd.incident()).toMatchObject({ level: 2 });
  });

  it('resolve it after four hours, whatever is still wrong', async () => {
    await pd.clock.advance(240 * minute - 1);
    expect(pd.incident()).toMatchObject({ status: 'triggered' });
    await pd.clock.advance(1);
    expect(pd.incident()).toMatchObject({ status: 'resolved', resolved_at: '2026-01-05T16:00:00Z' });
    expect(pd.transcript()).toMatch(/#1 PagerDuty resolves it\n$/);
  });

  it('count anew when it is opened again', async () => {
    await pd.clock.advance(200 * minute);
    pd.resolveAs('ben');
    pd.reopenAs('ben');
    await pd.clock.advance(100 * minute);
    expect(pd.incident()).toMatchObject({ status: 'triggered' });
    await pd.clock.advance(140 * minute);
    expect(pd.incident()).toMatchObject({ status: 'resolved' });
  });

  it('may be switched off', async () => {
    const services = pd.seed.services.map((each) => ({ ...each, ackTimeout: null, autoResolveTimeout: null }));
    await using calm = await account({ seed: { services } });
    await enqueue(calm, trigger());
    calm.acknowledgeAs('ben');
    await calm.clock.advance(1000 * minute);
    expect(calm.incident()).toMatchObject({ status: 'acknowledged' });
  });
});

describe('people', () => {
  it('acknowledge, hand over, note, rank and resolve, and everybody sees it', () => {
    pd.acknowledgeAs('ben');
    pd.note('ben', 'Looking.\nLogs are full.');
    pd.prioritise('ben', 'P2');
    pd.escalate('ben');
    pd.reassign('lena', 'Infrastructure');
    pd.resolveAs('chloe');
    expect(pd.transcript().split('\n').slice(2)).toEqual([
      '#1 Ben Brandt acknowledges it',
      '#1 Ben Brandt notes:',
      '    Looking.',
      '    Logs are full.',
      '#1 Ben Brandt makes it P2',
      '#1 Ben Brandt escalates it to level 2',
      '#1 Lena Lund is paged (level 2): Checkout is slow',
      '#1 Lena Lund gives it to the policy Infrastructure',
      '#1 Chloé Colin is paged (level 1): Checkout is slow',
      '#1 Chloé Colin resolves it',
      '',
    ]);
  });

  it('cannot do what PagerDuty does not let them', () => {
    pd.resolveAs('ben');
    expect(() => pd.acknowledgeAs('ben')).toThrow('PagerDuty does not let them: Incident Already Resolved');
    expect(() => pd.acknowledgeAs('zoe')).toThrow('nobody in this account is called "zoe"');
    expect(() => pd.replyAs('ben', 'joined')).toThrow('nobody asked PBEN to help with #1');
    expect(() => pd.resolveAs('ben', 7)).toThrow('there is no incident "7" in this account');
  });

  it('a resolved incident that people opened again is out of reach of its event key', async () => {
    pd.resolveAs('ben');
    pd.reopenAs('ben');
    await enqueue(pd, follow('resolve'));
    const { body } = await ask(pd, 'GET', '/incidents?incident_key=slow');
    expect(body['incidents']).toHaveLength(1);
  });
});
