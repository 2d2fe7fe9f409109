/** After the torture: everything is mended, and the run waits until no action is under way any more; then it looks. */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { openDatabase } from '../../../src/store/database.ts';
import type { Db } from '../../../src/store/database.ts';
import { observe } from '../observe.ts';
import type { Observation } from '../observe.ts';
import { allUp } from '../site.ts';
import type { Colleague } from './colleague.ts';
import type { Site } from './site.ts';

/** What waiting came to. */
export interface Rested {
  readonly observation: Observation;
  /** Milliseconds from mending to the last thing that moved. */
  readonly took: number;
  /** False when time was up with something still moving. */
  readonly settled: boolean;
  /** Processes that did not end in order when asked to. */
  readonly unruly: readonly string[];
}

/** Retries wait a minute at most, a dead holder's lane 9 s, a rollout 5 s for progress: what moves after this is stuck. */
const limit = 150_000;

/** Waits for rest. `say` hears every 5 s what still moves. */
export async function rest(
  site: Site,
  colleague: Colleague,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Rested> {
  const began = Date.now();
  site.slack.clearFaults();
  await allUp(site.processes, signal);
  const left = await awaitRest(site, colleague, began, signal, say);
  const at = Date.now();
  const ends = await Promise.all(site.processes.map(async (each) => [each.name, await each.stop()] as const));
  const unruly = ends.filter(([, code]) => code !== '0').map(([name, code]) => `${name} ended with ${code}`);
  return { observation: await observe(site.place, site.slack, at), took: at - began, settled: left === '', unruly };
}

/** Resolves to what still moves when time is up; empty when nothing does. */
async function awaitRest(
  site: Site,
  colleague: Colleague,
  began: number,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<string> {
  await using database = await openDatabase(site.place);
  let told = Date.now();
  for (;;) {
    // A version that crashes is somebody's to replace, now and after the last rollback.
    colleague.mendAll();
    await pause(300, undefined, { signal });
    const left = await leftIn(database.db);
    if (left === '' || Date.now() > began + limit) return left;
    if (Date.now() - told < 5_000) continue;
    told = Date.now();
    say(`waiting for ${left}`);
  }
}

/** What is not to be done yet is not waited for: a plan that nobody approved lapses by itself. */
async function leftIn(db: Db): Promise<string> {
  const { rows: runs } = await sql<{ stand: string; count: number }>`
    select stand, count(*)::int as count from runs where stand in ('planning', 'running', 'watching')
    group by stand order by stand`.execute(db);
  const { rows: effects } = await sql<{ type: string; count: number }>`
    select effect ->> 'type' as type, count(*)::int as count from outbox
    where settled_at is null and room <> 'clock' and effect ->> 'type' <> 'kubernetes.recheck'
    group by 1 order by 1`.execute(db);
  return [
    ...runs.map(({ stand, count }) => `${count} ${stand}`),
    ...effects.map(({ type, count }) => `${count} ${type}`),
  ].join(', ');
}
