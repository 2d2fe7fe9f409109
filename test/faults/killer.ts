/** The killer: at random moments it kills bots, empties or kills their servers, and makes Slack go wrong. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultProxy } from '../../sandbox/fault-proxy.ts';
import type { SlackSandbox } from '../../sandbox/slack/server.ts';
import type { Chance } from './chance.ts';
import type { Neighbour } from './neighbour.ts';
import type { Site } from './site.ts';

/** How often each thing was done. */
export type Strikes = Record<string, number>;

/** What the killer is given. */
export interface Victim {
  readonly site: Site;
  readonly slack: SlackSandbox;
  readonly neighbour: Pick<Neighbour, 'asked'>;
  readonly chance: Chance;
  readonly strikes: Strikes;
  /** Bots that did not end in order when asked to. */
  readonly unruly: string[];
  readonly signal: AbortSignal;
}

type Fault = Parameters<SlackSandbox['fault']>[0]['fault'];

const faults: Readonly<Record<string, Fault>> = {
  'slack 429': { status: 429, retryAfter: 1 },
  'slack 500': { status: 500 },
  'slack garbage': 'garbage',
  'slack hang': 'hang',
  'slack reset': 'reset',
  'slack lost answer': 'lost',
};

/** Posting first: it alone can be doubled. The star is every method. */
const methods = [
  ...['chat.postMessage', 'chat.postMessage', 'chat.postMessage', 'chat.update', 'conversations.create', '*'],
  ...['conversations.history', 'conversations.replies', 'conversations.list', 'conversations.invite', 'pins.add'],
  ...['conversations.setTopic', 'conversations.setPurpose', 'views.open', 'auth.test'],
];

/** Strikes until `kills` bots were killed; nothing else counts as a kill. */
export async function strikeUntil(victim: Victim, kills: number, progress: (killed: number) => void): Promise<void> {
  const { site, chance, strikes, signal } = victim;
  const later: Promise<void>[] = [];
  for (let killed = 0; killed < kills;) {
    await pause(chance.between(50, 1_500), undefined, { signal });
    const dice = chance.next();
    if (dice < 0.5) {
      strikes['bot killed'] = (strikes['bot killed'] ?? 0) + 1;
      await killBot(victim);
      progress((killed += 1));
    } else if (dice < 0.57) await upgradeBot(victim);
    else if (dice < 0.77 || site.servers === null) breakSlack(victim);
    else if (dice < 0.9) await breakServers(victim, site.servers);
    else later.push(freezeBot(victim));
  }
  await Promise.all(later);
}

/** What a rolling upgrade does: it is asked to end, under full load, and started again. */
async function upgradeBot({ site, chance, strikes, unruly }: Victim): Promise<void> {
  const bot = chance.pick(site.bots);
  // Before it listens, a signal simply ends it.
  if (!bot.isUp()) return;
  strikes['bot stopped in order'] = (strikes['bot stopped in order'] ?? 0) + 1;
  const code = await bot.stop();
  if (code !== '0') unruly.push(`${bot.name} ended with ${code}`);
  bot.start();
}

/** Longer than a lease of 9 s about every third time: then somebody else has taken its work over when it wakes. */
async function freezeBot({ site, chance, strikes }: Victim): Promise<void> {
  strikes['bot frozen'] = (strikes['bot frozen'] ?? 0) + 1;
  await chance.pick(site.bots).freeze(chance.between(500, 14_000));
}

async function killBot({ site, slack, neighbour, chance, strikes, signal }: Victim): Promise<void> {
  const bot = chance.pick(site.bots);
  // Now and then one dies while it starts. Mostly it gets that far, or a run of many kills would be a run of nothing else.
  if (chance.happens(0.85)) {
    while (!bot.isUp()) await pause(20, undefined, { signal });
    await pause(chance.between(0, 2_000), undefined, { signal });
    const dice = chance.next();
    if (dice < 0.4) await momentOfAction(slack, chance.between(1, 8));
    else if (dice < 0.6) await momentOfAsking(neighbour, chance, signal);
  }
  if (!bot.isUp()) strikes['… while starting'] = (strikes['… while starting'] ?? 0) + 1;
  await bot.kill();
}

/**
 * The worst moment: Slack has just done the `nth` thing it was asked from now on, and its answer is on the way. Not always
 * the first: what a bot takes up first would be hit again and again, and parked. Not waited for longer than 2 s.
 */
async function momentOfAction(slack: SlackSandbox, nth: number): Promise<void> {
  const before = slack.calls().length;
  const doing = /^(?:chat\.|response_url|conversations\.(?:create|invite|set)|pins\.)/;
  const acted = (): boolean =>
    slack
      .calls()
      .slice(before)
      .filter(({ method }) => doing.test(method)).length >= nth;
  await slack.until(acted, 2_000).catch(() => undefined);
}

/** A step of a runbook has just asked its question: it dies before the answer, with it, or while that is recorded. */
async function momentOfAsking({ asked }: Pick<Neighbour, 'asked'>, chance: Chance, signal: AbortSignal): Promise<void> {
  const before = asked.length;
  const until = Date.now() + 2_000;
  while (asked.length === before && Date.now() < until) await pause(5, undefined, { signal });
  await pause(chance.between(0, 60), undefined, { signal });
}

function breakSlack({ slack, chance, strikes }: Victim): void {
  const name = chance.pick(Object.keys(faults));
  const fault = faults[name];
  if (fault === undefined) return;
  strikes[name] = (strikes[name] ?? 0) + 1;
  // A call that hangs costs its lane ten seconds, so one at a time.
  const times = fault === 'hang' ? 1 : chance.between(1, 4);
  slack.fault({ method: chance.pick(methods), times, fault });
}

async function breakServers(
  { chance, strikes, signal }: Victim,
  { postgres, redis, flushall, toPostgres, toRedis }: NonNullable<Site['servers']>,
): Promise<void> {
  const wait = (least: number, most: number): Promise<void> =>
    pause(chance.between(least, most), undefined, { signal }).catch(() => undefined);
  const [what, strike] = chance.pick([
    ['FLUSHALL', flushall],
    [
      'Redis killed',
      async () => {
        await redis.kill();
        await wait(50, 1_500);
        await redis.restart();
      },
    ],
    [
      'PostgreSQL killed',
      async () => {
        await postgres.kill();
        await wait(50, 1_500);
        await postgres.restart();
      },
    ],
    ['Redis silent', () => silence(toRedis, () => wait(500, 6_000))],
    ['PostgreSQL silent', () => silence(toPostgres, () => wait(500, 6_000))],
    [
      'connections cut',
      async () => {
        toRedis.cut();
        toPostgres.cut();
      },
    ],
  ] as const);
  strikes[what] = (strikes[what] ?? 0) + 1;
  await strike();
}

async function silence(proxy: FaultProxy, wait: () => Promise<void>): Promise<void> {
  proxy.hang();
  await wait();
  proxy.flow();
}
