/** What webhooks mean: who did what to which incident, and which of it we did ourselves. */
import { describe, expect, it } from 'vitest';
import { integrationItself, pagerDutyIdOf, pagerDutyItself, translate } from '../../src/pagerduty/translate.ts';
import { about, ana, hook, integration, user } from './hooks.ts';
import { noon } from './pager.ts';

const later = noon + 90_000;
const self = 'PVIGIE';
const read = (body: string) => translate(body, later, self);
const common = {
  ...{ at: noon, incident: 'PINC1', dedupKey: 'vigie-12-1', url: 'https://acme.pagerduty.com/incidents/PINC1' },
  by: { id: 'pagerduty:PANA', name: 'Ana' },
};

describe('what a person did', () => {
  it.each([
    ['incident.acknowledged', 'PagerAcknowledged'],
    ['incident.unacknowledged', 'PagerUnacknowledged'],
    ['incident.resolved', 'PagerResolved'],
    ['incident.reopened', 'PagerReopened'],
    ['incident.triggered', 'PagerTriggered'],
  ])('%s is %s, by them', (type, ours) => {
    expect(read(hook(type, { agent: ana, client: { name: 'PagerDuty' } }))).toEqual({ ...common, type: ours });
  });

  it('says to whom it was handed', () => {
    const data = {
      assignees: [user('PBEN', 'Ben'), user('PCY', 'Cy')],
      escalation_policy: { id: 'PP', summary: 'Leads' },
    };
    const to = [
      { id: 'pagerduty:PBEN', name: 'Ben' },
      { id: 'pagerduty:PCY', name: 'Cy' },
    ];
    for (const how of ['escalated', 'delegated', 'reassigned']) {
      const report = read(hook(`incident.${how}`, { agent: ana, data }));
      expect(report).toEqual({ ...common, type: 'PagerReassigned', how, to, policy: 'Leads' });
    }
  });

  it('is never taken for our own, even as the user as whom we write', () => {
    const agent = user(self, 'Vigie, or Ana who lent her address');
    for (const type of ['incident.acknowledged', 'incident.resolved', 'incident.reopened']) {
      expect(read(hook(type, { agent, client: { name: 'Vigie' } }))).toMatchObject({ by: { id: `pagerduty:${self}` } });
    }
  });

  it('names notes, priorities and responders', () => {
    const nameless = { ...common, dedupKey: 'vigie-12-1', url: null };
    const note = { type: 'incident_note', content: 'Look at\nthe disk' };
    expect(read(about('incident.annotated', note))).toEqual({
      ...nameless,
      type: 'PagerNoted',
      text: 'Look at\nthe disk',
    });
    const responder = { type: 'incident_responder', user: user('PBEN', 'Ben'), state: 'joined' };
    const ben = { id: 'pagerduty:PBEN', name: 'Ben' };
    expect(read(about('incident.responder.added', responder))).toMatchObject({
      type: 'PagerResponderAsked',
      whom: ben,
    });
    expect(read(about('incident.responder.replied', responder))).toMatchObject({ whom: ben, joins: true });
    const declined = { ...responder, state: 'declined' };
    expect(read(about('incident.responder.replied', declined))).toMatchObject({ joins: false });
    const priority = hook('incident.priority_updated', { agent: ana, data: { priority: { id: 'P1', summary: 'P1' } } });
    expect(read(priority)).toMatchObject({ type: 'PagerPrioritised', priority: 'P1' });
  });
});

describe('what nobody did', () => {
  it('is PagerDuty’s own, as when a time is over', () => {
    const by = pagerDutyItself;
    for (const agent of [null, { id: 'PSVC', type: 'service_reference', summary: 'Shop' }]) {
      expect(read(hook('incident.resolved', { agent }))).toMatchObject({ type: 'PagerResolved', by });
      expect(read(hook('incident.unacknowledged', { agent }))).toMatchObject({ type: 'PagerUnacknowledged', by });
      expect(read(hook('incident.escalated', { agent }))).toMatchObject({ type: 'PagerReassigned', by });
    }
  });
});

describe('what we did ourselves', () => {
  it('is only an echo', () => {
    const ours = { agent: integration, client: { name: 'Vigie', url: 'https://vigie.example' } };
    expect(read(hook('incident.acknowledged', ours))).toBeNull();
    expect(read(hook('incident.resolved', ours))).toBeNull();
    expect(read(hook('incident.acknowledged', { client: { name: 'Vigie' } }))).toBeNull();
    const agent = user(self, 'Vigie');
    for (const type of ['incident.reassigned', 'incident.delegated', 'incident.priority_updated']) {
      expect(read(hook(type, { agent }))).toBeNull();
      expect(translate(hook(type, { agent }), later, null)).not.toBeNull();
    }
    const note = { type: 'incident_note', content: 'Restarted it.\n[vigie 12-3-0]' };
    expect(read(about('incident.annotated', note))).toBeNull();
    const responder = { type: 'incident_responder', user: user('PCTO', 'Cy') };
    expect(read(about('incident.responder.added', responder, agent))).toBeNull();
  });

  it('is a proof when it is the page itself', () => {
    const by = integrationItself;
    const report = read(hook('incident.triggered', { agent: integration, client: { name: 'Vigie' } }));
    expect(report).toEqual({ ...common, type: 'PagerTriggered', by });
    expect(pagerDutyIdOf(by)).toBeNull();
    expect(pagerDutyIdOf(common.by)).toBe('PANA');
    expect(pagerDutyIdOf({ id: 'U0ANA', name: 'Ana' })).toBeNull();
  });

  it('is not what Alertmanager resolved by a route of its own', () => {
    expect(read(hook('incident.resolved', { agent: integration }))).toMatchObject({
      by: integrationItself,
    });
    expect(read(hook('incident.acknowledged', { agent: integration }))).toBeNull();
  });
});

describe('a body', () => {
  it('of a type that is not known says nothing', () => {
    for (const type of ['incident.workflow.started', 'incident.toString', 'pagey.ping', '']) {
      expect(read(hook(type, { agent: ana }))).toBeNull();
    }
    for (const odd of ['', 'null', '[]', '{"event":1}', '{"event":{"event_type":"incident.resolved"}}']) {
      expect(read(odd)).toBeNull();
    }
  });

  it('is believed in no detail: keys that are missing, times to come, names that are not names', () => {
    const hostile = hook('incident.acknowledged', {
      at: '2031-01-01T00:00:00Z',
      agent: user('PEVE', `<!channel>\u202E\n${'E'.repeat(500)}`),
      data: { incident_key: null, html_url: 'javascript:alert(1)', assignees: 'all', priority: 7 },
    });
    const report = read(hostile);
    expect(report).toMatchObject({ at: later, dedupKey: null, url: null });
    expect(report?.by.name).toMatch(/^<!channel> E{60,}…$/);
    expect(report?.by.name).toHaveLength(80);
    expect(read(hook('incident.resolved', { at: 'yesterday', agent: user('<b>', 'Eve') }))).toMatchObject({
      ...{ at: later, by: { id: 'pagerduty' } },
    });
    expect(read(hook('incident.resolved', { data: { id: '../users' } }))).toBeNull();
  });
});
