/** Drains that wake when a body comes in: one a source, one turn at a time, with a poll for what other processes took in. */
import type { Duration } from '../incident/incident.ts';

/** Drains that are running. */
export interface Drains extends AsyncDisposable {
  /** A body of this source was just stored. */
  wake(source: string): void;
}

/** Bodies that another process stored, or that waited for a database, are recorded at most this late. */
const interval: Duration = 1_000;

/** Starts draining. `trouble` hears of turns that faulted; the next poll tries again. */
export function startDrains(
  sources: readonly string[],
  drain: (source: string) => Promise<void>,
  trouble: (source: string, error: unknown) => void,
): Drains {
  const turns = new Map<string, { again: boolean; done: Promise<void> }>();
  const stopped = new AbortController();
  const run = async (source: string, turn: { again: boolean }): Promise<void> => {
    do {
      turn.again = false;
      await drain(source).catch((error: unknown) => trouble(source, error));
    } while (turn.again && !stopped.signal.aborted);
    turns.delete(source);
  };
  const wake = (source: string): void => {
    const running = turns.get(source);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const turn = { again: false, done: Promise.resolve() };
    turns.set(source, turn);
    turn.done = run(source, turn);
  };
  const poll = setInterval(() => {
    for (const source of sources) if (!turns.has(source)) wake(source);
  }, interval);
  return {
    wake,
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      clearInterval(poll);
      await Promise.all([...turns.values()].map(({ done }) => done));
    },
  };
}
