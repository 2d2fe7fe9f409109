/** Something tried in the background until it works: Slack may be down when Vigie starts. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { explain } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';

/** How long to wait between tries: at first little, then at most a minute. */
const waits: readonly Duration[] = [1000, 5000, 15_000, 60_000];

/** Tries `task` until it resolves or `signal` aborts. Never rejects; a line is logged for every failure. */
export async function until(
  doing: string,
  task: () => Promise<unknown>,
  log: BaseLogger,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      await task();
      return;
    } catch (error) {
      log.warn(`${doing}: ${explain(error)}`);
      await sleep(waits[Math.min(tries, waits.length - 1)], undefined, { signal, ref: false }).catch(() => {});
    }
  }
}
