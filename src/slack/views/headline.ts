/** How an incident is called in one line. Each phase has a sign, and is written in words too: colours alone tell some people nothing. */
import { phaseOf } from '../../incident/incident.ts';
import type { Incident, Phase } from '../../incident/incident.ts';
import { escape, line } from './text.ts';

/** A sign for each phase, as a character: shortcodes would not show in topics and plain text. */
export const iconOf: Readonly<Record<Phase, string>> = {
  triggered: '🔴',
  acknowledged: '🟠',
  recovering: '🔵',
  suppressed: '🔕',
  resolved: '🟢',
  closed: '⚪',
};

/** Number and title, at most 145 units, as text from outside: not yet escaped. */
export const headlineOf = ({ number, title }: Incident): string => `${number} · ${line(title, 130)}`;

/** What notifications and screen readers say, escaped. */
export function summaryOf(incident: Incident): string {
  const phase = phaseOf(incident);
  return `${iconOf[phase]} Incident ${incident.number}, ${incident.severity}, ${phase}: ${escape(line(incident.title, 130))}`;
}
