/** After the torture: everything is mended, and the run waits until nothing is due any more; then it looks. */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { openDatabase } from '../../../src/store/database.ts';
import type { Db } from '../../../src/store/database.ts';
import { observe } from '../observe.ts';
import { allUp } from '../site.ts';
import { readScene } from './look.ts';
import type { Scene } from './scene.ts';
import type { Site } from './site.ts';

/** What waiting came to. */
export interface Rested {
  readonly scene: Omit<Scene, 'model' | 'there'>;
  /** Milliseconds from mending to the last thing that moved. */
  readonly took: number;
  /** False when time was up with something still moving. */
  readonly settled: boolean;
  /** Processes that did not end in order when asked to. */
  readonly unruly: readonly string[];
}

/** Leases and repeats of a run end within seconds; a webhook that names no incident of ours yet waits five minutes. */
const limit = 420_000;

/** Longer than from one level to the next, and than a proof is waited for: what is due later may come after the end. */
const horizon = 12_000;

/** What a lost webhook would have told is found by a look, once a minute, which takes seconds. */
const lookEvery = 70_000;

/** Waits for rest. `lost` says whether webhooks were; `say` hears every 10 s what still moves. */
export async function rest(
  site: Site,
  lost: boolean,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Rested> {
  const began = Date.now();
  for (const { door } of site.pagings) door.strike(null);
  site.slack.clearFaults();
  site.pagerduty.clearFaults();
  await allUp(site.bots, signal);
  releaseHooks(site);
  const left = await awaitRest(site, { began, least: lost ? lookEvery : 0 }, signal, say);
  const at = Date.now();
  await site.pagerduty.idle();
  const ends = await Promise.all(site.bots.map(async (each) => [each.name, await each.stop()] as const));
  const unruly = ends.filter(([, code]) => code !== '0').map(([name, code]) => `${name} ended with ${code}`);
  const observation = await observe(site.place, site.slack, at);
  return { scene: { observation, ...(await readScene(site)) }, took: at - began, settled: left === '', unruly };
}

/** A webhook that is held back until another overtakes it goes out with the next one: a change that means nothing. */
function releaseHooks({ pagerduty }: Site): void {
  if (pagerduty.state().incidents.length === 0) return;
  for (const priority of ['P1', null]) pagerduty.prioritise('lena', priority);
}

/** Resolves to what still moves when time is up; empty when nothing does. */
async function awaitRest(
  site: Site,
  { began, least }: { readonly began: number; readonly least: number },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<string> {
  await using database = await openDatabase(site.place);
  let told = Date.now();
  for (let quiet = 0; ;) {
    await pause(500, undefined, { signal });
    const left = await leftIn(database.db);
    quiet = left === '' ? quiet + 1 : 0;
    // A second look: a webhook may be on its way.
    if ((quiet > 4 && Date.now() > began + least) || Date.now() > began + limit) return left;
    if (Date.now() - told < 10_000 || left === '') continue;
    told = Date.now();
    say(`waiting for ${left}`);
  }
}

async function leftIn(db: Db): Promise<string> {
  const { rows: effects } = await sql<{ type: string; count: number }>`
    select effect ->> 'type' as type, count(*)::int as count from outbox
    where settled_at is null and (room <> 'clock' or due_at < ${new Date(Date.now() + horizon)})
    group by 1 order by 1`.execute(db);
  const { rows: hooks } = await sql<{ count: number }>`
    select count(*)::int as count from hooks where settled_at is null`.execute(db);
  const { rows: bodies } = await sql<{ waiting: number }>`
    select coalesce(sum(taken.value - recorded.value), 0)::int as waiting from sources s
    join counters recorded on recorded.name = 'recorded:' || s.name
    join counters taken on taken.name = 'taken:' || s.name`.execute(db);
  return [
    ...effects.map(({ type, count }) => `${count} ${type}`),
    ...hooks.flatMap(({ count }) => (count > 0 ? [`${count} webhooks`] : [])),
    ...bodies.flatMap(({ waiting }) => (waiting > 0 ? [`${waiting} bodies`] : [])),
  ].join(', ');
}
