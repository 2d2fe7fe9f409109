/** How an incident begins: its title, severity, service and the rules that are frozen into it. */
import { clip, nameOf } from './alerts.ts';
import type { AlertsReported, Event } from './event.ts';
import { isAbove, severities, vigie } from './incident.ts';
import type { Incident, Instant, Severity } from './incident.ts';
import { policyOf, serviceOf } from './rules.ts';
import type { LeaseRules, Rules } from './rules.ts';
import type { Decision } from './draft.ts';
import { opened } from './transition.ts';

/** The lease where no policy says another. */
const defaultLease: LeaseRules = { lease: 30 * 60_000, remindBefore: 5 * 60_000 };

/** Opens an incident for alerts that nothing holds, or the one that rolls a storm up. */
export function openForAlerts(number: number, kind: 'alert' | 'storm', event: AlertsReported, rules: Rules): Decision {
  const firing = event.alerts.filter((alert) => alert.status === 'firing' && alert.severity !== 'info');
  const severity = firing.reduce<Severity>(
    (most, alert) => (isAbove(alert.severity, most) ? alert.severity : most),
    'warning',
  );
  const labelSets = firing.map((alert) => alert.labels);
  const service = serviceOf(labelSets, rules.services)?.name ?? null;
  const title = kind === 'storm' ? `Alert storm from ${event.source}` : titleOf(event, service);
  const worst = firing.find((alert) => alert.severity === severity);
  const policy = policyOf({ ...worst?.labels, severity }, rules.routes);
  return opened(
    shell({ number, kind, title, source: event.source, service, severity, policy, at: event.at }, rules),
    vigie,
    event.at,
    event,
  );
}

/** Opens an incident that a person declared. */
export function openForPerson(number: number, event: Extract<Event, { type: 'Declared' }>, rules: Rules): Decision {
  const { at, by, severity } = event;
  const policy = policyOf({ severity }, rules.routes);
  const title = clip(event.title, 120);
  const blank = shell({ number, kind: 'declared', title, source: null, service: null, severity, policy, at }, rules);
  return opened({ ...blank, responders: [by] }, by, at, null);
}

interface Opening {
  readonly number: number;
  readonly kind: Incident['kind'];
  readonly title: string;
  readonly source: string | null;
  readonly service: string | null;
  readonly severity: Severity;
  readonly policy: string;
  readonly at: Instant;
}

function shell({ at, ...opening }: Opening, rules: Rules): Incident {
  return {
    ...opening,
    version: 0,
    openedAt: at,
    signal: { is: 'firing' },
    human: { is: 'open' },
    ladder: { is: 'idle' },
    commander: null,
    responders: [],
    episode: 1,
    flips: [],
    flapping: false,
    rules: { ...rules.incidents, ack: rules.policies[opening.policy]?.ack ?? defaultLease },
    config: rules.hash,
    troubles: [],
    alerts: {},
    groups: {},
  };
}

/** What fires, and for whom: `HighErrorRate · checkout`. */
function titleOf(event: AlertsReported, service: string | null): string {
  const firing = event.alerts
    .filter((alert) => alert.status === 'firing' && alert.severity !== 'info')
    .toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
  const names = [...new Set(firing.map((alert) => alert.labels['alertname'] ?? nameOf(alert.labels)))];
  const what = names.length > 1 ? `${names[0]} and ${names.length - 1} more` : (names[0] ?? 'Alert');
  const labels = { ...event.group?.labels };
  delete labels['alertname'];
  delete labels['severity'];
  const where =
    service ?? (Object.values(labels).join(' ') || firing[0]?.labels['service'] || firing[0]?.labels['job'] || '');
  return clip(where === '' ? what : `${clip(what, 60)} · ${where}`, 120);
}
