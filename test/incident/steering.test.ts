/** How people steer an escalation: they page, call a level, hand over, snooze and let go; what is refused, and what is said. */
import { describe, expect, it } from 'vitest';
import { nobody } from '../../src/access/roles.ts';
import type { SteerDeed } from '../../src/escalation/events.ts';
import { choicesOf } from '../../src/incident/choices.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { openMemory } from './memory.ts';
import { alert, ana, at, bo, body, minutes, paged, rules } from './samples.ts';

/** A deed without what is the same in all of them. */
type Bare<E> = E extends unknown ? Omit<E, 'at' | 'by'> : never;

/** One critical alert fires since minute 0. */
function fired(given = paged) {
  const memory = openMemory(given);
  memory.report(body(0, [alert('Down')]));
  const does = (minute: number, by: typeof ana, deed: Bare<SteerDeed>): string => {
    const before = memory.lines.length;
    const answer = memory.record(1, { ...deed, at: at(minute), by });
    return isRefusal(answer) ? `no: ${answer.refused}` : memory.lines.slice(before).map(sentence).join(' ');
  };
  return {
    memory,
    does,
    acks: (minute: number, by = ana) => memory.record(1, { type: 'Acknowledged', at: at(minute), by }),
    levels: () =>
      memory
        .incident()
        .pager.pages.at(-1)
        ?.levels.map(({ name }) => name),
    newest: (type: string) => memory.effects.findLast((effect) => effect.type === type),
  };
}

const next = { type: 'LevelAsked', level: 'next', reason: '' } as const;
const pageBo = {
  type: 'PeoplePaged',
  whom: { is: 'person', person: bo, email: 'bo@example.com' },
  reason: '',
} as const;

describe('who asks for a level', () => {
  it('has the next one called at once, with why, also while somebody holds the incident', () => {
    const { does, acks, levels, newest } = fired();
    acks(1);
    expect(does(2, ana, { ...next, reason: 'the database is gone' })).toMatch(
      /^Ana calls level L2: the database is gone\. Asked for level L2: PagerDuty pages the default service/,
    );
    expect(levels()).toEqual(['L2']);
    expect(newest('pagerduty.trigger')).toMatchObject({
      summary: 'Incident 1 (critical): Down · one. Asked by Ana: the database is gone',
    });
  });

  it('may name it, in any case, and those that were passed over are called as well', () => {
    const { does, levels } = fired();
    does(1, ana, { ...next, level: 'l3' });
    expect(levels()).toEqual(['L2', 'L3']);
  });

  it('is told which ones there are, and that nobody is called twice within a minute', () => {
    const { does } = fired();
    expect(does(1, ana, { ...next, level: 'L9' })).toBe(
      'no: There is no level "L9". The policy production has: L1 first look, L2, L3.',
    );
    does(1, ana, next);
    expect(does(1.5, bo, next)).toBe('no: L3 was called less than a minute ago. Wait for an answer first.');
    expect(does(3, bo, next)).toMatch(/^Bo calls level L3/);
  });

  it('is told when there is nothing to call, and when it is over', () => {
    expect(fired(rules).does(1, ana, next)).toBe(
      'no: The policy production has no levels. Name somebody to page instead.',
    );
    const { memory, does } = fired();
    memory.report(body(1, [alert('Down', { until: 1 })]));
    memory.advance(at(10));
    expect(does(11, ana, next)).toBe('no: Incident 1 is resolved: nobody need look after it.');
  });
});

describe('who pages somebody', () => {
  it('has them called in Slack and asked by PagerDuty, which is told their address and nobody else', () => {
    const { memory, does, newest } = fired();
    expect(does(1, ana, { ...pageBo, reason: 'you know the cache' })).toBe(
      'Ana pages Bo: you know the cache. ' +
        'Called by name: Bo: PagerDuty pages the default service; PagerDuty asks Bo; Slack calls Bo.',
    );
    expect(newest('pagerduty.responders')).toMatchObject({ whom: [{ kind: 'email', id: 'bo@example.com' }] });
    expect(newest('slack.call')).toMatchObject({ mentions: [['U0BO']] });
    expect(memory.incident().responders).toEqual([ana, bo]);
    expect(JSON.stringify(memory.lines)).not.toContain('bo@example.com');
  });

  it('does so in Slack alone where there is no pager, or PagerDuty can’t know them', () => {
    const { does } = fired(rules);
    expect(does(1, ana, pageBo)).toBe('Ana pages Bo. Called by name: Bo: Slack calls Bo.');
  });

  it('may name a policy, of which the first level that wakes anybody is called', () => {
    const { does, levels } = fired();
    does(1, ana, { type: 'PeoplePaged', whom: { is: 'policy', name: 'production' }, reason: '' });
    expect(levels()).toEqual(['L2 of production']);
    expect(does(3, ana, { type: 'PeoplePaged', whom: { is: 'policy', name: 'databse' }, reason: '' })).toBe(
      'no: vigie.yaml has no policy "databse". It has: production, slack-only. Or name a person: @ana.',
    );
  });

  it('does not do it twice within a minute, and the clock of the policy goes on', () => {
    const { memory, does, levels } = fired();
    does(1, ana, pageBo);
    expect(does(1.2, ana, pageBo)).toBe('no: Bo was called less than a minute ago. Wait for an answer first.');
    memory.advance(at(15));
    expect(levels()).toEqual(['L2']);
  });
});

describe('a handoff', () => {
  const offer = { type: 'HandoffOffered', to: bo, note: 'it is the cache' } as const;

  it('offers the command with what was tried, and is accepted by the other one alone', () => {
    const { memory, does, acks, newest } = fired();
    acks(1);
    expect(does(2, ana, offer)).toMatch(/^Bo, Ana offers you the command: it is the cache\. Accept it on the card/);
    const note = newest('slack.note');
    expect(note).toMatchObject({ mention: bo, to: 'channel' });
    expect(note).toHaveProperty('below', expect.stringContaining('Ana says: it is the cache'));
    expect(choicesOf(memory.incident(), at(2))).toContain('accept-handoff');
    expect(does(3, ana, { type: 'HandoffAccepted' })).toBe(
      'no: Ana offers the command to Bo. Take command if you lead now.',
    );
    expect(does(3, bo, { type: 'HandoffAccepted' })).toBe(
      'Bo took the command that Ana offered. Bo acknowledged for 30 min.',
    );
    expect(memory.incident()).toMatchObject({ commander: bo, handoff: null, human: { by: bo, until: at(33) } });
    expect(does(4, bo, { type: 'HandoffAccepted' })).toBe('no: Nobody offers the command of incident 1.');
  });

  it('is for who leads or holds it, and goes to somebody else', () => {
    const { memory, does } = fired();
    memory.record(1, { type: 'CommandTaken', at: at(1), by: bo });
    expect(does(2, ana, { ...offer, to: { id: 'U0CLEO', name: 'Cleo' } })).toBe(
      'no: Bo commands incident 1. Take command first, then hand it over.',
    );
    expect(does(2, ana, offer)).toBe('no: Bo commands incident 1 already.');
    expect(does(2, bo, offer)).toBe('no: Choose somebody else: you can take command yourself.');
  });

  it('is off when somebody takes command', () => {
    const { memory, does } = fired();
    does(1, ana, offer);
    expect(does(1.1, ana, offer)).toBe('no: Bo has your offer already, and has not accepted it yet.');
    memory.record(1, { type: 'CommandTaken', at: at(2), by: ana });
    expect(memory.incident().handoff).toBeNull();
  });
});

describe('what is held', () => {
  it('is kept longer by a snooze, and falls when that is over', () => {
    const { memory, does, acks } = fired();
    acks(1);
    expect(does(2, ana, { type: 'Snoozed', for: minutes(120) })).toBe('Ana keeps it for 2 hours.');
    memory.advance(at(121));
    expect(memory.incident().human).toMatchObject({ is: 'acknowledged', reminded: true });
    memory.advance(at(122));
    expect(memory.lines.map(sentence)).toContain('The acknowledgement by Ana ended. Nobody holds this incident.');
  });

  it('is snoozed by nobody else, for a sensible time', () => {
    const { does, acks } = fired();
    const snooze = (length: number) => ({ type: 'Snoozed', for: minutes(length) }) as const;
    expect(does(1, ana, snooze(60))).toBe('no: Nobody holds incident 1. Acknowledge it first.');
    acks(1);
    expect(does(2, bo, snooze(60))).toBe('no: Ana holds incident 1, not you. Take command if you lead now.');
    expect(does(2, ana, snooze(1))).toBe('no: A snooze takes from 5 minutes to 24 hours, such as 45m or 2h.');
    expect(does(2, ana, snooze(24 * 60 + 1))).toMatch(/^no: A snooze takes/);
    expect(does(2, ana, snooze(20))).toBe(
      'no: You hold incident 1 for 29 minutes anyway. Snooze it for longer, or let it go.',
    );
  });

  it('outlasts what PagerDuty grants: it is told again that somebody has it', () => {
    const { memory, does, acks, newest } = fired();
    memory.advance(at(15));
    acks(16);
    does(17, ana, { type: 'Snoozed', for: minutes(120) });
    const before = memory.effects.length;
    memory.record(1, {
      ...{ type: 'PagerUnacknowledged', at: at(47), incident: 'PINC1', url: null },
      ...{ dedupKey: memory.incident().pager.dedupKey, by: { id: 'pagerduty', name: 'PagerDuty' } },
    });
    expect(memory.incident().human).toMatchObject({ is: 'acknowledged', by: ana });
    expect(
      memory.effects.indexOf(newest('pagerduty.acknowledge') ?? { type: 'slack.card', number: 0 }),
    ).toBeGreaterThanOrEqual(before);
  });

  it('can be let go, and the clock goes on where it stood', () => {
    const { memory, does, acks, levels } = fired();
    acks(10);
    expect(does(12, bo, { type: 'Unacknowledged' })).toMatch(/^no: Ana holds incident 1, not you/);
    expect(does(12, ana, { type: 'Unacknowledged' })).toBe('Ana let go of it. Nobody holds this incident.');
    expect(choicesOf(memory.incident(), at(12))).toContain('acknowledge');
    memory.advance(at(16));
    expect(levels()).toEqual(['first look']);
    memory.advance(at(17));
    expect(levels()).toEqual(['L2']);
  });
});

describe('who may not', () => {
  it('is told so, for each of these deeds, and the attempt is kept', () => {
    const { memory } = fired({
      ...paged,
      access: { ...paged.access, roles: { viewer: 'everyone', responder: nobody, admin: nobody } },
    });
    const actor = { person: bo, standing: 'member', groups: [], emails: [] } as const;
    const refusals = [next, pageBo, { type: 'HandoffOffered', to: ana, note: '' } as const].map((deed) =>
      memory.record(1, { ...deed, at: at(1), by: bo }, actor),
    );
    expect(refusals).toEqual(
      ['escalate an incident', 'page somebody', 'hand an incident over'].map((what) => ({
        refused: expect.stringMatching(`^Only responders may ${what}, and you are a viewer\\.`) as string,
        denied: true,
      })),
    );
  });
});
