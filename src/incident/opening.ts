/** How an incident begins: its title, severity, service and the rules that are frozen into it. */
import { clip, nameOf } from './alerts.ts';
import type { AlertsReported, Event } from './event.ts';
import { isAbove, severities, vigie } from './incident.ts';
import type { Incident, Instant, Person, Severity } from './incident.ts';
import { policyOf, serviceOf } from './rules.ts';
import { freshPager } from './pager.ts';
import type { Rules, Service } from './rules.ts';
import { silentPolicy } from '../escalation/policy.ts';
import { freeze } from '../runbook/freeze.ts';
import { runbookFor } from '../runbook/match.ts';
import type { Runbook } from '../runbook/runbook.ts';
import { choose } from '../runbook/steps.ts';
import { change } from './draft.ts';
import type { Decision } from './draft.ts';
import { opened } from './transition.ts';

/** Opens an incident for alerts that nothing holds, or the one that rolls a storm up. */
export function openForAlerts(number: number, kind: 'alert' | 'storm', event: AlertsReported, rules: Rules): Decision {
  const firing = event.alerts.filter((alert) => alert.status === 'firing' && alert.severity !== 'info');
  const severity = firing.reduce<Severity>(
    (most, alert) => (isAbove(alert.severity, most) ? alert.severity : most),
    'warning',
  );
  const labelSets = firing.map((alert) => alert.labels);
  const entry = serviceOf(labelSets, rules.services);
  const service = entry?.name ?? null;
  const title = kind === 'storm' ? `Alert storm from ${event.source}` : titleOf(event, service);
  const worst = firing.find((alert) => alert.severity === severity);
  const policy = policyOf({ ...worst?.labels, severity }, rules.routes);
  const facts = entry?.facts ?? {};
  const blank = shell(
    {
      number,
      kind,
      title,
      source: event.source,
      service,
      facts,
      severity,
      policy,
      at: event.at,
      group: event.group?.key ?? null,
    },
    rules,
  );
  const sets = labelSets.map((labels) => ({ ...labels, severity }));
  const runbook = kind === 'storm' ? undefined : runbookFor(sets, service, rules.runbooks);
  return opened(blank, vigie, event.at, event, rules, (draft) =>
    runbook === undefined
      ? draft
      : choose(
          draft,
          {
            type: 'RunbookChosen',
            at: event.at,
            by: vigie,
            runbook: freeze(runbook, rules.runbooks, sets),
            reason: 'its matchers fit',
          },
          rules,
        ),
  );
}

/** Opens an incident that a person declared. */
export function openForPerson(number: number, event: Extract<Event, { type: 'Declared' }>, rules: Rules): Decision {
  const { at, by, severity } = event;
  const policy = policyOf({ severity }, rules.routes);
  const title = clip(event.title, 120);
  const of = serviceNamed(event.service, rules);
  const blank = shell(
    { number, kind: 'declared', title, source: null, ...of, severity, policy, at, group: null },
    rules,
  );
  return opened({ ...blank, responders: [by] }, by, at, null, rules);
}

/** Opens an incident of planned work: a runbook without alerts. Its severity pages nobody. */
export function openChecklist(
  number: number,
  runbook: Runbook,
  { by, at, service }: { readonly by: Person; readonly at: Instant; readonly service?: string | undefined },
  rules: Rules,
): Decision {
  const title = clip(runbook.title, 120);
  const of = serviceNamed(service ?? runbook.services[0], rules);
  const policy = policyOf({ severity: 'info' }, rules.routes);
  const blank = shell(
    { number, kind: 'checklist', title, source: null, ...of, severity: 'info', policy, at, group: null },
    rules,
  );
  const responders = by.id === vigie.id ? [] : [by];
  const reason = by.id === vigie.id ? 'it is due' : 'started by hand';
  const frozen = freeze(runbook, rules.runbooks, []);
  return opened({ ...blank, responders }, by, at, null, rules, (draft) =>
    choose(draft, { type: 'RunbookChosen', at, by, runbook: frozen, reason }, rules),
  );
}

/** Opens an incident because the heartbeat of a cluster fell silent: its alerts may not reach anybody. */
export function openForSilence(
  number: number,
  { at, source, cluster, says, policy }: Extract<Event, { type: 'HeartbeatMissed' }>,
  rules: Rules,
): Decision {
  const title = clip(`monitoring silent: ${cluster === '' ? source : cluster}`, 120);
  const severity = 'critical';
  const blank = shell(
    { number, kind: 'alert', title, source, service: null, facts: {}, severity, policy, at, group: null },
    rules,
  );
  return opened(blank, vigie, at, null, rules, (draft) => change(draft, {}, { type: 'HeartbeatMissed', at, says }));
}

/** What somebody named; a name that the configuration does not know is none. */
function serviceNamed(name: string | undefined, { services }: Rules): Pick<Opening, 'service' | 'facts'> {
  const entry = services.find((service) => service.name === name);
  return { service: entry?.name ?? null, facts: entry?.facts ?? {} };
}

interface Opening {
  readonly number: number;
  readonly kind: Incident['kind'];
  readonly title: string;
  readonly source: string | null;
  readonly service: string | null;
  readonly facts: Service['facts'];
  readonly severity: Severity;
  readonly policy: string;
  readonly at: Instant;
  /** Key of the group that opens it; null for none. */
  readonly group: string | null;
}

function shell({ at, group, policy, ...opening }: Opening, rules: Rules): Incident {
  return {
    ...opening,
    policy: rules.policies[policy] ?? silentPolicy(policy),
    version: 0,
    openedAt: at,
    signal: { is: 'firing' },
    human: { is: 'open' },
    ladder: { is: 'idle' },
    ladderDue: null,
    pager: freshPager(opening.number, 1, group),
    lastHeld: null,
    handoff: null,
    commander: null,
    responders: [],
    episode: 1,
    flips: [],
    flapping: false,
    walk: null,
    runs: {},
    rules: rules.incidents,
    config: rules.hash,
    troubles: [],
    silences: [],
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
