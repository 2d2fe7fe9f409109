/** Work in hand: what stopping waits for. Bolt's own stop waits for nothing (measured with 5.1). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Duration } from '../incident/incident.ts';

/** Counts what runs. */
export interface InFlight {
  /** Runs a task and counts it until it settles. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs, or after `grace`. */
  idle(grace: Duration): Promise<void>;
}

/** Nothing in hand yet. */
export function openInFlight(): InFlight {
  const running = new Set<Promise<unknown>>();
  return {
    run(task) {
      const run = task();
      running.add(run);
      const settled = (): void => void running.delete(run);
      run.then(settled, settled);
      return run;
    },
    async idle(grace) {
      const enough = new AbortController();
      const timeout = sleep(grace, 'over', { signal: enough.signal, ref: false }).catch(() => 'over');
      while (running.size > 0) {
        if ((await Promise.race([timeout, Promise.allSettled(running)])) === 'over') break;
      }
      enough.abort();
    },
  };
}
