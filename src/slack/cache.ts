/** Answers of Slack that may be a little old: who presses twice within a minute is looked up once. */
import type { Duration, Instant } from '../incident/incident.ts';

interface Kept<T> {
  readonly at: Instant;
  readonly answer: Promise<T>;
}

/** Asks for each key at most once while the answer `lasts`. An answer that is on its way is shared; a fault is not kept. */
export function remembering<T>(
  lasts: Duration,
  clock: () => Instant,
  ask: (key: string) => Promise<T>,
): (key: string) => Promise<T> {
  // Oldest first: a key that is asked for anew goes to the end.
  const all = new Map<string, Kept<T>>();
  return (key) => {
    const now = clock();
    for (const [old, { at }] of all) {
      if (now - at < lasts) break;
      all.delete(old);
    }
    const known = all.get(key);
    if (known !== undefined) return known.answer;
    const kept = { at: now, answer: ask(key) };
    all.set(key, kept);
    kept.answer.catch(() => {
      if (all.get(key) === kept) all.delete(key);
    });
    return kept.answer;
  };
}
