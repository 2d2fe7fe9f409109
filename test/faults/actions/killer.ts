/** The killer: workers die at the worst moments, servers die or fall silent, and the way to the cluster goes bad. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { breakOne } from '../ground.ts';
import type { Strikes } from '../killer.ts';
import type { Fate } from './fate.ts';
import type { Frozen } from './scene.ts';
import type { Site, Worker } from './site.ts';

/** What the killer is given. */
export interface Victim {
  readonly site: Site;
  readonly chance: Chance;
  readonly strikes: Strikes;
  readonly frozen: Frozen[];
  /** The share of writes that the network does something to, besides what the killer does. */
  readonly badness: number;
  /** Processes that did not end in order when asked to. */
  readonly unruly: string[];
  readonly signal: AbortSignal;
}

/** How long the killer waits for the moment that it wants. */
const patience = 4_000;

/** Strikes until `kills` workers were killed; nothing else counts as a kill. */
export async function strikeUntil(victim: Victim, kills: number, progress: (killed: number) => void): Promise<void> {
  const { site, chance, signal } = victim;
  const later: Promise<void>[] = [];
  for (const { door } of site.workers) door.worsen(victim.badness);
  for (let killed = 0; killed < kills;) {
    await pause(chance.between(20, 600), undefined, { signal });
    const dice = chance.next();
    if (dice < 0.62) {
      await killWorker(victim);
      progress((killed += 1));
    } else if (dice < 0.7) await killBot(victim);
    else if (dice < 0.82) await breakServers(victim);
    else if (dice < 0.95) later.push(breakWay(victim));
    else if (dice < 0.98) later.push(freeze(victim));
    else await upgrade(victim);
  }
  await Promise.all(later);
  // A long run also sees what nobody can do in time.
  if (kills >= 50) await outage(victim);
  for (const { door } of site.workers) door.worsen(0);
}

const count = ({ strikes }: Victim, what: string): void => void (strikes[what] = (strikes[what] ?? 0) + 1);

/** Mostly one that is up: the other is still starting. */
function chooseWorker({ chance, site: { workers } }: Victim): Worker {
  const up = workers.filter(({ process }) => process.isUp());
  return chance.pick(up.length > 0 ? up : workers);
}

async function killWorker(victim: Victim): Promise<void> {
  const { chance, signal } = victim;
  count(victim, 'worker killed');
  const dice = chance.next();
  if (dice < 0.7)
    return killAtAWrite(victim, dice < 0.1 ? 'before' : dice < 0.4 ? 'after' : dice < 0.5 ? 'late' : 'heard');
  const { door, process } = chooseWorker(victim);
  // Now and then one dies while it starts.
  if (chance.happens(0.8)) while (!process.isUp()) await pause(20, undefined, { signal });
  if (dice < 0.85) await pause(chance.between(0, 1_000), undefined, { signal });
  else {
    count(victim, '… at a look');
    await door.glanced(patience);
  }
  await process.kill();
}

/** Kills whoever writes next, at the worst moment of that write. */
async function killAtAWrite(victim: Victim, when: Extract<Fate, { is: 'death' }>['when']): Promise<void> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), patience);
  const deaths = victim.site.workers.map(async ({ door, process }) => {
    const dead = Promise.withResolvers<void>();
    const kill = (): Promise<void> => process.kill().finally(dead.resolve);
    if (!(await door.doom({ is: 'death', when, kill }, over.signal))) throw new Error('it wrote nothing');
    over.abort();
    await dead.promise;
  });
  const hit = await Promise.any(deaths).then(
    () => true,
    () => false,
  );
  clearTimeout(timer);
  if (hit) count(victim, when === 'heard' ? '… having heard the answer' : `… ${when} the write`);
  else await chooseWorker(victim).process.kill();
}

async function killBot(victim: Victim): Promise<void> {
  const { bot } = victim.site;
  if (!bot.isUp()) return;
  count(victim, 'bot killed');
  await bot.kill();
}

/** What a rolling upgrade does. */
async function upgrade(victim: Victim): Promise<void> {
  const { process } = victim.chance.pick(victim.site.workers);
  if (!process.isUp()) return;
  count(victim, 'worker stopped in order');
  const code = await process.stop();
  if (code !== '0') victim.unruly.push(`${process.name} ended with ${code}`);
  process.start();
}

/** Longer than a lease of 9 s now and then: then another worker has taken over what it wakes up with. */
async function freeze(victim: Victim): Promise<void> {
  const { chance, frozen, site } = victim;
  const { process } = chance.pick(site.workers);
  count(victim, 'worker frozen');
  const from = Date.now();
  await process.freeze(chance.between(500, 12_000));
  frozen.push({ worker: process.name, from, to: Date.now() });
}

/** No worker is there for longer than an approval lasts. */
async function outage(victim: Victim): Promise<void> {
  const { workers } = victim.site;
  count(victim, 'both workers away for 65 s');
  await Promise.all(workers.map(({ process }) => process.stop()));
  await pause(65_000, undefined, { signal: victim.signal });
  for (const { process } of workers) process.start();
}

/** The way to the cluster: silent, or nothing but conflicts. */
async function breakWay(victim: Victim): Promise<void> {
  const { chance, site } = victim;
  const wait = (least: number, most: number): Promise<void> =>
    pause(chance.between(least, most), undefined, { signal: victim.signal }).catch(() => undefined);
  const { door } = chance.pick(site.workers);
  if (chance.happens(0.4)) {
    count(victim, 'cluster silent');
    door.hang(true);
    // Longer than a request may take now and then: then its write lands when nobody waits for it any more.
    await wait(500, 12_000);
    return door.hang(false);
  }
  count(victim, 'storm of conflicts');
  door.conflicts(true);
  await wait(200, 3_000);
  door.conflicts(false);
}

async function breakServers(victim: Victim): Promise<void> {
  const { chance, signal, site } = victim;
  await breakOne(site.servers, chance, signal, (what) => count(victim, what));
}
