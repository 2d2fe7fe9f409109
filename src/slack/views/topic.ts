/** The topic of an incident's channel, and the purpose that says whose channel it is. */
import type { Incident } from '../../incident/incident.ts';
import { isPlanned, phaseWord, signOf } from './headline.ts';
import { bare, who } from './text.ts';

/** Severity, phase, commander and title in at most Slack's 250 characters. */
export function topicOf(incident: Incident): string {
  const lead = incident.commander === null ? 'no commander' : `commander ${who(incident.commander)}`;
  const what = isPlanned(incident) ? 'checklist' : incident.severity;
  const start = `${signOf(incident)} ${what} · ${phaseWord(incident)} · ${lead} · `;
  return `${start}${bare(incident.title, 250 - start.length)}`;
}

/**
 * The purpose, written once: number and opening time together name an incident even when a database was started anew
 * and counts from 1 again.
 */
export const purposeOf = ({ number, openedAt }: Incident): string =>
  `Vigie incident ${number}, opened ${new Date(openedAt).toISOString()}`;
