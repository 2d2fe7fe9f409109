/** What a page says: what is wrong, since when, what was tried, and what comes next. Names come from outside, so it is hostile. */
import { clip, keepsFiring } from './alerts.ts';
import { briefOf } from './brief.ts';
import { isAbove } from './incident.ts';
import type { Alert, Incident, Severity } from './incident.ts';
import type { Page, PageLink, PagerSeverity, PageText } from './pager.ts';
import { levelNames } from './pager-sentences.ts';

/** PagerDuty's word for a severity. */
const pagerSeverity: Readonly<Record<Severity, PagerSeverity>> = {
  info: 'info',
  warning: 'warning',
  high: 'error',
  critical: 'critical',
};

/** The text of a page, as things stand when it is asked for. */
export function textOf(incident: Incident, page: Pick<Page, 'levels'>, note: string): PageText {
  const { number, title, severity, service, source } = incident;
  const worst = worstOf(incident);
  return {
    summary: clip(`Incident ${number} (${severity}): ${title}${note === '' ? '' : `. ${note}`}`, 900),
    severity: pagerSeverity[severity],
    source: service ?? source ?? 'vigie',
    links: linksOf(worst),
    details: {
      incident: String(number),
      level: levelNames(page.levels),
      ...(worst?.annotations['summary'] === undefined ? {} : { summary: worst.annotations['summary'] }),
      ...Object.fromEntries(Object.entries(worst?.labels ?? {}).map(([name, value]) => [`label ${name}`, value])),
    },
    brief: briefOf(incident),
  };
}

/** The message for somebody who is asked to help. */
export const messageOf = (incident: Incident, page: Pick<Page, 'levels'>, note: string): string =>
  clip(
    `Incident ${incident.number} (${incident.severity}): ${incident.title}. ${levelNames(page.levels)}. ${note}`.trim(),
    800,
  );

function worstOf({ alerts }: Incident): Alert | undefined {
  return Object.values(alerts)
    .filter(keepsFiring)
    .reduce<Alert | undefined>(
      (most, alert) => (most === undefined || isAbove(alert.severity, most.severity) ? alert : most),
      undefined,
    );
}

function linksOf(alert: Alert | undefined): readonly PageLink[] {
  const links = [
    { href: alert?.annotations['runbook_url'] ?? '', text: 'Runbook' },
    { href: alert?.annotations['dashboard_url'] ?? '', text: 'Dashboard' },
    { href: alert?.generatorUrl ?? '', text: 'Expression' },
  ];
  return links.filter(({ href }) => href !== '');
}
