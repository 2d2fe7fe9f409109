/** The silences of an incident end with it. */
import { ask } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Silence } from './monitor.ts';

/** Whether a silence is being lifted already. */
export const isLifting = ({ ending }: Silence): boolean => ending;

/** Asks to lift every silence that stands. */
export function liftAll(draft: Draft): Draft {
  const { silences, source } = draft.incident;
  const standing = silences.filter((silence) => !isLifting(silence));
  if (standing.length === 0 || source === null) return draft;
  const lifting = { ...draft.incident, silences: silences.map((silence) => ({ ...silence, ending: true })) };
  return standing.reduce<Draft>((next, { id, mark }) => ask(next, { type: 'alertmanager.expire', source, id, mark }), {
    ...draft,
    incident: lifting,
  });
}

/** Lifts them when the timeline will say that it is over. */
export const liftWhenOver = (draft: Draft): Draft =>
  draft.lines.some(({ type }) => type === 'Resolved' || type === 'Closed') ? liftAll(draft) : draft;
