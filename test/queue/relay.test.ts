/** When the relay rings: at once for what is due, at its time for what is due soon, and never for a process that has let go. */
import { expect, test } from 'vitest';
import type { Ring } from '../../src/incident/contracts.ts';
import type { Bell } from '../../src/queue/bell.ts';
import { startRelay } from '../../src/queue/relay.ts';
import { openDatabase } from '../../src/store/database.ts';

/** A relay on a bell that writes down what it hears. Its sweeps find no database. */
async function startHeard() {
  const heard: string[] = [];
  const database = await openDatabase({ kind: 'postgres', url: 'postgres://nobody@127.0.0.1:1/nothing' });
  const bell: Bell = {
    ring: async (rings) => void heard.push(...rings.map(({ lane }) => lane)),
    answer: () => undefined,
    stop: async () => undefined,
    isHeard: async () => true,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const relay = startRelay({
    ...{ db: database.db, bell, rooms: [], clock: Date.now, patience: 5_000, trouble: () => undefined },
  });
  return { relay, heard };
}

const at = (lane: string, after: number): Ring => ({ room: 'slack', lane, priority: 1, due: Date.now() + after });

test('what is due is rung for at once, and what is due soon at its time', async () => {
  const { relay, heard } = await startHeard();
  await using _ = relay;
  relay.ring([at('now', 0), at('third', 90), at('second', 30)]);
  expect(heard).toEqual(['now']);
  await expect.poll(() => heard, { interval: 5 }).toEqual(['now', 'second', 'third']);
});

test('who has let go rings no more', async () => {
  const { relay, heard } = await startHeard();
  relay.ring([at('soon', 20)]);
  await relay[Symbol.asyncDispose]();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(heard).toEqual([]);
});
