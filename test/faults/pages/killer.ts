/** The killer: bots die at the worst moments of a page, servers die or fall silent, and PagerDuty goes bad. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { breakOne } from '../ground.ts';
import type { Strikes } from '../killer.ts';
import type { Wanted } from './door.ts';
import type { Fate } from './fate.ts';
import type { Paging, Site } from './site.ts';

/** What the killer is given. */
export interface Victim {
  readonly site: Site;
  readonly chance: Chance;
  readonly strikes: Strikes;
  /** Processes that did not end in order when asked to. */
  readonly unruly: string[];
  readonly signal: AbortSignal;
}

/** How long the killer waits for the moment that it wants. */
const patience = 7_000;

/** The share of writes that something happens to, besides what the killer does. */
const badness = 0.06;

/** Strikes until `kills` bots were killed; nothing else counts as a kill. Then all is mended. */
export async function strikeUntil(victim: Victim, kills: number, progress: (killed: number) => void): Promise<void> {
  const { site, chance, signal } = victim;
  const later: Promise<void>[] = [];
  for (const { door } of site.pagings) door.worsen(badness);
  for (let killed = 0; killed < kills;) {
    await pause(chance.between(300, 2_500), undefined, { signal });
    const dice = chance.next();
    if (dice < 0.6) {
      await killBot(victim);
      progress((killed += 1));
    } else if (dice < 0.72) await breakServers(victim);
    else if (dice < 0.85) later.push(breakPagerDuty(victim));
    else if (dice < 0.95) breakHooks(victim);
    else await upgrade(victim);
  }
  await Promise.all(later);
  for (const { door } of site.pagings) door.worsen(0);
}

const count = ({ strikes }: Victim, what: string): void => void (strikes[what] = (strikes[what] ?? 0) + 1);

/** Mostly one that is up: the other is still starting. */
function chooseBot({ chance, site: { pagings } }: Victim): Paging {
  const up = pagings.filter(({ process }) => process.isUp());
  return chance.pick(up.length > 0 ? up : pagings);
}

async function killBot(victim: Victim): Promise<void> {
  const { chance, signal } = victim;
  count(victim, 'bot killed');
  const dice = chance.next();
  if (dice < 0.75) return killAtAWrite(victim, dice < 0.2 ? 'before' : dice < 0.5 ? 'after' : 'heard');
  const { process } = chooseBot(victim);
  // Now and then one dies while it starts.
  if (chance.happens(0.8)) while (!process.isUp()) await pause(20, undefined, { signal });
  await pause(chance.between(0, 1_000), undefined, { signal });
  await process.kill();
}

/** Kills whoever writes to PagerDuty next, at the worst moment of that. */
async function killAtAWrite(victim: Victim, when: Extract<Fate, { is: 'death' }>['when']): Promise<void> {
  const wanted: Wanted = victim.chance.pick(['event', 'event', 'rest', 'rest', 'any']);
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), patience);
  const deaths = victim.site.pagings.map(async ({ door, process }) => {
    const dead = Promise.withResolvers<void>();
    const kill = (): Promise<void> => process.kill().finally(dead.resolve);
    if (!(await door.doom(wanted, { is: 'death', when, kill }, over.signal))) throw new Error('it wrote nothing');
    over.abort();
    await dead.promise;
  });
  const hit = await Promise.any(deaths).then(
    () => true,
    () => false,
  );
  clearTimeout(timer);
  if (!hit) return chooseBot(victim).process.kill();
  const moment = { before: 'before it was sent', after: 'before the answer', heard: 'with the answer' }[when];
  count(victim, `… ${moment} (${wanted === 'rest' ? 'REST' : wanted})`);
}

/** What a rolling upgrade does. */
async function upgrade(victim: Victim): Promise<void> {
  const { process } = victim.chance.pick(victim.site.pagings);
  if (!process.isUp()) return;
  count(victim, 'bot stopped in order');
  const code = await process.stop();
  if (code !== '0') victim.unruly.push(`${process.name} ended with ${code}`);
  process.start();
}

/** PagerDuty is away, or does not do what it says, for some seconds; for one bot or for both. */
async function breakPagerDuty(victim: Victim): Promise<void> {
  const { chance, site, signal } = victim;
  const [what, trouble, longest] = chance.pick([
    ['PagerDuty hangs', 'hang', 14_000],
    ['PagerDuty answers 429', { is: 'status', status: 429, when: 'before' }, 8_000],
    ['PagerDuty answers 503', { is: 'status', status: 503, when: 'before' }, 8_000],
    ['PagerDuty does it and answers 500', { is: 'status', status: 500, when: 'after' }, 5_000],
    ['PagerDuty takes in and does nothing', { is: 'swallowed' }, 10_000],
    ['answers of PagerDuty get lost', { is: 'cut', when: 'after' }, 5_000],
  ] as const);
  count(victim, what);
  const doors = site.pagings.map(({ door }) => door);
  const struck = chance.happens(0.6) ? doors : [chance.pick(doors)];
  for (const door of struck) door.strike(trouble);
  await pause(chance.between(1_000, longest), undefined, { signal }).catch(() => undefined);
  for (const door of struck) door.strike(null);
}

/** Webhooks come twice, late, or in another order. */
function breakHooks(victim: Victim): void {
  const { chance, site } = victim;
  const [what, fault] = chance.pick([
    ['webhooks come twice', 'twice'],
    ['webhooks swapped', 'swapped'],
    ['webhooks late', { lateMs: chance.between(500, 8_000) }],
    ['webhooks late', { lateMs: chance.between(500, 8_000) }],
    ['webhooks lost', 'lost'],
    ['webhooks forged', 'wrong-signature'],
  ] as const);
  if (fault !== 'wrong-signature') site.pagerduty.hookFault({ times: chance.between(1, 4), fault });
  else if (site.postman.told.length === 0) return;
  // One too many: the true one came before. The simulator keeps what the bot made of it.
  else site.pagerduty.redeliver(fault).catch(() => undefined);
  count(victim, what);
}

async function breakServers(victim: Victim): Promise<void> {
  const { chance, signal, site } = victim;
  await breakOne(site.servers, chance, signal, (what) => count(victim, what));
}
