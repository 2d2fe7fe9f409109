/** Small alerts, people and rules for the examples of the core. */
import { shippedAccess, shippedService } from '../../src/access/rules.ts';
import { neverQuiet } from '../../src/escalation/calendar.ts';
import { silentPolicy } from '../../src/escalation/policy.ts';
import type { Level, Policy } from '../../src/escalation/policy.ts';
import type { AlertReport, AlertsReported } from '../../src/incident/event.ts';
import type { Incident, Instant, Person, Severity } from '../../src/incident/incident.ts';
import { onlyTalks } from '../../src/incident/facts.ts';
import type { Matcher, Rules } from '../../src/incident/rules.ts';

/** Minutes after a fixed Monday morning. */
export const at = (minutes: number): Instant => Date.UTC(2026, 10, 16, 3, 0) + minutes * 60_000;

/** Minutes as milliseconds. */
export const minutes = (count: number): number => count * 60_000;

/** Two people. */
export const ana: Person = { id: 'U0ANA', name: 'Ana' };
/** The other one. */
export const bo: Person = { id: 'U0BO', name: 'Bo' };

/** A matcher for one exact value. */
const equals = (label: string, value: string): Matcher => ({
  label,
  sign: '=',
  text: `${label}="${value}"`,
  test: (given) => given === value,
});

/** A policy without levels. */
export const silent = (name: string, lease: number, remindBefore: number): Policy => ({
  ...silentPolicy(name),
  ack: { lease, remindBefore, onExpiry: 'resume' },
});

const paging = { kind: 'pagerduty', service: 'incident', responders: [], escalationPolicy: null } as const;

const quiet = (id: string, minute: number): Level => ({
  ...{ id, name: id, at: minutes(minute), do: [], leaveEarly: null },
});

/** The defaults of vigie.yaml, with one service, and two policies that differ in their lease. */
export const rules: Rules = {
  hash: 'c0ffee',
  severities: {
    from: ['severity', 'priority'],
    map: { none: 'ignore', info: 'info', warning: 'warning', error: 'high', critical: 'critical', page: 'critical' },
    default: 'warning',
  },
  incidents: {
    reopenWithin: minutes(30),
    recoverHold: minutes(5),
    flapping: { transitions: 4, within: minutes(30), hold: minutes(20) },
  },
  storm: { groups: 20, within: minutes(1) },
  services: [
    {
      name: 'checkout',
      match: [equals('service', 'checkout')],
      environment: 'production',
      facts: { name: 'checkout', environment: 'production' },
      slack: { channel: null, group: null },
      ...shippedService,
    },
  ],
  routes: [
    { match: [equals('severity', 'critical')], policy: 'production' },
    { match: [], policy: 'slack-only' },
  ],
  policies: {
    production: silent('production', minutes(30), minutes(5)),
    'slack-only': silent('slack-only', minutes(120), 0),
  },
  calendarOf: () => neverQuiet,
  access: shippedAccess,
  runbooks: [],
  able: onlyTalks.able,
};

/** L1 tells at once, L2 pages at 15 minutes, L3 adds the lead at 30; then L2 and L3 once more, after 30 minutes. */
export const climbing: Policy = {
  ...silent('production', minutes(30), minutes(5)),
  levels: [
    { ...quiet('L1', 0), name: 'first look', do: [{ kind: 'slack', mention: null }] },
    { ...quiet('L2', 15), do: [paging, { kind: 'slack', mention: 'group' }] },
    { ...quiet('L3', 30), do: [{ ...paging, responders: [{ is: 'user', id: 'PLEAD' }] }] },
  ],
  repeat: { from: 'L2', every: minutes(30), times: 1 },
  confirm: minutes(2),
  fallback: [
    { kind: 'pagerduty', routingKey: 'env:PD_KEY_2' },
    { kind: 'slack', channel: 'C0INCIDENTS', mention: 'channel' },
    { kind: 'webhook', url: 'env:SECOND_PAGER' },
  ],
};

/** The rules of a Vigie that pages. */
export const paged: Rules = {
  ...rules,
  policies: { ...rules.policies, production: climbing },
  able: { ...rules.able, page: true },
};

/** An alert that fires since `since` (minutes), or that ended at `until`. */
export function alert(
  name: string,
  given: {
    since?: number;
    until?: number;
    severity?: Severity;
    labels?: Record<string, string>;
    summary?: string;
  } = {},
): AlertReport {
  const { since = 0, until, severity = 'critical', labels = {}, summary } = given;
  return {
    fingerprint: Buffer.from(name).toString('hex').padStart(16, '0'),
    status: until === undefined ? 'firing' : 'resolved',
    severity,
    labels: { alertname: name, severity, ...labels },
    annotations: summary === undefined ? {} : { summary },
    startsAt: at(since),
    endsAt: until === undefined ? null : at(until),
    generatorUrl: '',
  };
}

/** A body received at `minute`, of the group `group` of `receiver`. */
export function body(
  minute: number,
  alerts: readonly AlertReport[],
  given: { group?: string; receiver?: string; truncated?: number } = {},
): AlertsReported {
  const { group = 'one', receiver = 'vigie', truncated = 0 } = given;
  const key = Buffer.from(group).toString('hex').padStart(64, '0');
  return {
    type: 'AlertsReported',
    at: at(minute),
    source: 'main',
    group: { receiver, key, labels: { group }, truncated },
    alerts,
  };
}

/** How many alerts of an incident fire. */
export const firing = ({ alerts }: Incident): number =>
  Object.values(alerts).filter(({ status }) => status === 'firing').length;
