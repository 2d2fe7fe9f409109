/** `npm run test:faults -- --kills 50 --store both --seed 7`: the torture, with a report; 1 when a promise was broken. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { figuresOf, reportOf } from './report.ts';
import { anySeed, run } from './run.ts';
import { storeKinds } from './site.ts';
import type { StoreKind } from './site.ts';

function count(text: string): number {
  const given = Number(text);
  if (!Number.isInteger(given) || given < 1) throw new InvalidArgumentError('a whole number above 0');
  return given;
}

const options = new Command('test:faults')
  .description('Kills bots, servers and Slack at random moments under load, then checks that every promise was kept.')
  .option('--kills <n>', 'bots to kill for each store', count, 10)
  .option('--seed <seed>', 'the same seed makes the same choices')
  .option('--families <n>', 'alert groups', count, 12)
  .addOption(new Option('--store <store>', 'where to').choices([...storeKinds, 'both']).default('both'))
  .parse()
  .opts<{ kills: number; seed?: string; families: number; store: StoreKind | 'both' }>();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort(`${signal}, stopped before the end`));
}
const started = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const seed = options.seed ?? anySeed();
const figures = [];
try {
  for (const store of options.store === 'both' ? storeKinds : [options.store]) {
    const ran = await run({ store, kills: options.kills, seed, families: options.families, signal: stop.signal, say });
    console.log(`\n${reportOf(ran)}\n`);
    figures.push(figuresOf(ran));
  }
  const broken = figures.reduce((sum, { violations }) => sum + violations, 0);
  console.log(JSON.stringify({ broken, runs: figures }));
  process.exitCode = broken === 0 ? 0 : 1;
} catch (error) {
  console.error(`The run with seed ${seed} broke off:`, stop.signal.aborted ? stop.signal.reason : error);
  process.exitCode = 1;
}
