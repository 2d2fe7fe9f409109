/** Whose yes counts, for what, and for how long. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approvalsNeeded,
  isExpired,
  mayApprove,
  mayBreakGlass,
  mayRun,
  shippedApprovals,
  tally,
} from '../../src/access/approvals.ts';
import type { Approval, Asked } from '../../src/access/approvals.ts';
import { mayDo } from '../../src/access/permissions.ts';
import { roles } from '../../src/access/roles.ts';
import { verbs } from '../../src/action/action.ts';
import { at, minutes } from '../incident/samples.ts';
import { access, admin, anyAccess, asked, person, responder, yes } from './samples.ts';

const environments = {
  production: { ...shippedApprovals, rollback: 2, restart: 1 },
  staging: { ...shippedApprovals, rollback: 0 },
};
const strict = { ...access, approvals: { ...access.approvals, environments } };

describe('how many must agree', () => {
  it('is what the configuration says for the environment', () => {
    expect(approvalsNeeded('rollback', 'production', null, strict)).toBe(2);
    expect(approvalsNeeded('rollback', 'staging', null, strict)).toBe(0);
    expect(approvalsNeeded('delete-pod', 'staging', null, strict)).toBe(1);
  });

  it('is as shipped for an environment that it leaves out, even one called like what all objects have', () => {
    expect(approvalsNeeded('rollback', 'qa', null, strict)).toBe(1);
    expect(approvalsNeeded('restart', 'constructor', null, strict)).toBe(0);
  });

  it('is the most careful number where there is no environment', () => {
    expect(approvalsNeeded('rollback', null, null, strict)).toBe(2);
    expect(approvalsNeeded('restart', null, null, strict)).toBe(1);
    expect(approvalsNeeded('delete-pod', null, null, { ...strict, approvals: { environments: {}, expire: 1 } })).toBe(
      1,
    );
  });

  it('may be raised by a step of a runbook, and never lowered', () => {
    expect(approvalsNeeded('rollback', 'production', 3, strict)).toBe(3);
    const environment = fc.constantFrom('production', 'staging', 'qa', null);
    fc.assert(
      fc.property(fc.constantFrom(...verbs), environment, fc.integer({ min: -5, max: 10 }), (verb, where, step) => {
        const without = approvalsNeeded(verb, where, null, strict);
        expect(approvalsNeeded(verb, where, step, strict)).toBe(Math.max(without, step));
      }),
    );
  });
});

describe('a yes', () => {
  const agreed = (approvals: readonly Approval[], minute = 1, request: Asked = asked): readonly string[] =>
    tally(request, approvals, at(minute), access).agreed.map(({ name }) => name);

  it('counts from somebody else who may approve', () => {
    expect(agreed([yes('ana', 1)])).toEqual(['ana']);
    expect(agreed([{ ...yes('ana', 1), roles: ['viewer', 'responder'] }])).toEqual([]);
  });

  it('of the requester never counts', () => {
    expect(agreed([yes('bo', 1), yes('bo', 1)])).toEqual([]);
  });

  it('is to one plan and to no other', () => {
    expect(agreed([yes('ana', 1, 'd2')])).toEqual([]);
  });

  it('counts for ten minutes, as does the question', () => {
    expect(agreed([yes('ana', 1)], 11)).toEqual(['ana']);
    expect(agreed([yes('ana', 1)], 11.1)).toEqual([]);
    expect(isExpired(at(0), at(10), access)).toBe(false);
    expect(isExpired(at(0), at(10) + 1, access)).toBe(true);
    expect(isExpired(Number.NaN, at(0), access)).toBe(true);
    expect(mayRun({ ...asked, needed: 0 }, [], at(14), access)).toEqual({
      refused: 'This was asked 14 minutes ago and is not done late. Ask again, and a new plan is made.',
    });
  });

  it('that is newer counts when an older one has expired', () => {
    expect(agreed([yes('ana', 0), yes('ana', 9)], 10.5)).toEqual(['ana']);
  });
});

describe('an order', () => {
  const two = { ...asked, needed: 2 };

  it('runs at once when nobody else must agree', () => {
    expect(mayRun({ ...asked, needed: 0 }, [], at(1), access)).toBeNull();
  });

  it('waits until enough others have agreed, and says who did', () => {
    expect(mayRun(asked, [], at(1), access)?.refused).toBe('One other person must agree first; so far nobody has.');
    expect(mayRun(two, [], at(1), access)?.refused).toBe('2 other people must agree first; so far nobody has.');
    expect(mayRun(two, [yes('ana', 1)], at(1), access)?.refused).toBe(
      'One more person must agree first; so far only ana agreed.',
    );
    expect(mayRun(two, [yes('ana', 1), yes('cy', 1)], at(1), access)).toBeNull();
  });

  it('is never agreed to by one person who presses often', () => {
    const presses = fc.array(fc.record({ minute: fc.integer({ min: 0, max: 12 }), by: fc.constant('ana') }));
    fc.assert(
      fc.property(presses, (all) => {
        const approvals = all.map(({ minute, by }) => yes(by, minute));
        expect(tally(two, approvals, at(5), access).missing).toBeGreaterThanOrEqual(1);
        expect(mayRun(two, approvals, at(5), access)).not.toBeNull();
      }),
    );
  });

  it('never runs without so many different others who may approve, each with a fresh yes to this very plan', () => {
    const approval: fc.Arbitrary<Approval> = fc.record({
      by: fc.constantFrom('ana', 'bo', 'cy', 'dee').map((name) => ({ id: `U0${name.toUpperCase()}`, name })),
      roles: fc.subarray([...roles]),
      digest: fc.constantFrom('d1', 'd1', 'd2'),
      at: fc.integer({ min: -5, max: 20 }).map(at),
    });
    fc.assert(
      fc.property(fc.array(approval), fc.nat(3), fc.nat(20), anyAccess, (approvals, needed, minute, rules) => {
        const request = { ...asked, needed };
        const good = approvals.filter(
          ({ by, roles: has, digest, at: given }) =>
            by.id !== 'U0BO' &&
            mayDo(has, 'approve', rules) === null &&
            digest === 'd1' &&
            at(minute) - given <= minutes(10),
        );
        const enough = new Set(good.map(({ by }) => by.id)).size >= needed;
        expect(mayRun(request, approvals, at(minute), rules) === null).toBe(enough && minute <= 10);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a press on Approve', () => {
  const press = (
    actor: Parameters<typeof mayApprove>[0],
    minute = 1,
    seen = 'd1',
    approvals: readonly Approval[] = [],
  ) => mayApprove(actor, seen, { request: { ...asked, needed: 2 }, approvals }, at(minute), access)?.refused ?? null;

  it('is taken from another admin', () => {
    expect(press(admin('ana'))).toBeNull();
  });

  it('is refused to the requester, even an admin', () => {
    expect(press(admin('bo'))).toBe(
      "You asked for this, so your own approval doesn't count. Somebody else must agree.",
    );
  });

  it('is refused to those who may not approve', () => {
    expect(press(responder('ana'))).toBe('Only admins may approve an action, and you are a responder. Ask an admin.');
    expect(press(person('ana', { standing: 'guest', groups: ['S0SRE'] }))).toContain('Guests');
  });

  it('is refused twice, and when enough have agreed', () => {
    expect(press(admin('ana'), 1, 'd1', [yes('ana', 0)])).toBe(
      'You approved this already. Somebody else must agree, too.',
    );
    expect(press(admin('dee'), 1, 'd1', [yes('ana', 0), yes('cy', 0)])).toBe(
      'Enough people agreed already. Nothing more is needed.',
    );
  });

  it('is refused when the plan is another by now, or the question old', () => {
    expect(press(admin('ana'), 1, 'd0')).toBe(
      'The plan has changed since you were shown it. Look at the new one, and approve that.',
    );
    expect(press(admin('ana'), 11)).toBe(
      'This was asked 11 minutes ago and is not done late. Ask again, and a new plan is made.',
    );
  });

  it('that is taken always counts', () => {
    const names = fc.constantFrom('ana', 'bo', 'cy');
    fc.assert(
      fc.property(names, fc.array(names), fc.nat(12), (name, before, minute) => {
        const request = { ...asked, needed: 3 };
        const approvals = before.map((other) => yes(other, 1));
        if (mayApprove(admin(name), 'd1', { request, approvals }, at(minute), access) !== null) return;
        const without = tally(request, approvals, at(minute), access);
        const { missing } = tally(request, [...approvals, yes(name, minute)], at(minute), access);
        expect(missing).toBe(without.missing - 1);
      }),
    );
  });
});

describe('breaking the glass', () => {
  it('takes an admin and a reason', () => {
    expect(mayBreakGlass(admin('bo'), 'the shop is down', access)).toBeNull();
    expect(mayBreakGlass(admin('bo'), ' …! ', access)?.refused).toBe(
      'Say why the glass is broken: the reason is announced and kept.',
    );
    expect(mayBreakGlass(responder('bo'), 'the shop is down', access)?.refused).toBe(
      'Only admins may break the glass, and you are a responder. Ask an admin.',
    );
  });
});
