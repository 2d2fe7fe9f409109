/** What a page says: what is wrong, since when, what was tried, and what comes next. Names come from outside, so it is hostile. */
import { spokenOrder } from '../action/action.ts';
import { expand, scopeOf } from '../runbook/expand.ts';
import { stepAt } from '../runbook/walk.ts';
import { clip, keepsFiring } from './alerts.ts';
import { isAbove } from './incident.ts';
import type { Alert, Incident } from './incident.ts';
import { pagerSeverity } from './pager.ts';
import type { Brief, Page, PageLink, PageText } from './pager.ts';
import { levelNames } from './pager-sentences.ts';
import { counted } from './timeline.ts';

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

/** What was tried, for whoever takes over. */
function briefOf(incident: Incident): Brief {
  const { severity, title, alerts, walk, runs, human } = incident;
  const firing = Object.values(alerts).filter(keepsFiring).length;
  const held = human.is === 'acknowledged' ? `${human.by.name} has it` : 'nobody has it';
  const past = walk?.past ?? [];
  const cursor = walk?.cursor ?? null;
  const next = walk === null || cursor === null ? null : expand(stepAt(walk, cursor).step.title, scopeOf(incident));
  return {
    state: `${severity}: ${title}. ${counted(firing, 'alert')} firing, ${held}.`,
    tried: past.map(({ title: step, result, says }) => ({ title: step, outcome: result, evidence: says })),
    ruledOut: past.filter(({ kind, result }) => kind === 'check' && result === 'passed').map(({ title: step }) => step),
    running: Object.values(runs)
      .filter(({ stand }) => stand.is === 'running' || stand.is === 'watching')
      .map(({ order, target, by }) => `${spokenOrder(order)} of ${target}, by ${by.name}`),
    next,
    link: null,
  };
}
