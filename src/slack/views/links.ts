/** Where to look next: the runbook, the dashboard and the expression of the worst alert that names them. */
import type { Alert, Incident } from '../../incident/incident.ts';
import { worstFirst } from './alerts.ts';

/** A link with our own words on it; its address comes from annotations, so it is checked. */
export interface Link {
  readonly kind: 'runbook' | 'dashboard' | 'query';
  readonly title: string;
  readonly url: string;
}

/** The annotations that teams use for dashboards; Alertmanager knows no standard one. */
const dashboards = ['dashboard_url', 'dashboard', 'dashboardURL', 'grafana_url'] as const;

/** The links of an incident, at most one of a kind. */
export function linksOf(incident: Incident): readonly Link[] {
  const alerts = worstFirst(incident.alerts);
  const first = (pick: (alert: Alert) => readonly (string | undefined)[]): string | undefined =>
    alerts
      .flatMap(pick)
      .map(webAddress)
      .find((url) => url !== undefined);
  const found = [
    { kind: 'runbook', title: 'Runbook', url: first(({ annotations }) => [annotations['runbook_url']]) },
    {
      kind: 'dashboard',
      title: 'Dashboard',
      url: first(({ annotations }) => dashboards.map((name) => annotations[name])),
    },
    { kind: 'query', title: 'Query', url: first(({ generatorUrl }) => [generatorUrl]) },
  ] as const;
  return found.flatMap(({ url, ...link }) => (url === undefined ? [] : [{ ...link, url }]));
}

/** The address in its normal form if a browser may be sent there: http or https, and within Slack's 3000 characters. */
export function webAddress(text: string | undefined): string | undefined {
  const url = text === undefined || text.length > 2000 ? null : URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.href.length > 3000 ? undefined : url.href;
}
