/** Who acts: what Slack says of an account is believed for a minute, and what it does not say is not guessed. */
import { describe, expect, it, vi } from 'vitest';
import { shippedAccess } from '../../src/access/rules.ts';
import { acting, actingEvening, planned, refused, run, staffed, typed } from './actions.ts';
import type { Evening } from './evening.ts';
import { channel, walking } from './runbooks.ts';

/** How often a method was called since the last look. */
function counter({ slack }: Evening) {
  let seen = slack.calls().length;
  return (method: string): number => {
    const since = slack.calls().slice(seen);
    seen = slack.calls().length;
    return since.filter((call) => call.method === method).length;
  };
}

describe('an account', () => {
  it('is asked about once a minute, and its groups are, too', async () => {
    await using evening = await actingEvening();
    const called = counter(evening);
    await typed(evening, '/incident do restart');
    expect(called('users.info')).toBe(1);
    await typed(evening, '/incident do restart');
    await typed(evening, '/incident ack');
    expect(called('users.info')).toBe(0);
    await evening.slack.clock.advance(61_000);
    await typed(evening, '/incident do restart');
    expect(called('usergroups.users.list')).toBe(2);
  });

  it('is not asked about groups where everyone may', async () => {
    await using evening = await walking();
    const called = counter(evening);
    evening.slack.join('ana', channel);
    await typed(evening, '/incident ack');
    await typed(evening, '/incident do restart eu-1/shop/Deployment/checkout');
    expect(called('usergroups.users.list')).toBe(0);
    expect(run(evening).stand.is).toBe('planning');
  });

  it('that was taken out of a group is not an admin any more when the minute is over', async () => {
    const sre = ['U0CHLOE'];
    const userGroups = [{ id: 'S0SRE', handle: 'sre', name: 'SRE', users: sre }];
    await using evening = await actingEvening({ slack: { seed: { ...staffed, userGroups } } });
    expect(await typed(evening, '/incident do rollback', 'chloe')).toContain('Run 1-1: ');
    planned(evening);
    sre.pop();
    await evening.slack.clock.advance(61_000);
    expect(await typed(evening, '/incident do rollback', 'chloe')).toContain('Only admins may');
  });

  it.each([
    ['a guest', 'gil', /^Guests of this workspace can't act on incidents/u],
    ['a stranger', 'sam', /^You belong to another workspace/u],
  ])('of %s does nothing', async (_who, name, says) => {
    await using evening = await actingEvening();
    expect(await typed(evening, '/incident ack', name)).toMatch(says);
    expect(await refused(evening, name, 'Take command')).toMatch(says);
    expect(evening.memory.incident().version).toBe(1);
  });

  it.each([
    ['deactivated', { deleted: true }, 'This Slack account is deactivated, so nothing is done for it.'],
    ['a bot’s', { kind: 'bot' as const }, "Bots can't act on incidents: a person must do it."],
    ['of another workspace', { team: 'T0OTHER' }, 'You belong to another workspace'],
  ])('that is %s does nothing, whatever the payload says', async (_what, given, says) => {
    const zoe = { id: 'U0ZOE', name: 'zoe', realName: 'Zoe', kind: 'person' as const, ...given };
    await using evening = await walking({ slack: { seed: { users: [...people, zoe] } } });
    const status = await evening.send({
      ...{ type: 'block_actions', user: { id: 'U0ZOE', name: 'zoe', team_id: 'T0SANDBOX' } },
      ...{ team: { id: 'T0SANDBOX', domain: 'sandbox' }, trigger_id: '1.2.x' },
      container: { type: 'message', message_ts: '1.000001', channel_id: 'C0INCIDENTS' },
      actions: [
        { type: 'button', action_id: 'vigie.acknowledge', block_id: 'vigie.buttons', value: 'v1:1:1:announcement' },
      ],
    });
    expect(status).toBe(200);
    await vi.waitFor(() => expect(evening.heard.length).toBeGreaterThan(0));
    expect(JSON.stringify(evening.heard[0])).toContain(says);
    expect(evening.memory.incident().human.is).toBe('open');
  });
});

const people = [
  { id: 'U0ANA', name: 'ana', realName: 'Ana Alves', kind: 'person' as const },
  { id: 'U0BEN', name: 'ben', realName: 'Ben Brandt', kind: 'person' as const },
  { id: 'U0CHLOE', name: 'chloe', realName: 'Chloé Colin', kind: 'person' as const },
  { id: 'U0VIGIE', name: 'vigie', realName: 'Vigie', kind: 'bot' as const },
];

describe('while Slack does not say who somebody is', () => {
  const silent = 'Slack does not say who you are. Press again.';

  it('nothing is done to workloads, within the three seconds that Slack waits', async () => {
    await using evening = await walking();
    evening.slack.join('ana', channel);
    evening.slack.fault({ method: 'users.info', times: 5, fault: { delayMs: 1500 } });
    const started = performance.now();
    expect(await typed(evening, '/incident do restart eu-1/shop/Deployment/checkout')).toBe(silent);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(evening.memory.incident().runs).toEqual({});
  });

  it('what everyone may do goes on, and the next press finds the answer', async () => {
    await using evening = await walking();
    evening.slack.join('ana', channel);
    evening.slack.fault({ method: 'users.info', times: 20, fault: { error: 'internal_error' } });
    expect(await typed(evening, '/incident ack')).toBe('You hold incident 1 for 30 min.');
    expect(await typed(evening, '/incident step done')).toContain('is done.');
    await evening.perform();
    expect(await typed(evening, '/incident step run')).toBe(silent);
    expect(await refused(evening, 'ana', 'Run')).toBe(silent);
    evening.slack.clearFaults();
    expect(await typed(evening, '/incident do restart eu-1/shop/Deployment/checkout')).toContain('Run 1-1: ');
  });

  it('nothing is done that needs a role, not even looking', async () => {
    const roles = { ...acting.access.roles, viewer: acting.access.roles.responder };
    await using evening = await actingEvening({ rules: { ...acting, access: { ...acting.access, roles } } });
    expect(await typed(evening, '/incident list', 'eve')).toBe(
      'Only viewers may list incidents, and you have no role. Ask a viewer.',
    );
    evening.slack.fault({ method: 'usergroups.users.list', times: 20, fault: { error: 'internal_error' } });
    await evening.slack.clock.advance(61_000);
    expect(await typed(evening, '/incident ack')).toBe(silent);
    expect(await typed(evening, '/incident list')).toBe(silent);
  });
});

it('an address that nobody has confirmed gives no role', async () => {
  const admin = { groups: [], ids: [], emails: ['zoe@example.com'] };
  const access = { ...shippedAccess, roles: { ...shippedAccess.roles, admin } };
  const zoe = { id: 'U0ZOE', name: 'zoe', realName: 'Zoe', kind: 'person' as const, email: 'zoe@example.com' };
  const known = { seed: { users: [...people, zoe] } };
  const evening = async (confirmed: boolean) => {
    const user = confirmed ? zoe : { ...zoe, unconfirmed: true };
    return walking({ rules: { ...acting, access }, slack: { seed: { ...known.seed, users: [...people, user] } } });
  };
  await using sure = await evening(true);
  sure.slack.join('zoe', channel);
  expect(await typed(sure, '/incident do rollback', 'zoe')).toContain('Run 1-1: ');
  await using unsure = await evening(false);
  unsure.slack.join('zoe', channel);
  expect(await typed(unsure, '/incident do rollback', 'zoe')).toContain('Only admins may');
});
