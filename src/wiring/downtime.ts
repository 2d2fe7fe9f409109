/** Knows how long nobody ran: a sign of life in the database, and what incidents hear of a gap in it. */
import type { Logger } from 'pino';
import type { Engine } from '../engine.ts';
import { explain } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';
import { climbing } from '../store/pages.ts';
import { keep, recall } from '../store/receipts.ts';

const name = 'alive';

/** How often a running process gives its sign. */
const every: Duration = 10_000;

/** A shorter gap is a restart, and not worth a word. */
const least: Duration = 60_000;

/** Tells incidents that nobody ran since the last sign of life, and gives signs from now on. */
export async function watchDowntime(
  { db, store, clock }: Engine,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<void> {
  const last = Number((await recall(db, name)) ?? clock());
  if (clock() - last > least) {
    for (const number of await climbing(db)) {
      const event = { type: 'WasDown', at: clock(), from: last } as const;
      await store.record({ event, number, cause: `down:${last}:${number}` });
    }
  }
  const sign = (): Promise<void> => keep(db, name, String(clock()), clock());
  await sign();
  const timer = setInterval(
    () => void sign().catch((error: unknown) => log.warn({ fault: explain(error) }, 'giving a sign of life')),
    every,
  );
  stack.defer(() => clearInterval(timer));
}
