/** Sentences: where they end, and lengths of time and numbers in them. */
import type { Duration } from '../incident/incident.ts';

/** `1 minute`, `95 minutes`, `3 hours`; rounded up, so that waiting so long is enough. */
export function spokenTime(duration: Duration): string {
  const minutes = Math.max(1, Math.ceil(duration / 60_000));
  if (minutes < 120) return count(minutes, 'minute');
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? count(hours, 'hour') : count(Math.ceil(hours / 24), 'day');
}

/** `1 person`, `2 pods`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** Text that others may follow: with a full stop, unless it ends as a sentence does already, or says nothing. */
export function fullStop(text: string): string {
  const said = text.trimEnd();
  return said === '' || /[.!?…][)\]"'’”]*$/u.test(said) ? said : `${said}.`;
}
