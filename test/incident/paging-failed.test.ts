/** Pages that fail: what is tried instead, and when PagerDuty is tried again. */
import { describe, expect, it } from 'vitest';
import { upToDate } from '../../src/incident/late-page.ts';
import { staleness } from '../../src/incident/paging.ts';
import { ben, fired } from './fired.ts';
import { ana, at } from './samples.ts';

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
    const given = { type: 'EffectGivenUp', why: 'it ended 20 processes', visit: null, run: null } as const;
    for (const effect of ['slack.call', 'pagerduty.note', 'pagerduty.priority']) {
      memory.record(1, { ...given, at: at(16), effect });
      expect(kinds().at(-1)).toBe('slack.call');
    }
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

  it('tells then what was tried in the meantime', () => {
    const { memory, outcome } = fired();
    memory.advance(at(15));
    outcome(16, failed);
    const late = memory.effects.find((effect) => effect.type === 'pagerduty.trigger' && effect.late !== undefined);
    memory.record(1, { type: 'Acknowledged', at: at(16), by: ana });
    memory.record(1, { type: 'Unacknowledged', at: at(17), by: ana });
    const effect = late?.type === 'pagerduty.trigger' ? upToDate(late, memory.incident()) : null;
    expect(JSON.stringify(late)).not.toContain('Ana');
    expect(JSON.stringify(effect)).toContain('Ana');
    expect(effect).toMatchObject({ page: '1-1-2-0', late: at(18) });
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

  it('is not, where it was taken in and only others could not be added', () => {
    const { memory, outcome, lateTries } = fired();
    memory.advance(at(15));
    outcome(16, { ...failed, way: 'responders' });
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
