/** The part of the configuration that the core reads, in the core's own form. */
import { nameOfTarget } from '../action/action.ts';
import type { Rules, Service } from '../incident/rules.ts';
import type { Runbook } from '../runbook/runbook.ts';
import { buildAccess, buildServiceAccess } from './access/build.ts';
import { openCalendars } from './escalation/calendar.ts';
import { buildPagerDuty, buildPolicies } from './escalation/build.ts';
import { record } from './record.ts';
import type { FileValues } from './schema.ts';

/** The rules of a checked file; `hash` is the SHA-256 of its bytes. */
export function buildRules(hash: string, values: FileValues, runbooks: readonly Runbook[]): Rules {
  const { severities, incidents, services, routes } = values;
  const { reopen_within, recover_hold, flapping, storm } = incidents;
  return {
    hash,
    severities: { ...severities, map: record(Object.entries(severities.map)) },
    incidents: { reopenWithin: reopen_within, recoverHold: recover_hold, flapping },
    storm,
    services: Object.entries(services).map(([name, service]) => buildService(name, service)),
    access: buildAccess(values),
    runbooks,
    able: {
      ...ableBy(Object.keys(values.clusters).length > 0, buildPagerDuty(values) !== null),
      prioritise: values.pagerduty?.priorities ?? {},
      silence: Object.keys(values.sources).filter((name) => values.sources[name]?.api !== undefined),
    },
    routes: routes.map(({ match, policy }) => ({ match: match ?? [], policy })),
    policies: buildPolicies(values),
    calendarOf: openCalendars(),
  };
}

const ableBy = (clusters: boolean, page: boolean): Rules['able'] => ({
  act: clusters,
  diagnose: clusters,
  automate: clusters,
  page,
});

function buildService(name: string, service: FileValues['services'][string]): Service {
  const { match, environment, slack, target, health_url } = service;
  return {
    name,
    match,
    environment: environment ?? null,
    slack: { channel: slack.channel ?? null, group: slack.group ?? null },
    facts: record([
      ['name', name],
      ...(environment === undefined ? [] : [['environment', environment] as const]),
      ...(target === undefined ? [] : [['target', nameOfTarget(target)] as const]),
      ...(health_url === undefined ? [] : [['health_url', health_url.href] as const]),
    ]),
    ...buildServiceAccess(service),
  };
}
