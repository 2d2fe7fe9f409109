/** What Vigie may do by itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayAutomate, modes, shippedAutomation } from '../../src/access/automation.ts';
import type { Leave, Conditions } from '../../src/access/automation.ts';
import { verbs } from '../../src/action/action.ts';
import type { Verb } from '../../src/action/action.ts';
import { at, minutes } from '../incident/samples.ts';

const on = { name: 'checkout', automation: { mode: 'on', rollbackWithin: minutes(60) } } as const;
const fine: Conditions = { switchedOn: true, deployedAt: at(0), tried: false, stepApprovals: null };
const says = (leave: Leave): string => (leave.may === 'nothing' ? leave.says : leave.may);
const ask = (changes: Partial<Conditions>, verb: Verb = 'rollback', now = at(10)): string =>
  says(mayAutomate(verb, on, { ...fine, ...changes }, now));

describe('Vigie acts by itself', () => {
  it('where the service says on, all is switched on, and a deploy is recent', () => {
    expect(mayAutomate('rollback', on, fine, at(10))).toEqual({ may: 'run' });
    expect(mayAutomate('rollback', on, fine, at(60))).toEqual({ may: 'run' });
  });

  it('never while automation is switched off, and never for a service that is off or for none', () => {
    expect(ask({ switchedOn: false })).toBe('Automation is switched off everywhere. A person must decide.');
    const off = { ...on, automation: { ...on.automation, mode: 'off' } } as const;
    expect(says(mayAutomate('restart', off, fine, at(1)))).toBe(
      'Automation is off for checkout. A person must decide.',
    );
    expect(says(mayAutomate('restart', null, fine, at(1)))).toMatch(/of no service/);
  });

  it('once for each deploy', () => {
    expect(ask({ tried: true })).toBe(
      'Vigie did this by itself once since the last deploy of checkout. A person must decide now.',
    );
  });

  it('never when the step asks for approvals', () => {
    expect(ask({ stepApprovals: 1 })).toBe('This step asks for approvals, so it does not run by itself.');
    expect(ask({ stepApprovals: 0 })).toBe('run');
  });

  it('and rolls back only what was deployed within the time; a restart does not ask', () => {
    expect(ask({}, 'rollback', at(95))).toBe(
      'The last deploy of checkout was 95 minutes ago, and it is rolled back by itself only within 60 minutes.',
    );
    expect(ask({ deployedAt: null })).toBe(
      'Nobody knows when checkout was last deployed, so it is not rolled back by itself.',
    );
    expect(ask({ deployedAt: Number.NaN })).toMatch(/^The last deploy/);
    expect(ask({ deployedAt: null }, 'restart')).toBe('run');
  });

  it('only as a dry run unless the service says otherwise, and then only when it would have been done', () => {
    const shipped = { name: 'checkout', automation: shippedAutomation };
    expect(mayAutomate('rollback', shipped, fine, at(10))).toEqual({
      may: 'dry-run',
      says: 'Automation of checkout is a dry run: this is what would have been done.',
    });
    expect(mayAutomate('rollback', shipped, fine, at(90)).may).toBe('nothing');
  });

  it('never without every single condition', () => {
    const conditions: fc.Arbitrary<Conditions> = fc.record({
      switchedOn: fc.boolean(),
      deployedAt: fc.option(fc.integer({ min: -120, max: 10 }).map(at)),
      tried: fc.boolean(),
      stepApprovals: fc.option(fc.nat(2)),
    });
    fc.assert(
      fc.property(fc.constantFrom(...verbs), fc.constantFrom(...modes), conditions, (verb, mode, given) => {
        const recent = given.deployedAt !== null && at(10) - given.deployedAt <= minutes(60);
        const ready =
          given.switchedOn && !given.tried && (given.stepApprovals ?? 0) === 0 && (verb !== 'rollback' || recent);
        const service = { name: 'checkout', automation: { mode, rollbackWithin: minutes(60) } };
        const expected = !ready || mode === 'off' ? 'nothing' : mode === 'on' ? 'run' : 'dry-run';
        expect(mayAutomate(verb, service, given, at(10)).may).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
