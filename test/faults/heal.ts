/** After the torture: everything is mended, and the run waits until nothing moves any more, then stops the bots and looks. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Victim } from './killer.ts';
import { observe, unsettled } from './observe.ts';
import type { Observation } from './observe.ts';
import { allUp, timers } from './site.ts';
import type { Site } from './site.ts';

/** What waiting came to. */
export interface Healed {
  readonly observation: Observation;
  /** Milliseconds from mending to the last thing that moved. */
  readonly took: number;
  /** False when time was up with something still moving. */
  readonly settled: boolean;
  /** Bots that did not end in order when asked to. */
  readonly unruly: readonly string[];
}

/** Retries wait a minute at most, a dead holder's lane 9 s, a ring 5 s: whatever moves after this is stuck. */
const limit = 150_000;

/** Card edits are 3 s apart and the shortest timers a few seconds: what is still for this long has come to rest. */
const stillness = 4_000;

/** Waits for rest. `say` hears every 5 s what still moves. */
export async function heal(
  site: Site,
  { slack, neighbour }: Pick<Victim, 'slack' | 'neighbour'>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Healed> {
  const began = Date.now();
  slack.clearFaults();
  await allUp(site.bots, signal);
  for (;;) {
    const rested = await awaitRest(site, began + limit, signal, say);
    const at = Date.now();
    const ends = await Promise.all(site.bots.map(async (bot) => [bot.name, await bot.stop()] as const));
    const observation = await observe(site.place, slack, at, [...neighbour.asked]);
    const settled = unsettled(observation, at + 1_000 * timers.shortLease) === 0;
    const unruly = ends.filter(([, code]) => code !== '0').map(([name, code]) => `${name} ended with ${code}`);
    if (settled || at > began + limit || unruly.length > 0)
      return { observation, took: rested - began, settled, unruly };
    for (const bot of site.bots) bot.start();
    await allUp(site.bots, signal);
  }
}

/** Resolves to the moment since when nothing moves, or when time is up. */
async function awaitRest(site: Site, until: number, signal: AbortSignal, say: (line: string) => void): Promise<number> {
  let still = Date.now();
  let told = still;
  while (Date.now() < until && Date.now() - still < stillness) {
    await pause(200, undefined, { signal });
    const left = await leftOver(site);
    if (left !== 'nothing') still = Date.now();
    if (Date.now() - told < 5_000 || left === 'nothing') continue;
    told = Date.now();
    say(`waiting for ${left}`);
  }
  return still;
}

const figures = /^(vigie_inbox_waiting|vigie_outbox_due|vigie_incidents_open\{phase="recovering"\}) (\d+)$/gm;

/** What still moves, in the words of the bot's own metrics. */
async function leftOver({ bots }: Site): Promise<string> {
  try {
    const answer = await fetch(`${bots[0]?.privateUrl}/metrics`, { signal: AbortSignal.timeout(5_000) });
    const text = await answer.text();
    if (!/^vigie_database_up 1$/m.test(text)) return 'the database';
    const left = [...text.matchAll(figures)].filter(([, , count]) => Number(count) > 0);
    return left.map(([, name, count]) => `${name} ${count}`).join(', ') || 'nothing';
  } catch {
    return 'an answer';
  }
}
