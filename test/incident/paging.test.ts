/** Escalation pages: who is called when, what PagerDuty answers and tells, and what is tried when it does not. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { PageOutcome, PagerEffect, PagerReport } from '../../src/incident/pager.ts';
import { staleness } from '../../src/incident/paging.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { openMemory } from './memory.ts';
import { alert, ana, at, body, climbing, minutes, paged } from './samples.ts';

const ben = { id: 'pagerduty:PBEN', name: 'Ben Brandt' };

/** An event without what is the same in all of them. */
type Bare<E> = E extends unknown ? Omit<E, 'at' | 'dedupKey' | 'page'> : never;

/** One critical alert fires since minute 0. */
function fired(rules = paged) {
  const memory = openMemory(rules);
  memory.report(body(0, [alert('Down')]));
  const pages = () => memory.incident().pager.pages;
  const kinds = (): readonly string[] =>
    memory.effects
      .filter(({ type }) => type.startsWith('pagerduty.') || type === 'slack.call')
      .map((effect) => ('keys' in effect ? `${effect.type} ${effect.keys.join(' ')}` : effect.type));
  return {
    memory,
    pages,
    kinds,
    pagerEffects: () =>
      memory.effects.filter((effect): effect is PagerEffect & { number: number } =>
        effect.type.startsWith('pagerduty.'),
      ),
    said: () => memory.lines.map(sentence),
    /** The late tries of pages, in minutes. */
    lateTries: () =>
      memory.effects.flatMap((effect) =>
        effect.type === 'pagerduty.trigger' && effect.late !== undefined ? [(effect.late - at(0)) / minutes(1)] : [],
      ),
    /** What came of the newest page, of one of its fallbacks, or, with 0, of a late try. */
    outcome: (minute: number, given: Bare<PageOutcome>, instead?: number) => {
      const page = `${pages().at(-1)?.id}${instead === undefined ? '' : `-${instead}`}`;
      return memory.record(1, { ...given, at: at(minute), page, dedupKey: memory.incident().pager.dedupKey });
    },
    /** PagerDuty tells of its incident. */
    tells: (minute: number, given: Pick<PagerReport, 'type' | 'by'>) =>
      memory.record(1, {
        ...{ at: at(minute), incident: 'PINC1', dedupKey: memory.incident().pager.dedupKey, url: null, ...given },
      } as Event),
  };
}

describe('who is called', () => {
  it('is the channel at once, PagerDuty after 15 minutes, and the lead after 30, in one incident of PagerDuty', () => {
    const { memory, kinds, pagerEffects } = fired();
    expect(kinds()).toEqual(['slack.call']);
    memory.advance(at(15));
    expect(kinds().slice(1)).toEqual(['pagerduty.trigger service', 'slack.call']);
    memory.advance(at(30));
    expect(kinds().slice(3)).toEqual(['pagerduty.responders', 'slack.call']);
    expect(new Set(pagerEffects().map(({ dedupKey }) => dedupKey))).toEqual(
      new Set([Object.values(memory.incident().groups)[0]?.key]),
    );
  });

  it('is said, with who is called how', () => {
    const { memory, said } = fired();
    memory.advance(at(30));
    expect(said().filter((text) => text.startsWith('Level'))).toEqual([
      'Level L1 first look.',
      'Level L2: PagerDuty pages the default service; Slack calls the group of the service.',
      'Level L3: PagerDuty pages the default service; PagerDuty asks PLEAD.',
    ]);
  });

  it('is called again while nobody answers, by PagerDuty anew; and then the end is said', () => {
    const { memory, pagerEffects, said } = fired();
    memory.advance(at(60));
    expect(pagerEffects().at(-2)).toMatchObject({ type: 'pagerduty.trigger', again: true });
    memory.advance(at(120));
    expect(said().at(-1)).toBe('Nobody answered, and the policy production is at its end. Nobody is called any more.');
  });

  it('is nobody by PagerDuty for a warning', () => {
    const memory = openMemory({ ...paged, policies: { ...paged.policies, 'slack-only': climbing } });
    memory.report(body(0, [alert('Slow', { severity: 'warning' })]));
    memory.advance(at(300));
    expect(memory.effects.filter(({ type }) => type.startsWith('pagerduty.'))).toEqual([]);
    expect(memory.effects.filter(({ type }) => type === 'slack.call')).not.toEqual([]);
  });

  it('follows the policy of the route that a rise in severity leads to, from its beginning', () => {
    const memory = openMemory(paged);
    memory.report(body(0, [alert('Slow', { severity: 'warning' })]));
    memory.report(body(20, [alert('Down', { since: 20 })]));
    expect(memory.incident().policy.name).toBe('production');
    memory.advance(at(34));
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.trigger')).toEqual([]);
    memory.advance(at(35));
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.trigger')).toHaveLength(1);
  });
});

describe('what stops a page', () => {
  it('an acknowledgement in Slack holds the clock, and PagerDuty hears of it', () => {
    const { memory, kinds } = fired();
    memory.advance(at(15));
    memory.record(1, { type: 'Acknowledged', at: at(16), by: ana });
    expect(kinds().at(-1)).toBe('pagerduty.acknowledge service');
    memory.advance(at(45));
    expect(memory.incident().pager.pages).toHaveLength(2);
  });

  it('one in PagerDuty carries its name, and is not told back', () => {
    const { memory, tells, kinds, said } = fired();
    memory.advance(at(15));
    tells(16, { type: 'PagerAcknowledged', by: ben });
    expect(memory.incident().human).toMatchObject({ is: 'acknowledged', by: ben, until: at(46) });
    expect(said().at(-1)).toBe('Ben Brandt acknowledged in PagerDuty for 30 min.');
    expect(kinds()).not.toContain('pagerduty.acknowledge service');
    expect(memory.incident().responders).toEqual([ben]);
  });

  it('a second one joins the first', () => {
    const { memory, tells, said } = fired();
    memory.record(1, { type: 'Acknowledged', at: at(1), by: ana });
    tells(2, { type: 'PagerAcknowledged', by: ben });
    expect(memory.incident().human).toMatchObject({ by: ana });
    expect(said().at(-1)).toBe('Ben Brandt acknowledged in PagerDuty, too.');
  });

  it('the end of the incident beats an acknowledgement, and resolves what PagerDuty holds', () => {
    const { memory, tells, kinds } = fired();
    memory.advance(at(15));
    memory.report(body(16, [alert('Down', { until: 16 })]));
    memory.advance(at(21));
    expect(kinds().at(-1)).toBe('pagerduty.resolve service');
    expect(isRefusal(tells(22, { type: 'PagerAcknowledged', by: ben }))).toBe(true);
    expect(memory.incident().ladder).toEqual({ is: 'idle' });
  });

  it('who lets go in PagerDuty, or whose lease ends, lets the clock run on', () => {
    const { memory, tells, said } = fired();
    memory.advance(at(15));
    tells(16, { type: 'PagerAcknowledged', by: ben });
    tells(20, { type: 'PagerUnacknowledged', by: { id: 'pagerduty', name: 'PagerDuty' } });
    expect(said().at(-1)).toBe('Ben Brandt does not hold it in PagerDuty any more. Nobody holds this incident.');
    expect(memory.incident().ladder.is).toBe('running');
    tells(21, { type: 'PagerAcknowledged', by: ben });
    memory.advance(at(65));
    expect(memory.incident().pager.pages.at(-1)?.levels).toEqual([{ id: 'L3', name: 'L3' }]);
    // It was told late: it is older than what Ben holds since.
    tells(66, { type: 'PagerAcknowledged', by: ben });
    tells(20, { type: 'PagerUnacknowledged', by: ben });
    expect(memory.incident().human).toMatchObject({ is: 'acknowledged', by: ben });
  });

  it('who resolves it in PagerDuty closes it here; PagerDuty by itself does not', () => {
    const alone = fired();
    alone.tells(1, { type: 'PagerResolved', by: { id: 'pagerduty', name: 'PagerDuty' } });
    expect(phaseOf(alone.memory.incident())).toBe('triggered');
    const { memory, tells } = fired();
    tells(1, { type: 'PagerResolved', by: ben });
    expect(memory.incident().human).toMatchObject({ is: 'closed', by: ben, reason: 'resolved in PagerDuty' });
  });
});

describe('a page that fails', () => {
  it('is tried by each way of the fallback list, and then somebody must be called by hand', () => {
    const { memory, outcome, kinds, said } = fired();
    memory.advance(at(15));
    const failed = { type: 'PageFailed', way: 'trigger', says: 'It answered 503', hopeless: false } as const;
    outcome(16, failed);
    expect(kinds().at(-1)).toBe('pagerduty.trigger env:PD_KEY_2');
    outcome(16, failed, 1);
    expect(kinds().at(-1)).toBe('slack.call');
    outcome(16, { type: 'PageFailed', way: 'slack', says: 'Slack is away', hopeless: true }, 2);
    expect(kinds().at(-1)).toBe('pagerduty.webhook');
    outcome(16, { type: 'PageFailed', way: 'webhook', says: 'It answered 500', hopeless: false }, 3);
    expect(said().at(-1)).toBe('The page for L2 failed, and nothing is left to try: It answered 500. Call somebody.');
    memory.record(1, { type: 'Closed', at: at(17), by: ana, reason: 'known' });
    expect(kinds().at(-1)).toBe('pagerduty.resolve service env:PD_KEY_2');
  });

  it('also when whoever performs effects gave it up', () => {
    const { memory, kinds } = fired();
    memory.advance(at(15));
    const given = { type: 'EffectGivenUp', why: 'it ended 20 processes', visit: null } as const;
    memory.record(1, { ...given, at: at(16), effect: 'slack.call' });
    expect(kinds().at(-1)).toBe('slack.call');
    memory.record(1, { ...given, at: at(16), effect: 'pagerduty.trigger' });
    expect(kinds().at(-1)).toBe('pagerduty.trigger env:PD_KEY_2');
  });

  it('also when PagerDuty took it in and never confirmed it', () => {
    const { memory, outcome, kinds } = fired();
    memory.advance(at(15));
    outcome(15, { type: 'PageSent', way: 'trigger' });
    expect(memory.effects.at(-1)).toMatchObject({ type: 'slack.card' });
    expect(memory.effects.find(({ type }) => type === 'pagerduty.confirm')).toMatchObject({ until: at(17) });
    outcome(17, { type: 'PageUnconfirmed', says: 'No incident was made.' });
    expect(kinds().at(-1)).toBe('pagerduty.trigger env:PD_KEY_2');
  });

  it('is not replaced once somebody has the incident', () => {
    const { memory, outcome, kinds } = fired();
    memory.advance(at(15));
    memory.record(1, { type: 'Acknowledged', at: at(15), by: ana });
    outcome(16, { type: 'PageFailed', way: 'trigger', says: 'It answered 503', hopeless: false });
    // It may have landed all the same, so its incident is looked for.
    expect(kinds().slice(-2)).toEqual(['pagerduty.acknowledge service', 'pagerduty.confirm']);
  });

  it('is confirmed by the webhook of its incident as well', () => {
    const { memory, tells, outcome } = fired();
    memory.advance(at(15));
    tells(15, { type: 'PagerTriggered', by: ben });
    expect(memory.incident().pager).toMatchObject({ incident: 'PINC1' });
    outcome(15, { type: 'PageSent', way: 'trigger' });
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.confirm')).toEqual([]);
    expect(memory.incident().pager.pages.at(-1)?.stand).toBe('done');
  });
});

describe('a page that PagerDuty did not take in', () => {
  const failed = { type: 'PageFailed', way: 'trigger', says: 'It answered 503', hopeless: false } as const;

  it('is tried there again, ever less often, until it is proved', () => {
    const { memory, outcome, lateTries, said } = fired();
    memory.advance(at(15));
    outcome(16, failed);
    expect(lateTries()).toEqual([18]);
    expect(said().at(-1)).toMatch(/Instead: PagerDuty by the second key. PagerDuty is tried again in 2 minutes.$/);
    outcome(18, failed, 0);
    expect(lateTries()).toEqual([18, 21]);
    expect(said().at(-1)).toBe('PagerDuty still fails: It answered 503. PagerDuty is tried again in 3 minutes.');
    outcome(21, { type: 'PageSent', way: 'trigger' }, 0);
    outcome(23, { type: 'PageUnconfirmed', says: 'No incident was made' }, 0);
    expect(lateTries()).toEqual([18, 21, 31]);
    // Level L3 is called at minute 30, and what is late of L2 is not needed any more.
    expect(staleness(memory.incident(), `${memory.incident().pager.pages.at(-1)?.id}-0`)).toBeNull();
    outcome(24, { type: 'PageSent', way: 'trigger' }, 0);
    outcome(25, { type: 'PageConfirmed', incident: 'PINC1', url: null }, 0);
    expect(memory.incident().pager).toMatchObject({ incident: 'PINC1' });
    expect(memory.incident().pager.pages.at(-1)?.stand).toBe('done');
    expect(said().at(-1)).toBe('PagerDuty pages: its incident is PINC1.');
  });

  it('is not, once PagerDuty knows of it, others are called, or somebody has it', () => {
    const { memory, outcome, pages, tells } = fired();
    memory.advance(at(15));
    outcome(16, failed);
    const late = `${pages().at(-1)?.id}-0`;
    expect(staleness(memory.incident(), late)).toBeNull();
    memory.record(1, { type: 'Acknowledged', at: at(17), by: ana });
    expect(staleness(memory.incident(), late)).toBe('Somebody has acknowledged it.');
    memory.record(1, { type: 'Unacknowledged', at: at(18), by: ana });
    expect(staleness(memory.incident(), late)).toBeNull();
    tells(19, { type: 'PagerTriggered', by: ben });
    expect(staleness(memory.incident(), late)).toBe('PagerDuty has an incident of it.');
    memory.advance(at(60));
    expect(staleness(memory.incident(), late)).toBe('Others were called since.');
  });

  it('is not, where only a person can mend it', () => {
    const { memory, outcome, lateTries } = fired();
    memory.advance(at(15));
    outcome(16, { ...failed, hopeless: true });
    outcome(17, failed, 1);
    expect(lateTries()).toEqual([]);
  });

  it('is called anew there, where PagerDuty had paged for the incident before', () => {
    const { memory, outcome, tells, lateTries } = fired();
    memory.advance(at(15));
    tells(15, { type: 'PagerTriggered', by: ben });
    memory.advance(at(60));
    outcome(61, failed);
    expect(lateTries()).toEqual([63]);
    expect(memory.effects.findLast((effect) => 'late' in effect)).toMatchObject({ again: true });
    expect(staleness(memory.incident(), `${memory.incident().pager.pages.at(-1)?.id}-0`)).toBeNull();
  });
});

describe('after a while', () => {
  it('what fires again is the next episode, with a key of its own, and whoever had it is asked first', () => {
    const { memory, said } = fired();
    memory.record(1, { type: 'Acknowledged', at: at(1), by: ana });
    memory.record(1, { type: 'Closed', at: at(5), by: ana, reason: 'known' });
    memory.report(body(10, [alert('Down', { since: 10 })]));
    expect(memory.incident().pager).toMatchObject({ dedupKey: 'vigie-1-2', calls: 0 });
    expect(said().at(-1)).toBe('Ana, it fires again. Others are called in 5 minutes, unless you acknowledge it.');
    memory.advance(at(15));
    expect(memory.incident().pager.pages[0]?.id).toBe('1-2-1');
  });

  it('in which Vigie was down, one page is for all levels that were missed, and the time does not count', () => {
    const { memory, pages } = fired();
    memory.record(1, { type: 'WasDown', at: at(50), from: at(10) });
    expect(
      pages()
        .at(-1)
        ?.levels.map(({ id }) => id),
    ).toEqual(['L2', 'L3']);
    expect(memory.incident().ladder).toMatchObject({ elapsed: minutes(10) });
  });

  it('of more than twelve hours nobody is woken, until it is heard of again', () => {
    const { memory, pages, said } = fired();
    memory.record(1, { type: 'LadderDue', at: at(15 + 13 * 60), due: at(15) });
    expect(pages()).toHaveLength(1);
    expect(said().at(-1)).toMatch(/^Nobody is called: this was due more than 12 h ago/);
    memory.report(body(15 + 13 * 60 + 1, [alert('Down')]));
    expect(pages()).toHaveLength(2);
  });
});
