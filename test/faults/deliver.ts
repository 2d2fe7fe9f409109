/** Delivers one webhook body as Alertmanager does: again after a 5xx, a refused or cut connection or silence, until it is taken. */
import { setTimeout as pause } from 'node:timers/promises';
import { chooseBot } from './bot.ts';
import type { Bot } from './bot.ts';
import type { Chance } from './chance.ts';

/** How deliveries went. */
export interface DeliveryCounts {
  sent: number;
  accepted: number;
  /** By status, or what happened instead of an answer. */
  readonly refused: Record<string, number>;
}

/** Where to deliver and how. */
export interface Delivery {
  readonly bots: readonly Bot[];
  readonly token: string;
  readonly chance: Chance;
  readonly counts: DeliveryCounts;
  readonly signal: AbortSignal;
}

/** Alertmanager waits 10 s or longer; half of it keeps a run short and is more than any honest answer takes. */
const patience = 5_000;

/** Resolves once the body was answered 2xx. Throws for an answer that Alertmanager would not retry, and on abort. */
export async function deliver(body: string, { bots, token, chance, counts, signal }: Delivery): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    counts.sent += 1;
    const status = await post(chooseBot(bots, chance).privateUrl, token, body, signal);
    if (typeof status === 'number' && status >= 200 && status < 300) {
      counts.accepted += 1;
      return;
    }
    counts.refused[status] = (counts.refused[status] ?? 0) + 1;
    if (typeof status === 'number' && status < 500) throw new Error(`delivering a webhook body: answered ${status}`);
    // Alertmanager's own back-off (0.5 s, times 1.5, at most a minute), five times faster and capped for a short run.
    await pause(Math.min(100 * 1.5 ** attempt, 1_500) * (0.5 + chance.next()), undefined, { signal });
  }
}

async function post(url: string, token: string, body: string, signal: AbortSignal): Promise<number | string> {
  const timeout = AbortSignal.timeout(patience);
  try {
    const answer = await fetch(`${url}/alertmanager/main`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([timeout, signal]),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch (error) {
    if (timeout.aborted) return 'no answer in time';
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
    return cause !== undefined && 'code' in cause ? String(cause.code) : 'cut';
  }
}
