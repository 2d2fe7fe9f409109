/** The alert families of a run: whom they wake, whether people meddle with them, and what the configuration says of them. */
import { createHash } from 'node:crypto';
import type { Family } from '../family.ts';

/** What a family is like. */
export interface Kind {
  /** The policy of its route. */
  readonly policy: 'asking' | 'handing';
  readonly service: 'ledger' | null;
  /** Of its alerts, in the order in which they begin to fire. */
  readonly severities: readonly ('warning' | 'high' | 'critical')[];
}

const kind = (policy: Kind['policy'], service: Kind['service'], ...severities: Kind['severities']): Kind => ({
  ...{ policy, service, severities },
});

/** Each kind, by the name of its family. */
const kinds: Readonly<Record<string, Kind>> = {
  'busy-a': kind('asking', 'ledger', 'critical'),
  'busy-b': kind('asking', null, 'high', 'high'),
  'busy-c': kind('handing', null, 'critical', 'high'),
  'busy-d': kind('handing', 'ledger', 'high'),
  'busy-e': kind('asking', null, 'critical'),
  'rising-a': kind('asking', 'ledger', 'warning', 'critical'),
  'rising-b': kind('asking', null, 'high', 'critical'),
  'mild-a': kind('asking', 'ledger', 'warning', 'warning'),
  'lonely-a': kind('asking', null, 'critical', 'critical'),
  'lonely-b': kind('handing', 'ledger', 'high'),
  'lonely-c': kind('asking', 'ledger', 'high', 'critical'),
  'lonely-d': kind('handing', null, 'critical'),
  'lonely-rising': kind('asking', null, 'warning', 'high'),
  'lonely-mild': kind('handing', null, 'warning'),
};

/** Nobody acknowledges what these open, so their policies run to their ends: their name is in all titles. */
export const isLonely = (title: string): boolean => title.includes('lonely');

/** The families. */
export const families: readonly Family[] = Object.entries(kinds).map(([name, { severities, service, policy }]) => ({
  name,
  receivers: ['vigie'],
  suspects: severities.map((severity, index) => ({
    fingerprint: createHash('sha256').update(`${name} ${index}`).digest('hex').slice(0, 16),
    labels: {
      ...{ alertname: `Trouble of ${name}`, family: name, instance: `node-${index}`, severity, team: policy },
      ...(service === null ? {} : { service }),
    },
  })),
}));

/** Levels as the check knows them: when they are due, and what of PagerDuty they do. */
export interface PlannedLevel {
  readonly id: string;
  /** Milliseconds after the incident became nobody's. */
  readonly at: number;
  readonly pages: boolean;
  /** PagerDuty's ids of users whom it asks. */
  readonly responders: readonly string[];
  /** The policy that it hands over to. */
  readonly handsTo: string | null;
}

const level = (id: string, at: number, more: Partial<PlannedLevel> = {}): PlannedLevel => ({
  ...{ id, at, pages: true, responders: [], handsTo: null },
  ...more,
});

/** The policies, with short levels so that a run sees all of them. */
export const policies: Readonly<Record<Kind['policy'], readonly PlannedLevel[]>> = {
  asking: [
    level('L2', 0),
    level('L3', 6_000, { responders: ['PLEAD'] }),
    level('L4', 12_000, { responders: ['PCTO', 'PCHLOE'] }),
  ],
  handing: [level('L1', 0, { pages: false }), level('L2', 3_000), level('L3', 8_000, { handsTo: 'PINFRA' })],
};

/** The times of every policy, in milliseconds. */
export const times = { hold: 2_000, lease: 9_000, repeatEvery: 60_000, repeats: 1, confirm: 8_000 } as const;

const written = ({ id, at, pages, responders, handsTo }: PlannedLevel): string => {
  const asked = responders.map((user) => `{user: ${user}}`).join(', ');
  const words = [
    ...(responders.length === 0 ? [] : [`responders: [${asked}]`]),
    ...(handsTo === null ? [] : [`escalation_policy: ${handsTo}`]),
  ].join(', ');
  const deeds = [...(pages ? [`{pagerduty: {${words}}}`] : []), '{slack: {mention: [U0ANA]}}'].join(', ');
  return `      - {id: ${id}, name: level ${id}, at: ${at / 1_000}s, do: [${deeds}]}\n`;
};

/** The part of vigie.yaml that is about all this. */
export const policiesYaml = (reopenWithin: number): string => `incidents:
  reopen_within: ${reopenWithin / 1_000}s
  recover_hold: ${times.hold / 1_000}s
  flapping: {transitions: 6, within: 30s, hold: ${(2 * times.hold) / 1_000}s}
  storm: {groups: 1000, within: 60s}
pagerduty:
  api_token: env:PD_TOKEN
  from: vigie@example.com
  webhook_secrets: [env:PD_HOOK]
  default: {routing_key: env:PD_KEY}
services:
  ledger: {match: ['service="ledger"'], pagerduty: {routing_key: env:PD_KEY_LEDGER, escalation_policy: PSHOP}}
routes: [{match: ['team="handing"'], policy: handing}, {policy: asking}]
policies:
${Object.entries(policies)
  .map(
    ([name, levels]) => `  ${name}:
    levels:
${levels.map(written).join('')}${name === 'asking' ? `    repeat: {from: L2, every: ${times.repeatEvery / 1_000}s, times: ${times.repeats}}\n` : ''}    ack: {lease: ${times.lease / 1_000}s, remind_before: 2s}
    confirm: {pagerduty: ${times.confirm / 1_000}s}
    fallback: [{pagerduty: {routing_key: env:PD_KEY_2}}, {slack: {channel: C0INCIDENTS, mention: channel}}]
`,
  )
  .join('')}`;
