/** How an incident climbs its policy while nobody holds it: levels, repeats, the end, and an automation in between. */
import { describe, expect, it } from 'vitest';
import { dueOf } from '../../src/escalation/climb.ts';
import { climbOn } from '../../src/escalation/move.ts';
import { deedsOf } from '../../src/escalation/policy.ts';
import { level, minutes, openClimb, page, production, slackOnly, usual } from './samples.ts';

describe('while nobody holds it', () => {
  it('every level is entered in its time, all from L2 on are called three times more, and then it is over', () => {
    expect(openClimb().until(1_000).said).toEqual([
      '0: L1 entered',
      // The automation had its minute to act, and never did.
      '1: L2 entered',
      '30: L3 entered',
      '60: L4 entered',
      '90: L2+L3+L4 repeated',
      '120: L2+L3+L4 repeated',
      '150: L2+L3+L4 repeated',
      '180: exhausted',
    ]);
  });

  it('calls are numbered, so that a page can be sent twice and count once', () => {
    expect(
      openClimb()
        .until(1_000)
        .calls.map(({ number }) => number),
    ).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('a policy without repeats is over when the last call stayed unanswered for a lease', () => {
    const incident = openClimb({ ...usual, policy: { ...production, repeat: null } });
    expect(incident.until(1_000).said.slice(-2)).toEqual(['60: L4 entered', '90: exhausted']);
  });

  it('a policy without levels calls nobody and is never over', () => {
    const incident = openClimb({ ...usual, policy: { ...production, levels: [], repeat: null } });
    expect([incident.said, incident.next(), incident.climb().is]).toEqual([[], null, 'running']);
  });

  it('a wake that is stale, or comes twice, changes nothing', () => {
    const incident = openClimb();
    const before = incident.climb();
    incident.at(0.5, { type: 'Due' });
    expect(incident.climb()).toBe(before);
    incident.at(1, { type: 'Due' });
    incident.at(1, { type: 'Due' });
    expect(incident.said).toEqual(['0: L1 entered', '1: L2 entered']);
  });

  it('a repeated body of Alertmanager changes nothing', () => {
    const incident = openClimb();
    for (const minute of [0.2, 5, 12, 20]) incident.at(minute, { type: 'Heard' });
    expect(incident.said).toEqual(['0: L1 entered', '1: L2 entered']);
    expect(incident.elapsed(20)).toBe(20);
  });

  it('a warning is told in Slack and pages nobody, whatever the level says', () => {
    const [, onCall] = production.levels;
    const both = level('L2', 15, page, { kind: 'slack', mention: 'oncall' });
    expect(onCall === undefined ? null : deedsOf(onCall, 'warning')).toEqual([]);
    expect(deedsOf(both, 'warning')).toEqual([{ kind: 'slack', mention: 'oncall' }]);
    expect(deedsOf(both, 'high')).toEqual(both.do);
    expect(openClimb({ ...usual, policy: slackOnly, severity: 'warning' }).said).toEqual(['0: L1 entered']);
  });

  it('its clock does not run before it is started, nor after it ended', () => {
    const incident = openClimb(usual, false);
    for (const type of ['Due', 'Heard', 'Held', 'AutomationFailed'] as const) incident.at(3, { type });
    incident.at(4, { type: 'Freed', why: 'lease' });
    incident.at(5, { type: 'Asked', level: 'next' });
    expect([incident.said, incident.climb()]).toEqual([[], { is: 'idle' }]);
  });

  it('its state is plain JSON at every moment', () => {
    const incident = openClimb();
    for (const minute of [0, 1, 30, 60, 90, 400]) {
      const climb = incident.until(minute).climb();
      expect(JSON.parse(JSON.stringify(climb))).toEqual(climb);
    }
  });
});

describe('the first level is an upper bound', () => {
  it('without an automation the next one is called at once, in the same call', () => {
    const incident = openClimb({ ...usual, automated: false });
    expect(incident.until(40).said).toEqual(['0: L1+L2 entered', '30: L3 entered']);
  });

  it('an automation that fails, is refused or did not help leaves it at once', () => {
    const incident = openClimb();
    incident.at(0.5, { type: 'AutomationFailed' });
    incident.at(0.6, { type: 'AutomationFailed' });
    expect(incident.until(40).said).toEqual(['0: L1 entered', '0.5: L2 entered', '30: L3 entered']);
  });

  it('an automation that acted has its time to help, and is left when that is over', () => {
    const incident = openClimb();
    incident.at(0.5, { type: 'AutomationActed' });
    expect(incident.until(29).said).toEqual(['0: L1 entered', '10.5: L2 entered']);
  });

  it('an automation that helped keeps it until its end, and no longer', () => {
    const incident = openClimb();
    incident.at(0.5, { type: 'AutomationActed' });
    incident.at(4, { type: 'AutomationHelped' });
    expect(incident.until(29).said).toEqual(['0: L1 entered', '15: L2 entered']);
  });

  it('one that is still at work when the next level is due is not waited for', () => {
    const slow = { kind: 'automation', deadline: minutes(1), verifyWithin: minutes(60) } as const;
    const first = { ...level('L1', 0, slow), leaveEarly: 'no_automation_or_failed' } as const;
    const incident = openClimb({ ...usual, policy: { ...production, levels: [first, level('L2', 15, page)] } });
    incident.at(0.5, { type: 'AutomationActed' });
    expect(incident.until(20).said).toEqual(['0: L1 entered', '15: L2 entered']);
  });

  it('word of an automation whose level was left changes nothing', () => {
    const incident = openClimb();
    incident.until(16);
    for (const type of ['AutomationActed', 'AutomationHelped', 'AutomationFailed'] as const) incident.at(17, { type });
    expect(incident.until(59).said).toEqual(['0: L1 entered', '1: L2 entered', '30: L3 entered']);
  });
});

describe('when a level is due', () => {
  it('is known for every level that was not entered', () => {
    const incident = openClimb();
    incident.at(0.5, { type: 'AutomationHelped' });
    const due = (id: string): number | null => dueOf(id, incident.climb(), usual);
    expect(['L1', 'L2', 'L3', 'L4', 'L5'].map(due)).toEqual([null, minutes(15), minutes(30), minutes(60), null]);
  });

  it('moves with the time that somebody held it', () => {
    const incident = openClimb();
    incident.at(5, { type: 'Held' });
    expect(dueOf('L3', incident.climb(), usual)).toBeNull();
    incident.at(25, { type: 'Freed', why: 'signal' });
    expect(dueOf('L3', incident.climb(), usual)).toBe(minutes(50));
  });
});

describe('somebody asks for a level', () => {
  const asked = (id: string, first = 5): readonly string[] => {
    const incident = openClimb();
    incident.at(0.5, { type: 'AutomationHelped' });
    incident.at(first, { type: 'Asked', level: id });
    return incident.until(61).said.slice(1);
  };

  it('the next one is called at once, and those after it in their time', () => {
    expect(asked('next')).toEqual(['5: L2 asked', '30: L3 entered', '60: L4 entered']);
  });

  it('a later one is called together with those between', () => {
    expect(asked('L3')).toEqual(['5: L2+L3 asked', '60: L4 entered']);
  });

  it('one that was called already is called again, alone', () => {
    expect(asked('L2', 20)).toEqual(['15: L2 entered', '20: L2 asked', '30: L3 entered', '60: L4 entered']);
  });

  it('one that the policy does not know is the next one: better one page too many', () => {
    expect(asked('L9')[0]).toBe('5: L2 asked');
  });

  it('also when somebody holds it, who keeps it', () => {
    const incident = openClimb();
    incident.at(5, { type: 'Held' });
    incident.at(6, { type: 'Asked', level: 'next' });
    expect([incident.said.at(-1), incident.climb().is, incident.next()]).toEqual(['6: L3 asked', 'held', null]);
  });

  it('after the end of the policy the last one is called, and repeats begin anew', () => {
    const incident = openClimb();
    incident.at(400, { type: 'Asked', level: 'next' });
    expect(incident.until(1_000).said.slice(-5)).toEqual([
      '400: L4 asked',
      '430: L2+L3+L4 repeated',
      '460: L2+L3+L4 repeated',
      '490: L2+L3+L4 repeated',
      '520: exhausted',
    ]);
  });
});

it('what happens is a function of what was: the same event twice from the same state gives the same', () => {
  const climb = openClimb().until(20).climb();
  const event = { type: 'Held', at: minutes(21) } as const;
  expect(climbOn(climb, event, usual)).toEqual(climbOn(climb, event, usual));
});
