/** The benches: `npm run bench -- <name>`. Each prints progress, a table, its bars, and one JSON object as its last line. */
import { Command, InvalidArgumentError } from 'commander';
import { click } from './click.ts';
import { hooks } from './hooks.ts';
import { ingest } from './ingest.ts';
import { print, progress } from './report.ts';
import type { Bench, Options } from './report.ts';
import { rollback } from './rollback.ts';
import { storm } from './storm.ts';

/** No bench may take longer than this many milliseconds. */
const limit = 150_000;

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

async function run(
  bench: Bench,
  { profile, ...options }: Omit<Options, 'profile'> & { profile?: string },
): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  process.once('SIGTERM', () => stop.abort(new Error('terminated')));
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(limit)]);
  const report = await bench.run({ ...options, profile: profile ?? null }, signal);
  process.exitCode = print(bench.name, report) ? 0 : 1;
}

const program = new Command('bench').description('Measures Vigie on this machine').showHelpAfterError();
for (const bench of [ingest, storm, click, rollback, hooks]) {
  program
    .command(bench.name)
    .description(bench.about)
    .option('--seconds <n>', bench.seconds[0], positive, bench.seconds[1])
    .option('--connections <n>', bench.connections[0], positive, bench.connections[1])
    .option('--profile <folder>', 'write CPU profiles of the bot to this folder')
    .action((options: Omit<Options, 'profile'> & { profile?: string }) => run(bench, options));
}
try {
  await program.parseAsync();
} catch (error) {
  progress(`gave up: ${String(error instanceof Error ? (error.cause ?? error) : error)}`);
  process.exitCode = 1;
}
