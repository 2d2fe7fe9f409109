/** The product under measure: a real bot as a child process, on a real PostgreSQL and Redis, with the simulated Slack beside. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { defaultSeed } from '../sandbox/slack/workspace/seed.ts';
import { freePort, startServer, temporaryFolder } from '../test/servers/child.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import type { PostgresServer } from '../test/servers/postgres.ts';
import { startRedis } from '../test/servers/redis.ts';

const root = resolve(import.meta.dirname, '..');

/** A program that has not stopped after this many milliseconds is killed. */
const longestStop = 10_000;

/** What the sender shows at the door. */
export const token = 'bench-token';

/** PostgreSQL and Redis for one bench. */
export interface Servers extends AsyncDisposable {
  readonly postgres: PostgresServer;
  /** A fresh logical database of Redis. */
  redisUrl(): string;
}

/** Starts both. PostgreSQL notes when each commit happened: that is the moment from which a body is truly recorded. */
export async function startServers(): Promise<Servers> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (server) => server.stop());
  const redis = stack.adopt(await startRedis(), (server) => server.stop());
  await asked(postgres.url, `alter system set track_commit_timestamp = on`);
  await postgres.restart();
  let databases = 0;
  const redisUrl = (): string => `${redis.url}/${(databases += 1)}`;
  const running = stack.move();
  return { postgres, redisUrl, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function asked(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}

/** Starts a program of this project and resolves once `ready` answers 2xx. Its output goes to a file, as in production. */
export async function startProgram(
  title: string,
  command: readonly string[],
  ready: string,
  folder?: string,
): Promise<AsyncDisposable> {
  const server = await startServer({
    title,
    command: ['env', ...command],
    folder: folder ?? (await temporaryFolder('bench')),
    stopSignal: 'SIGTERM',
    ask: async () => {
      const answer = await fetch(ready);
      if (!answer.ok) throw new Error(`${title} answered ${answer.status}`);
    },
  });
  return {
    [Symbol.asyncDispose]: async () => {
      const patience = setTimeout(() => void server.kill(), longestStop);
      await server.stop();
      clearTimeout(patience);
    },
  };
}

/** Starts `baseline.ts`, which answers the same URLs as the bot as far as the bench asks them. */
export async function startBaseline(
  core: readonly string[],
): Promise<AsyncDisposable & { readonly url: string; readonly privateUrl: string }> {
  const port = await freePort();
  const privateUrl = `http://127.0.0.1:${port}`;
  const command = [...core, process.execPath, fileURLToPath(new URL('./baseline.ts', import.meta.url)), String(port)];
  const running = await startProgram('the baseline', command, `${privateUrl}/ready`);
  return { ...running, url: `${privateUrl}/alertmanager/main`, privateUrl };
}

/** A running bot. */
export interface Bot extends AsyncDisposable {
  /** Where Alertmanager posts. */
  readonly url: string;
  /** Root of the private listener. */
  readonly privateUrl: string;
  /** Root of its Slack. */
  readonly slackUrl: string;
  /** Asks its database for one row of numbers. */
  row(text: string, values?: readonly unknown[]): Promise<Readonly<Record<string, number>>>;
}

/** How to run the bot. */
export interface BotOptions {
  /** What to put before its command. */
  readonly core: readonly string[];
  /** Lines of its configuration beside the required ones; the default configuration when empty. */
  readonly config: string;
  readonly profile: string | null;
}

/** Starts a bot with an empty database, and an empty Slack that applies Slack's rate limits. */
export async function startBot(servers: Servers, { core, config, profile }: BotOptions): Promise<Bot> {
  await using stack = new AsyncDisposableStack();
  const [slackPort, publicPort, privatePort] = [await freePort(), await freePort(), await freePort()];
  const slackUrl = `http://127.0.0.1:${slackPort}`;
  const events = `http://127.0.0.1:${publicPort}/slack/events`;
  const sandbox = [process.execPath, join(root, 'sandbox/main.ts'), 'slack', '--port', String(slackPort)];
  const slack = [...sandbox, '--rates', 'slack', '--app-url', events];
  stack.use(await startProgram('the simulated Slack', slack, `${slackUrl}/admin/state`));

  const database = stack.adopt(await servers.postgres.createDatabase(), (made) => made.drop());
  const folder = await temporaryFolder('bench');
  const file = join(folder, 'vigie.yaml');
  await writeFile(file, configuration(publicPort, privatePort) + config);
  const environment = {
    ...{ VIGIE_CONFIG: file, DATABASE_URL: database.url, REDIS_URL: servers.redisUrl(), AM_TOKEN: token },
    ...{ SLACK_API_URL: `${slackUrl}/api/`, SLACK_BOT_TOKEN: defaultSeed.tokens[0]?.token ?? '' },
    ...{ SLACK_SIGNING_SECRET: defaultSeed.signingSecret, LOG_LEVEL: 'info', NODE_ENV: 'production' },
  };
  const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`];
  const command = [
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...[...core, process.execPath, ...profiling, join(root, 'src/main.ts'), 'bot'],
  ];
  const privateUrl = `http://127.0.0.1:${privatePort}`;
  stack.use(await startProgram('the bot', command, `${privateUrl}/ready`, folder));

  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  stack.defer(() => client.end());
  const row: Bot['row'] = async (text, values = []) => {
    const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
    return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]));
  };
  const running = stack.move();
  const url = `${privateUrl}/alertmanager/main`;
  return { url, privateUrl, slackUrl, row, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const configuration = (publicPort: number, privatePort: number): string => `version: 1
http: {public: {host: 127.0.0.1, port: ${publicPort}}, private: {host: 127.0.0.1, port: ${privatePort}}}
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}}}
`;

/** Asks again and again until the check gives something, or until the limit aborts. */
export async function until<T>(check: () => Promise<T | null>, every: number, limit: AbortSignal): Promise<T> {
  for (;;) {
    const found = await check();
    if (found !== null) return found;
    await pause(every, undefined, { signal: limit });
  }
}

/** Seconds of CPU that a service has used so far. */
export async function cpuOf(service: { readonly privateUrl: string }): Promise<number> {
  const text = await (await fetch(`${service.privateUrl}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1]);
}

/** How the inbox stands. */
export interface Inbox {
  readonly rows: number;
  readonly recorded: number;
  readonly parked: number;
}

/** Waits until no body of the inbox waits any more. */
export const recordedAll = async (bot: Bot, limit: AbortSignal): Promise<Inbox> => {
  await until(
    async () => {
      const waiting =
        "select sum(case when name like 'taken:%' then value else -value end) as count from counters where name <> 'incidents'";
      return (await bot.row(waiting))['count'] === 0 ? true : null;
    },
    50,
    limit,
  );
  const {
    rows = 0,
    recorded = 0,
    parked = 0,
  } = await bot.row(
    "select count(*) as rows, count(parked_at) as parked, (select sum(value) from counters where name like 'recorded:%') - count(parked_at) as recorded from inbox",
  );
  return { rows, recorded, parked };
};
