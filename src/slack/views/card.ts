/** The card: the one living message that shows an incident, readable on a phone at three in the morning. */
import type { KnownBlock, MrkdwnElement } from '@slack/types';
import { phaseOf } from '../../incident/incident.ts';
import type { Incident } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import { alertsOf } from './alerts.ts';
import { calledOf } from './called.ts';
import { buttonsOf } from './buttons.ts';
import { headlineOf, isPlanned, phaseWord, signOf, summaryOf } from './headline.ts';
import { leftOf } from './left.ts';
import { linksOf } from './links.ts';
import { outcomeOf } from './outcome.ts';
import { channel, joined, lines, link, rich, row, rowsOf, said, told, words } from './rich.ts';
import { lateness } from './scene.ts';
import type { Scene } from './scene.ts';
import { at, bare, mrkdwn, plain, who } from './text.ts';
import type { Message } from './text.ts';

/** Draws an incident as it is. */
export function cardOf(incident: Incident, scene: Scene): Message {
  return {
    text: summaryOf(incident),
    blocks: [
      { type: 'header', text: plain(`${signOf(incident)} ${headlineOf(incident)}`, 150) },
      ...outcomeLine(incident),
      { type: 'section', fields: factsOf(incident) },
      ...alertsOf(incident),
      ...told(...rowsOf(...calledOf(incident))),
      ...whereTo(incident, scene),
      ...told(...rowsOf(...leftOf(incident))),
      ...warningsOf(incident),
      ...buttonsOf(incident, scene.surface, scene.now),
      { type: 'context', elements: [mrkdwn(footer(incident, scene))] },
    ],
  };
}

function outcomeLine(incident: Incident): KnownBlock[] {
  const outcome = outcomeOf(incident);
  return outcome === null ? [] : [rich(row(...outcome))];
}

/** Two columns on a desk, one on a phone: only what says something. */
function factsOf(incident: Incident): MrkdwnElement[] {
  const { signal, human, commander, handoff, service, episode, openedAt } = incident;
  const phase = phaseOf(incident);
  const facts: [name: string, value: string][] = [
    isPlanned(incident) ? ['Kind', 'checklist'] : ['Severity', incident.severity],
    [
      'Phase',
      signal.is === 'clearing' && human.is !== 'closed' && !isPlanned(incident)
        ? `${phase}, until ${at(signal.until)} if it stays clear`
        : phaseWord(incident),
    ],
    ['Since', at(openedAt, '{date_short_pretty} {time}, {ago}')],
    ['Commander', commander === null ? 'nobody commands this' : who(commander)],
  ];
  if (human.is === 'acknowledged' && phase !== 'resolved')
    facts.push([human.snoozed === true ? 'Snoozed' : 'Held', `by ${who(human.by)} until ${at(human.until)}`]);
  if (handoff !== null) facts.push(['Command offered', `to ${who(handoff.to)} by ${who(handoff.by)}`]);
  if (service !== null) facts.push(['Service', bare(service, 100)]);
  if (episode > 1) facts.push(['Episode', String(episode)]);
  return facts.map(([name, value]) => mrkdwn(`*${name}*\n${value}`));
}

/** Links to look at next, and to the channel for those who are not in it. */
function whereTo(incident: Incident, scene: Scene): KnownBlock[] {
  const links = linksOf(incident).map(({ url, title }) => link(url, title));
  const room = scene.channel === undefined || scene.surface === 'card' ? [] : [channel(scene.channel)];
  const places = [...room, ...links];
  return places.length === 0 ? [] : [rich(row(...joined(places)))];
}

/** What people must know before they trust the card. */
function warningsOf({ flapping, rules, troubles }: Incident): KnownBlock[] {
  const rows = troubles.map((trouble) => [words('⚠️ Vigie gave up '), said(trouble, 330)]);
  if (flapping) rows.unshift([words(`🔁 Flapping: all-clear must last ${spoken(rules.flapping.hold)}.`)]);
  return rows.length === 0 ? [] : [rich(lines(...rows))];
}

function footer(incident: Incident, scene: Scene): string {
  const late = lateness(incident, scene);
  return `Updated ${at(scene.now, '{time_secs}')}${late === '' ? '' : ` · ${late}`}`;
}
