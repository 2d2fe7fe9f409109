/** Escalation pages: who is called when, and what PagerDuty tells of them. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import { ben, fired } from './fired.ts';
import { openMemory } from './memory.ts';
import { alert, ana, at, body, climbing, minutes, paged } from './samples.ts';

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

describe('the priority of what PagerDuty has', () => {
  it('is that of the severity, as soon as PagerDuty has it', () => {
    const { memory, tells, kinds } = fired({ ...paged, able: { ...paged.able, prioritise: { critical: 'P1' } } });
    memory.advance(at(15));
    expect(kinds()).not.toContain('pagerduty.priority');
    tells(15, { type: 'PagerTriggered', by: ben });
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.priority')).toMatchObject([{ priority: 'P1' }]);
    tells(16, { type: 'PagerTriggered', by: ben });
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.priority')).toHaveLength(1);
  });

  it('rises with it, and is left alone where the configuration has no word for it', () => {
    const policies = { ...paged.policies, 'slack-only': climbing };
    const memory = openMemory({ ...paged, policies, able: { ...paged.able, prioritise: { critical: 'P1' } } });
    memory.report(body(0, [alert('Slow', { severity: 'high' })]));
    memory.advance(at(15));
    const { dedupKey } = memory.incident().pager;
    memory.record(1, { type: 'PagerTriggered', at: at(15), incident: 'PINC1', dedupKey, url: null, by: ben });
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.priority')).toEqual([]);
    memory.report(body(20, [alert('Down', { since: 20 })]));
    expect(memory.effects.filter(({ type }) => type === 'pagerduty.priority')).toMatchObject([{ priority: 'P1' }]);
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
