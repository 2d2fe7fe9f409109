/** How an incident ended: how long it took, by whom, and why. */
import type { RichTextElement } from '@slack/types';
import { endedAt } from '../../incident/incident.ts';
import type { Incident } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import { person, said, words } from './rich.ts';

/** The outcome as a sentence; null while the incident goes on. */
export function outcomeOf(incident: Incident): RichTextElement[] | null {
  const ended = endedAt(incident);
  if (ended === null) return null;
  const after = spoken(ended - incident.openedAt);
  const { human } = incident;
  if (human.is !== 'closed') return [words(`Resolved after ${after}: all alerts stayed clear.`)];
  const reason = human.reason.trim() === '' ? [words('.')] : [words(': '), said(human.reason, 500)];
  return [words(`Closed after ${after} by `), person(human.by), ...reason];
}
