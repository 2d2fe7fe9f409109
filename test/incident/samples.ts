/** Small alerts, people and rules for the examples of the core. */
import { shippedAccess, shippedService } from '../../src/access/rules.ts';
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
    production: { ack: { lease: minutes(30), remindBefore: minutes(5) } },
    'slack-only': { ack: { lease: minutes(120), remindBefore: 0 } },
  },
  access: shippedAccess,
  runbooks: [],
  able: onlyTalks.able,
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
