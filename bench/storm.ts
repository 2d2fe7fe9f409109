/**
 * Storm: what a thousand and ten thousand alerts at once do to the bot and to Slack.
 *
 * Measured twice, each with a fresh bot in its default configuration (more than 20 new groups within 60 s are rolled up
 * under one incident), on real PostgreSQL and Redis, with a simulated Slack in a process of its own that applies Slack's
 * rate limits: 100 groups of 10 alerts, then 1,000 groups of 10. All bodies are sent as Alertmanager sends them: at once,
 * a connection each, and again after a 5xx. Times count from the moment the sender begins to connect:
 * - `last 2xx`: all alerts are kept for good; `last recorded`: the commit that took the last one into its incident;
 * - `first announcement`, `first card`, `roll-up announced`: when somebody who looks at Slack learns of it;
 * - `cards add up`: when the cards in Slack, all together, account for every alert sent.
 *
 * How to read it: `sent = firing in the store = shown + folded` must hold to the last alert, else alerts were lost. A 429
 * is no loss, only a call in vain. The time until cards add up is Slack's: 20 new channels a minute.
 */
import { firing } from './bodies.ts';
import { lookAtMachine } from './machine.ts';
import { recordedAll, startBot, startServers, token, until } from './product.ts';
import type { Bot, Servers } from './product.ts';
import { progress, rounded, thousands } from './report.ts';
import type { Bar, Bench, Options, Row } from './report.ts';
import { deliver } from './sender.ts';
import { callsOf, cardsIn } from './workspace.ts';
import type { Calls, Cards } from './workspace.ts';

const alertsPerGroup = 10;
const sizes = [100, 1_000] as const;
/** The default of `incidents.storm.groups`. */
const stormLimit = 20;
const announce = 'C0INCIDENTS';

interface Found {
  readonly groups: number;
  readonly sent: number;
  /** Seconds since the sender began; null for what never came. */
  readonly seconds: Readonly<Record<Moment, number | null>>;
  readonly accepted: number;
  readonly retries: number;
  readonly refused: number;
  readonly stored: {
    readonly recorded: number;
    readonly parked: number;
    readonly firing: number;
    readonly groups: number;
  };
  readonly incidents: number;
  readonly slack: Cards;
  readonly calls: Calls['byMethod'];
}

const moments = [
  'last 2xx',
  'last recorded',
  'first announcement',
  'first card',
  'roll-up announced',
  'cards add up',
] as const;
type Moment = (typeof moments)[number];

async function runStorm(servers: Servers, groups: number, options: Options, limit: AbortSignal): Promise<Found> {
  const { connections, profile } = options;
  await using bot = await startBot(servers, { core: [], config: '', profile });
  const bodies = Array.from({ length: groups }, (_, index) => firing(`g${index}`, alertsPerGroup, Date.now()));
  const sent = groups * alertsPerGroup;
  progress(`sending ${thousands(sent)} alerts in ${thousands(groups)} groups`);
  const { began, ended, ...delivered } = await deliver({ url: bot.url, token, connections }, bodies, limit);
  progress(`all answered after ${ended - began} ms`);
  const { recorded, parked } = await recordedAll(bot, limit);
  progress('all recorded; waiting for Slack');
  const shown = await cardsAddingUp(bot, sent, began + options.seconds * 1000, limit);
  const calls = await callsOf(bot.slackUrl, announce);
  const counts = await bot.row(
    `select (select count(*) from alerts where held and alert ->> 'status' = 'firing') as firing,
            (select count(*) from alert_groups) as groups, (select count(*) from incidents) as incidents,
            (select max(extract(epoch from pg_xact_commit_timestamp(xmin))) * 1000 from timeline where line ->> 'type' <> 'EffectGivenUp') as last`,
  );
  const since = (at: number | null): number | null => (at === null ? null : rounded((at - began) / 1000));
  return {
    ...{ groups, sent, ...delivered, slack: shown.cards, calls: calls.byMethod, incidents: counts['incidents'] ?? 0 },
    stored: { recorded, parked, firing: counts['firing'] ?? 0, groups: counts['groups'] ?? 0 },
    seconds: {
      'last 2xx': since(ended),
      'last recorded': since(counts['last'] ?? null),
      'first announcement': since(calls.firstAnnouncement),
      'first card': since(calls.firstCard),
      'roll-up announced': since(calls.rollUp),
      'cards add up': since(shown.at),
    },
  };
}

/** Waits until the cards account for all alerts, or until `deadline`; `at` is null then. */
async function cardsAddingUp(
  bot: Bot,
  sent: number,
  deadline: number,
  limit: AbortSignal,
): Promise<{ readonly cards: Cards; readonly at: number | null }> {
  let said = 0;
  return until(
    async () => {
      const cards = await cardsIn(bot.slackUrl);
      if (cards.cards >= said + 5) {
        said = cards.cards;
        progress(`${cards.cards} cards show ${cards.shown} and fold ${thousands(cards.folded)}`);
      }
      if (cards.shown + cards.folded === sent) return { cards, at: Date.now() };
      return Date.now() > deadline ? { cards, at: null } : null;
    },
    250,
    limit,
  );
}

function barsOf(found: Found): readonly Bar[] {
  const { groups, sent, accepted, refused, stored, slack, incidents } = found;
  const expected = Math.min(groups, stormLimit) + (groups > stormLimit ? 1 : 0);
  const size = thousands(sent);
  return [
    {
      says: `${size}: ${sent} sent = ${stored.firing} firing in the store = ${slack.shown} shown + ${slack.folded} folded`,
      holds: sent === stored.firing && sent === slack.shown + slack.folded,
    },
    {
      says: `${size}: ${groups} bodies sent = ${accepted} accepted, ${refused} refused, ${stored.parked} parked; ${stored.groups} groups linked`,
      holds:
        accepted === groups && refused + stored.parked === 0 && stored.groups === groups && stored.recorded >= groups,
    },
    {
      says: `${size}: ${incidents} incidents and ${slack.channels} channels, not ${thousands(groups)}`,
      holds: incidents === expected && slack.channels === expected,
    },
  ];
}

function rowsOf(found: readonly Found[]): readonly Row[] {
  const methods = [...new Set(found.flatMap(({ calls }) => Object.keys(calls)))].toSorted();
  return [
    ['', ...found.map(({ sent, groups }) => `${thousands(sent)} in ${thousands(groups)}`)],
    ...moments.map((moment): Row => [`${moment}, s`, ...found.map(({ seconds }) => seconds[moment] ?? 'never')]),
    ['sent again after 5xx or no answer', ...found.map(({ retries }) => retries)],
    ['incidents', ...found.map(({ incidents }) => incidents)],
    ['channels', ...found.map(({ slack }) => slack.channels)],
    ...methods.map((method): Row => [
      method,
      ...found.map(({ calls }) => {
        const { calls: count = 0, throttled = 0 } = calls[method] ?? {};
        return throttled === 0 ? count : `${count} (${throttled} × 429)`;
      }),
    ]),
  ];
}

/** `npm run bench -- storm`. */
export const storm: Bench = {
  name: 'storm',
  about: 'what 1,000 and 10,000 alerts at once do, with the default storm limit and Slack’s rate limits',
  seconds: ['longest wait for the cards of a storm', 64],
  connections: ['most connections of the sender at once', 1_000],
  async run(options, limit) {
    const machine = await lookAtMachine();
    await using servers = await startServers();
    const found: Found[] = [];
    for (const groups of sizes) found.push(await runStorm(servers, groups, options, limit));
    return { rows: rowsOf(found), bars: found.flatMap(barsOf), figures: { machine, storms: found } };
  },
};
