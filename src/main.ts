/** The command line: `npm run vigie -- <command>`. */
import { Command } from 'commander';
import about from '../package.json' with { type: 'json' };
import { startApp } from './app.ts';
import type { App, Part } from './app.ts';
import { ConfigFaults, loadConfig } from './config/config.ts';
import type { Config } from './config/config.ts';
import { placeOf } from './engine.ts';
import { fire } from './commands/fire.ts';
import type { FireOptions } from './commands/fire.ts';
import { explain } from './incident/fault.ts';
import { openLog } from './log.ts';
import { openDatabase } from './store/database.ts';
import { grant } from './store/grants.ts';
import { migrate } from './store/migrate.ts';
import { policyCommand } from './commands/policy-try.ts';
import { jsonOfIncident, jsonOfList, printIncident, printList, printStats } from './commands/print.ts';
import { reader } from './commands/reader.ts';
import { runbookCommands } from './commands/runbook-commands.ts';
import { simulateCommand } from './simulate/simulate.ts';

const program = new Command('vigie')
  .description('Vigie walks responders through incidents in Slack.')
  .version(about.version, '-V, --version', 'which Vigie this is')
  .option('-c, --config <file>', 'the configuration (default: VIGIE_CONFIG, or ./vigie.yaml)')
  .showHelpAfterError();

const config = (): Config => {
  const { config: path } = program.opts<{ config?: string }>();
  return loadConfig({ env: process.env, ...(path === undefined ? {} : { path }) });
};

/** One line, so that whoever started it sees what it is and where it keeps things. */
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function run(parts: readonly Part[]): Promise<void> {
  const loaded = config();
  const log = openLog(loaded.logLevel);
  const { store, queue } = loaded;
  const remembers =
    store.kind === 'postgres' ? `PostgreSQL at ${store.address}` : `the embedded database in ${store.folder}`;
  const app = await startApp(loaded, new Set(parts), log);
  const listens =
    app.publicUrl === null ? app.privateUrl : `${app.publicUrl} for Slack, ${app.privateUrl} for Alertmanager`;
  say(
    `vigie ${parts.join(' and ')}: ${remembers}, ${queue.kind === 'redis' ? 'Redis' : 'the same database'} rings; ${listens}`,
  );
  process.on('SIGHUP', () => void reload(app));
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
  });
  say(`vigie: ${signal}, finishing what runs`);
  await app[Symbol.asyncDispose]();
}

/** Takes in the runbooks as they are now, unless there is a fault anywhere: then those of before stay. */
async function reload(app: App): Promise<void> {
  try {
    const { runbooks } = config().rules;
    await app.stock(runbooks);
    say(`vigie: SIGHUP, ${runbooks.length} runbooks for incidents that open from now on`);
  } catch (error) {
    say(
      `vigie: SIGHUP, the runbooks stay as they were: ${error instanceof ConfigFaults ? error.message : explain(error)}`,
    );
  }
}

program
  .command('bot')
  .description('take in alerts, speak Slack')
  .action(() => run(['bot']));
program
  .command('worker')
  .description('perform what needs no Slack: timers, and actions in clusters')
  .action(() => run(['worker']));
program
  .command('all')
  .description('bot and worker in one process')
  .action(() => run(['bot', 'worker']));

program
  .command('migrate')
  .description('bring the database schema up to date; safe at any time, by several at once')
  .option('--bot-role <name>', 'then give this role of PostgreSQL what a bot needs; with --worker-role')
  .option('--worker-role <name>', 'and this one what a worker needs')
  .action(async ({ botRole: bot, workerRole: worker }: { botRole?: string; workerRole?: string }) => {
    if ((bot === undefined) !== (worker === undefined)) throw new Error('give both --bot-role and --worker-role');
    await using database = await openDatabase(placeOf(config()));
    const applied = await migrate(database.db, Date.now());
    say(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
    if (bot === undefined || worker === undefined) return;
    await grant(database.db, { bot, worker });
    say(`${bot} may do what a bot needs, ${worker} what a worker needs.`);
  });

program
  .command('config')
  .description('look at the configuration')
  .command('check')
  .description('report every fault with its line and what to do')
  .action(() => {
    const { path, sources, rules } = config();
    const services = rules.services.length;
    say(
      `${path} has no faults: ${Object.keys(sources).length} source(s), ${services} service(s), ${Object.keys(rules.policies).length} policy(ies).`,
    );
  });

const incident = program.command('incident').description('read incidents');
incident
  .command('list')
  .description('open incidents, newest first')
  .option('--json', 'as JSON')
  .option('--all', 'also resolved and closed ones')
  .action(async ({ json, all }: { json?: boolean; all?: boolean }) => {
    await using from = await reader(config());
    const listed = await from.list(all === true);
    process.stdout.write(json === true ? jsonOfList(listed) : printList(listed));
  });
incident
  .command('show')
  .argument('<number>')
  .description('one incident: state, alerts, timeline')
  .option('--json', 'as JSON')
  .action(async (number: string, { json }: { json?: boolean }) => {
    await using from = await reader(config());
    const shown = await from.show(Number(number));
    if (shown === undefined) throw new Error(`there is no incident ${number}`);
    process.stdout.write(json === true ? jsonOfIncident(shown) : printIncident(shown));
  });

policyCommand(program);

const runbook = runbookCommands(program);
simulateCommand(runbook);
runbook
  .command('stats')
  .argument('[id]', 'one runbook (default: all)')
  .option('--json', 'as JSON')
  .description('how often each step was done, and how often the alerts cleared soon after')
  .action(async (id: string | undefined, { json }: { json?: boolean }) => {
    await using from = await reader(config());
    const stats = await from.stats(id ?? null);
    process.stdout.write(json === true ? `${JSON.stringify(stats, null, 2)}\n` : printStats(stats));
  });

program
  .command('fire')
  .argument('<capture>', 'a recorded capture, such as test/fixtures/alertmanager/flapping.json')
  .description('replay recorded Alertmanager requests, with their headers and scaled gaps')
  .option('--url <url>', 'where to post', 'http://127.0.0.1:3001/alertmanager/main')
  .option('--speed <factor>', 'how much faster than recorded', Number, 1)
  .option('--token-env <name>', 'send the bearer token that this environment variable holds')
  .action((file: string, options: FireOptions) => fire(file, options));

try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof ConfigFaults ? error.message : `vigie: ${explain(error)}`);
  process.exitCode = 1;
}
// Connections that broke at the wrong moment keep trying, and would keep the process: whoever runs it waits for its end.
process.exit();
