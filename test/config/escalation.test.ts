/** What a configuration says about escalation: policies and PagerDuty's account. */
import { describe, expect, it } from 'vitest';
import { faultsOf, load, minimal, secrets } from './written.ts';

const minute = 60_000;
const hour = 60 * minute;
const pd = 'pagerduty: {api_token: env:PD_TOKEN, from: a@b.c, default: {routing_key: env:PD_KEY, service: PDEF1}}\n';

describe('a policy', () => {
  it('becomes plain data that an incident can keep, with references in place of secrets', () => {
    const { escalation, rules } = load(`${minimal}${pd}policies:
  default:
    levels:
      - {id: L1, name: automated recovery, at: 0m, do: [{slack: {}}, {automation: {}}], leave_early: no_automation_or_failed}
      - {id: L2, at: 15m, do: [{pagerduty: {}}, {slack: {mention: oncall}}]}
      - {id: L3, at: 1h, do: [{pagerduty: {service: default, responders: [{user: PLEAD}, {escalation_policy: PPOL1}], escalation_policy: PPOL2}}, {slack: {mention: [S0LEADS]}}]}
    repeat: {from: L2, every: 30m, times: 3}
    ack: {on_expiry: next_level}
    quiet: [{days: [fri], from: "22:30", to: "24:00", severities: [high, warning]}]
    confirm: {pagerduty: 2m}
    fallback: [{pagerduty: {routing_key: env:PD_KEY_2}}, {slack: {channel: C0INCIDENTS, mention: [U0CTO]}}, {webhook: {url: env:SECOND_PAGER}}]
`);
    const policy = rules.policies['default'];
    expect(policy).toEqual({
      name: 'default',
      levels: [
        {
          id: 'L1',
          name: 'automated recovery',
          at: 0,
          do: [
            { kind: 'slack', mention: null },
            { kind: 'automation', deadline: minute, verifyWithin: 10 * minute },
          ],
          leaveEarly: 'no_automation_or_failed',
        },
        {
          id: 'L2',
          name: 'L2',
          at: 15 * minute,
          do: [
            { kind: 'pagerduty', service: 'incident', responders: [], escalationPolicy: null },
            { kind: 'slack', mention: 'oncall' },
          ],
          leaveEarly: null,
        },
        {
          id: 'L3',
          name: 'L3',
          at: hour,
          do: [
            {
              kind: 'pagerduty',
              service: 'default',
              responders: [
                { is: 'user', id: 'PLEAD' },
                { is: 'escalation_policy', id: 'PPOL1' },
              ],
              escalationPolicy: 'PPOL2',
            },
            { kind: 'slack', mention: ['S0LEADS'] },
          ],
          leaveEarly: null,
        },
      ],
      repeat: { from: 'L2', every: 30 * minute, times: 3 },
      ack: { lease: 30 * minute, remindBefore: 5 * minute, onExpiry: 'next_level' },
      quiet: [{ days: ['fri'], from: 1_350, to: 1_440, severities: ['high', 'warning'] }],
      timezone: 'UTC',
      confirm: 2 * minute,
      fallback: [
        { kind: 'pagerduty', routingKey: 'env:PD_KEY_2' },
        { kind: 'slack', channel: 'C0INCIDENTS', mention: ['U0CTO'] },
        { kind: 'webhook', url: 'env:SECOND_PAGER' },
      ],
    });
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
    expect(rules.policies['default']).toEqual(policy);
    expect(escalation.secrets['env:SECOND_PAGER']?.reveal()).toBe(secrets['SECOND_PAGER']);
    expect([Object.keys(escalation.secrets), escalation.secrets['env:PD_TOKEN']]).toEqual([
      ['env:PD_KEY_2', 'env:SECOND_PAGER'],
      undefined,
    ]);
  });

  it('that only calls people in Slack needs no PagerDuty', () => {
    const yaml = 'policies: {default: {levels: [{id: L1, at: 0m, do: [{slack: {mention: group}}]}]}}\n';
    expect(faultsOf(minimal + yaml)).toEqual([]);
    expect(load(minimal + yaml).pagerduty).toBeNull();
  });

  it('may page at once, and only some policies must page at all', () => {
    const yaml = `${pd}routes:
  - {match: ['severity!~"info|warning"'], policy: page-now}
  - {policy: quiet}
policies:
  page-now: {levels: [{id: L2, at: 0s, do: [{pagerduty: {service: default}}]}]}
  quiet: {}
`;
    expect(faultsOf(minimal + yaml)).toEqual([]);
  });
});

describe('the account of PagerDuty', () => {
  it('shows no secret when it is printed', () => {
    const { pagerduty } =
      load(`${minimal}${pd.replace('from:', 'region: eu, webhook_secrets: [env:PD_HOOK], from:')}services:
  checkout: {match: [a=b], pagerduty: {routing_key: env:PD_KEY_SHOP, service: PSVC123, escalation_policy: PPOL123}}
  catalogue: {match: [a=c]}
policies: {default: {levels: [{id: L1, at: 0m, do: [{pagerduty: {}}]}]}}
`);
    expect(JSON.parse(JSON.stringify(pagerduty))).toEqual({
      apiToken: 'env:PD_TOKEN',
      from: 'a@b.c',
      webhookSecrets: ['env:PD_HOOK'],
      region: 'eu',
      default: { routingKey: 'env:PD_KEY', service: 'PDEF1', escalationPolicy: null },
      services: { checkout: { routingKey: 'env:PD_KEY_SHOP', service: 'PSVC123', escalationPolicy: 'PPOL123' } },
    });
    expect(pagerduty?.services['constructor']).toBeUndefined();
  });

  it('is in the United States and as good as empty when only services have keys', () => {
    const { pagerduty } =
      load(`${minimal}services: {checkout: {match: [a=b], pagerduty: {routing_key: env:PD_KEY_SHOP}}}
policies: {default: {levels: [{id: L1, at: 0m, do: [{pagerduty: {service: checkout}}]}]}}
`);
    expect(pagerduty).toMatchObject({ apiToken: null, from: null, webhookSecrets: [], region: 'us', default: null });
  });
});
