/** How an incident is called in one line. Each phase has a sign, and is written in words too: colours alone tell some people nothing. */
import { phaseOf } from '../../incident/incident.ts';
import type { Incident, Phase } from '../../incident/incident.ts';
import { escape, line } from './text.ts';

/** A sign for each phase, as a character: shortcodes would not show in topics and plain text. */
const iconOf: Readonly<Record<Phase, string>> = {
  triggered: '🔴',
  acknowledged: '🟠',
  recovering: '🔵',
  suppressed: '🔕',
  resolved: '🟢',
  closed: '⚪',
};

/** What a sign and a word for the phase are chosen by. */
type Seen = Pick<Incident, 'kind'> & { readonly phase: Phase };

const seen = (incident: Incident): Seen => ({ kind: incident.kind, phase: phaseOf(incident) });

/** The sign of an incident. Planned work is no alarm. */
export const signOf = (incident: Incident): string => listedSign(seen(incident));

/** The phase of an incident in a word: nothing triggers a checklist. */
export const phaseWord = (incident: Incident): string => listedPhase(seen(incident));

/** The sign of an incident in a list. */
export const listedSign = ({ kind, phase }: Seen): string =>
  kind === 'checklist' && phase !== 'closed' ? '📋' : iconOf[phase];

/** The phase of an incident in a list. */
export const listedPhase = ({ kind, phase }: Seen): string =>
  kind === 'checklist' && phase !== 'closed' ? 'in progress' : phase;

/** Whether it is planned work: there is no severity to speak of. */
export const isPlanned = ({ kind }: Pick<Incident, 'kind'>): boolean => kind === 'checklist';

/** Number and title, at most 145 units, as text from outside: not yet escaped. */
export const headlineOf = ({ number, title }: Incident): string => `${number} · ${line(title, 130)}`;

/** What notifications and screen readers say, escaped. */
export function summaryOf(incident: Incident): string {
  const { number, severity, title } = incident;
  const what = isPlanned(incident) ? `Checklist ${number}` : `Incident ${number}, ${severity}`;
  return `${signOf(incident)} ${what}, ${phaseWord(incident)}: ${escape(line(title, 130))}`;
}
