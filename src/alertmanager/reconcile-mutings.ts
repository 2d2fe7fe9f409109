/** What hides a firing alert, read from an answer of Alertmanager's API. */
import type { Instant, Muting } from '../incident/incident.ts';
import type { ApiAlert, ApiSilence } from './api-answers.ts';
import { line } from './api-words.ts';

/** More than this many of one kind are not kept: the first ones tell enough. */
const most = 10;

/** What hides an alert; null when nothing does. A silence counts before the others: a person made it, and it has an end. */
export function mutingOf(alert: ApiAlert, silences: readonly ApiSilence[]): Muting | null {
  const { silencedBy, inhibitedBy, timedBy } = alert;
  if (silencedBy.length > 0) return silencing(silencedBy, silences);
  if (inhibitedBy.length > 0) return { is: 'inhibited', by: first(inhibitedBy) };
  return timedBy.length > 0 ? { is: 'timed', by: first(timedBy) } : null;
}

function silencing(ids: readonly string[], silences: readonly ApiSilence[]): Muting {
  const known = silences
    .filter(({ id }) => ids.includes(id))
    .toSorted((a, b) => b.endsAt - a.endsAt || (a.id < b.id ? -1 : 1))[0];
  if (known !== undefined) return { is: 'silenced', id: known.id, until: known.endsAt, by: line(known.createdBy, 120) };
  return { is: 'silenced', id: line(ids.toSorted()[0] ?? '', 100), until: null, by: '' };
}

/** In an order of their own, so that the same ones are always the same. */
const first = (names: readonly string[]): readonly string[] =>
  [...new Set(names)]
    .toSorted()
    .slice(0, most)
    .map((name) => line(name, 100));

/**
 * Whether what hid an alert is surely over. When it is not sure, another replica may have answered, which has not heard of
 * the silence yet, or of the alert that inhibits.
 */
export function isOver(muting: Muting, silences: readonly ApiSilence[], at: Instant): boolean {
  if (muting.is !== 'silenced') return false;
  return (
    (muting.until !== null && muting.until <= at) ||
    silences.some(({ id, state }) => id === muting.id && state === 'expired')
  );
}
