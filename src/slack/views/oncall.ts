/** Whose turn it is: a line for each service. */
import type { Person } from '../../incident/incident.ts';
import { answerOf } from './notes.ts';
import { bold, joined, lines, person, rich, words } from './rich.ts';
import type { Message } from './text.ts';

/** Whose turn it is for a service; null while PagerDuty does not say. */
export interface Turn {
  readonly service: string;
  readonly people: readonly Person[] | null;
}

/** How many services are asked about at once. */
export const mostTurns = 10;

/** Draws the turns; `more` is how many services are left out. */
export function turnsOf(turns: readonly Turn[], more: number): Message {
  if (turns.length === 0) return answerOf('There are no services in the configuration.');
  const rows = turns.map(({ service, people }) => [
    bold(service),
    words(': '),
    ...(people === null
      ? [words('PagerDuty did not say in time. Ask again.')]
      : people.length === 0
        ? [words('nobody, as far as PagerDuty tells Vigie.')]
        : joined(people.slice(0, 10).map(person), ', ')),
  ]);
  if (more > 0) rows.push([words(`and ${more} more; name one: \`oncall <service>\``)]);
  return { text: 'Who is on call', blocks: [rich(lines(...rows))] };
}
