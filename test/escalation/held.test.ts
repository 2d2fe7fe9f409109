/** What stops the clock of a policy, and what starts it again: acknowledgements, recovery, silences, severity, the end. */
import { describe, expect, it } from 'vitest';
import { afterRise } from '../../src/escalation/policy.ts';
import type { Expiry, Policy } from '../../src/escalation/policy.ts';
import { level, minutes, openClimb, page, production, quietBetween, slackOnly, usual } from './samples.ts';

const expiring = (onExpiry: Expiry) => ({
  ...usual,
  policy: { ...production, ack: { ...production.ack, onExpiry } },
});

/** Called at 0 and 1, held from minute 5 on. */
function held(onExpiry: Expiry = 'resume', since = 5) {
  const incident = openClimb(expiring(onExpiry));
  incident.at(since, { type: 'Held' });
  return incident;
}

describe('an acknowledgement', () => {
  it('stops the clock: nobody is called while somebody holds the incident', () => {
    const incident = held();
    expect([incident.until(500).said.length, incident.next(), incident.elapsed(500)]).toEqual([2, null, 5]);
  });

  it('a second one, of somebody who joins, changes nothing', () => {
    const incident = held();
    const before = incident.climb();
    incident.at(9, { type: 'Held' });
    expect(incident.climb()).toBe(before);
  });

  it('that comes before anything was done about a level stops the clock at it', () => {
    const incident = openClimb();
    incident.at(0.5, { type: 'AutomationHelped' });
    incident.at(40, { type: 'Held' }, true);
    expect([incident.said, incident.elapsed(40)]).toEqual([['0: L1 entered'], 15]);
  });
});

describe('when a lease ends, somebody lets go, or PagerDuty takes the acknowledgement back', () => {
  it('the clock goes on from where it stood', () => {
    const incident = held();
    incident.at(35, { type: 'Freed', why: 'lease' });
    expect(incident.until(61).said.slice(2)).toEqual(['60: L3 entered']);
  });

  it('the policy may say to begin anew', () => {
    const incident = held('restart');
    incident.at(35, { type: 'Freed', why: 'lease' });
    expect(incident.until(96).said.slice(2)).toEqual([
      '35: L1 entered',
      '36: L2 entered',
      '65: L3 entered',
      '95: L4 entered',
    ]);
  });

  it('the policy may say to call the next level at once', () => {
    const incident = held('next_level');
    incident.at(35, { type: 'Freed', why: 'lease' });
    expect(incident.until(100).said.slice(2)).toEqual(['35: L3 entered', '90: L4 entered']);
  });

  it.each<Expiry>(['resume', 'next_level'])(
    'after the last level that one is called again, and repeats begin anew: %s',
    (expiry) => {
      const incident = held(expiry, 100);
      incident.at(130, { type: 'Freed', why: 'lease' });
      expect(incident.until(1_000).said.slice(4)).toEqual([
        '90: L2+L3+L4 repeated',
        '130: L4 called again',
        '160: L2+L3+L4 repeated',
        '190: L2+L3+L4 repeated',
        '220: L2+L3+L4 repeated',
        '250: exhausted',
      ]);
    },
  );

  it('an incident that was given up is not forgotten either', () => {
    const incident = held('resume', 200);
    expect(incident.said.at(-1)).toBe('180: exhausted');
    incident.at(230, { type: 'Freed', why: 'lease' });
    expect(incident.said.at(-1)).toBe('230: L4 called again');
  });
});

describe('all clear', () => {
  it('stops the clock; firing again within the hold goes on from there, in the same episode', () => {
    const incident = held();
    incident.at(9, { type: 'Freed', why: 'signal' });
    expect(incident.until(40).said.slice(2)).toEqual(['34: L3 entered']);
  });

  it('that lasts ends the climb', () => {
    const incident = held();
    incident.at(10, { type: 'Ended' });
    expect([incident.climb(), incident.until(500).said.length]).toEqual([{ is: 'idle' }, 2]);
  });

  it('after the policy was exhausted, firing again within the hold leaves it so', () => {
    const incident = held('resume', 200);
    incident.at(203, { type: 'Freed', why: 'signal' });
    expect([incident.climb().is, incident.next(), incident.said.at(-1)]).toEqual(['exhausted', null, '180: exhausted']);
  });

  it('flapping does not cheat: only firing time counts, and all of it', () => {
    const incident = openClimb();
    for (let minute = 2; minute <= 80; minute += 4) {
      incident.at(minute, { type: 'Held' });
      incident.at(minute + 2, { type: 'Freed', why: 'signal' });
    }
    expect(incident.said).toEqual(['0: L1 entered', '1: L2 entered', '58: L3 entered']);
  });
});

it('a silence stops the clock, and its end starts it again', () => {
  const incident = held();
  incident.at(65, { type: 'Freed', why: 'signal' });
  expect(incident.until(90).said.slice(2)).toEqual(['90: L3 entered']);
});

it('a person who closes it ends the climb, also while it fires', () => {
  const incident = openClimb();
  incident.at(3, { type: 'Ended' });
  expect([incident.climb(), incident.until(500).said]).toEqual([{ is: 'idle' }, ['0: L1 entered', '1: L2 entered']]);
});

describe('an incident that re-opens', () => {
  it('climbs from the first level again, with calls of its own numbers', () => {
    const incident = held();
    incident.at(10, { type: 'Ended' });
    incident.at(20, { type: 'Reopened', acknowledgedAt: null });
    expect(incident.until(50).said.slice(2)).toEqual(['20: L1 entered', '21: L2 entered', '50: L3 entered']);
    expect(incident.calls.map(({ number }) => number)).toEqual([1, 2, 1, 2, 3]);
  });

  it('is offered for five minutes to whoever acknowledged it within two hours', () => {
    const incident = held();
    incident.at(10, { type: 'Ended' });
    incident.at(20, { type: 'Reopened', acknowledgedAt: minutes(5) });
    expect([incident.said.length, incident.next(), incident.elapsed(24)]).toEqual([2, 25, 0]);
    expect(incident.until(26).said.slice(2)).toEqual(['25: L1 entered', '26: L2 entered']);
  });

  it('is offered to nobody when the acknowledgement is older', () => {
    const incident = held();
    incident.at(10, { type: 'Ended' });
    incident.at(125, { type: 'Reopened', acknowledgedAt: minutes(5) });
    expect(incident.said.at(-1)).toBe('125: L1 entered');
  });

  it('and is taken within the offer, calls nobody', () => {
    const incident = held();
    incident.at(10, { type: 'Ended' });
    incident.at(20, { type: 'Reopened', acknowledgedAt: minutes(5) });
    incident.at(22, { type: 'Held' });
    incident.at(52, { type: 'Freed', why: 'lease' });
    expect(incident.said.slice(2)).toEqual(['52: L1 entered']);
  });
});

describe('a rise in severity', () => {
  const named = (name: string, ...levels: Policy['levels']): Policy => ({ ...production, name, levels });

  it('above what was acknowledged goes on where the clock stood', () => {
    const incident = openClimb({ ...usual, severity: 'high' });
    incident.at(5, { type: 'Held' });
    incident.rise(20, { severity: 'critical' });
    expect(incident.next()).toBeNull();
    incident.at(20, { type: 'Freed', why: 'severity' });
    expect(incident.until(45).said.slice(2)).toEqual(['45: L3 entered']);
  });

  it('to another policy enters all its levels whose time has come, as one call', () => {
    const business = named('business', level('B1', 0, page), level('B2', 60, page));
    const incident = openClimb({ ...usual, policy: business, severity: 'high' });
    incident.rise(40, { severity: 'critical', policy: production });
    expect(incident.until(60).said).toEqual(['0: B1 entered', '40: L1+L2+L3 entered', '60: L4 entered']);
    expect(incident.calls.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('to the first severity that pages begins anew: nobody was paged before', () => {
    const incident = openClimb({ ...usual, policy: slackOnly, severity: 'warning' });
    incident.rise(3_000, { severity: 'critical', policy: production });
    expect(incident.until(3_015).said).toEqual([
      '0: L1 entered',
      '30: exhausted',
      '3000: L1 entered',
      '3001: L2 entered',
    ]);
  });

  it('to critical ends quiet time', () => {
    const calendar = quietBetween(10, 600);
    const incident = openClimb({ ...usual, severity: 'high', calendar });
    incident.at(0.5, { type: 'AutomationHelped' });
    incident.rise(300, { severity: 'critical', calendar: usual.calendar });
    expect(incident.until(305).said).toEqual(['0: L1 entered', '305: L2 entered']);
  });

  it('after the last level calls that one again', () => {
    const incident = openClimb({ ...usual, severity: 'high' });
    incident.rise(200, { severity: 'critical' });
    expect(incident.until(240).said.slice(-3)).toEqual([
      '180: exhausted',
      '200: L4 called again',
      '230: L2+L3+L4 repeated',
    ]);
  });

  it('while it recovers or is silenced calls nobody, and counts when it fires again', () => {
    const business = named('business', level('B1', 0, page));
    const incident = openClimb({ ...usual, policy: business, severity: 'high' });
    incident.at(20, { type: 'Held' });
    incident.rise(22, { severity: 'critical', policy: production });
    expect(incident.said).toEqual(['0: B1 entered']);
    incident.at(24, { type: 'Freed', why: 'signal' });
    expect(incident.said).toEqual(['0: B1 entered', '24: L1+L2 entered']);
  });

  it('never leads to a policy of which fewer levels page', () => {
    expect(afterRise(production, slackOnly)).toBe(production);
    expect(afterRise(slackOnly, production)).toBe(production);
    const other = named('other', ...production.levels);
    expect(afterRise(production, other)).toBe(other);
  });
});
