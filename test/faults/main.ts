/** `npm run test:faults -- --kills 50 --store both --seed 7`: the torture, with a report; 1 when a promise was broken. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { verbs } from '../../src/action/action.ts';
import type { Verb } from '../../src/action/action.ts';
import { figuresOf as figuresOfActions, reportOf as reportOfActions } from './actions/report.ts';
import { run as runActions } from './actions/run.ts';
import { figuresOf as figuresOfPages, reportOf as reportOfPages } from './pages/report.ts';
import { run as runPages } from './pages/run.ts';
import { figuresOf, reportOf } from './report.ts';
import { anySeed, run } from './run.ts';
import { storeKinds } from './site.ts';
import type { StoreKind } from './site.ts';

function count(text: string): number {
  const given = Number(text);
  if (!Number.isInteger(given) || given < 1) throw new InvalidArgumentError('a whole number above 0');
  return given;
}

const suites = ['spine', 'actions', 'pages', 'all'] as const;

interface Options {
  readonly kills: number;
  readonly seed?: string;
  readonly families: number;
  readonly store: StoreKind | 'both';
  readonly suite: (typeof suites)[number];
  readonly verb?: Verb | 'each';
  readonly naive?: true;
}

const options = new Command('test:faults')
  .description('Kills bots, servers and Slack at random moments under load, then checks that every promise was kept.')
  .option('--kills <n>', 'bots to kill for each store', count, 10)
  .option('--seed <seed>', 'the same seed makes the same choices')
  .option('--families <n>', 'alert groups', count, 12)
  .addOption(new Option('--store <store>', 'where to').choices([...storeKinds, 'both']).default('both'))
  .addOption(
    new Option('--suite <suite>', 'alerts and people, actions on workloads, or pages').choices(suites).default('all'),
  )
  .addOption(new Option('--verb <verb>', 'actions of this kind only, or of each in turn').choices([...verbs, 'each']))
  .option('--naive', 'tries the test itself: actions are done as kubectl does them, and that must be noticed')
  .parse()
  .opts<Options>();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort(`${signal}, stopped before the end`));
}
const started = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const seed = options.seed ?? anySeed();
const figures = [];
const naive = options.naive === true;
try {
  const { kills, store: stores, suite, verb: only = naive ? 'restart' : null } = options;
  const has = (one: (typeof suites)[number]): boolean => suite === one || suite === 'all';
  for (const store of !has('spine') || naive ? [] : stores === 'both' ? storeKinds : [stores]) {
    const ran = await run({ store, kills, seed, families: options.families, signal: stop.signal, say });
    console.log(`\n${reportOf(ran)}\n`);
    figures.push(figuresOf(ran));
  }
  for (const verb of !has('actions') ? [] : only === 'each' ? verbs : [only]) {
    const all = await runActions({ verb, kills, seed, naive, signal: stop.signal, say });
    const ran = naive ? { ...all, violations: all.violations.filter(({ rule }) => rule === 'never twice') } : all;
    console.log(`\n${reportOfActions(ran)}\n`);
    figures.push(figuresOfActions(ran));
  }
  if (has('pages') && !naive) {
    const ran = await runPages({ kills, seed, signal: stop.signal, say });
    console.log(`\n${reportOfPages(ran)}\n`);
    figures.push(figuresOfPages(ran));
  }
  const broken = figures.reduce((sum, { violations }) => sum + violations, 0);
  console.log(JSON.stringify({ broken, runs: figures }));
  process.exitCode = broken > 0 === naive ? 0 : 1;
} catch (error) {
  console.error(`The run with seed ${seed} broke off:`, stop.signal.aborted ? stop.signal.reason : error);
  process.exitCode = 1;
}
// Connections that were reset can keep Node from ending by itself: it waits for handles that never close.
process.exit();
