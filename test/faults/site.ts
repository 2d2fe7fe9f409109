/** The place where a run happens: real servers, real bots on them, and the one database they share, for either size of Vigie. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SlackSandbox } from '../../sandbox/slack/server.ts';
import type { Place } from '../../src/store/database.ts';
import { freePort } from '../servers/child.ts';
import { startBot } from './bot.ts';
import type { Bot } from './bot.ts';
import type { Family } from './family.ts';
import { openGround } from './ground.ts';
import type { Servers } from './ground.ts';
import { runbookFiles, servicesOf } from './runbooks.ts';

/** Both sizes of Vigie: two bots on PostgreSQL and Redis, or one process with everything embedded. */
export const storeKinds = ['postgres', 'pglite'] as const;
export type StoreKind = (typeof storeKinds)[number];

/** A running site. Disposing of it ends every process; the folder stays until it is removed. */
export interface Site extends AsyncDisposable {
  readonly bots: readonly Bot[];
  readonly place: Place;
  readonly servers: Servers | null;
  /** Logs and data. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** What Alertmanager sends. */
export const token = 'the-token-of-the-torture';

/** How long the bot's own timers take, in seconds: short, so that they fall due within the run. */
export const timers = { hold: 2, shortLease: 4, remindBefore: 2 } as const;

const configuration = (ports: { readonly public: number; readonly private: number }): string => `version: 1
http: {public: {host: 127.0.0.1, port: ${ports.public}}, private: {host: 127.0.0.1, port: ${ports.private}}}
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}}}
incidents:
  reopen_within: 24h
  recover_hold: ${timers.hold}s
  flapping: {transitions: 6, within: 30s, hold: ${2 * timers.hold}s}
  storm: {groups: 1000, within: 60s}
routes: [{match: ['severity="critical"'], policy: long}, {policy: short}]
policies:
  long: {ack: {lease: 1h, remind_before: 10m}}
  short: {ack: {lease: ${timers.shortLease}s, remind_before: ${timers.remindBefore}s}}
`;

/** Whom the bots have to do with, besides each other and their servers. */
export interface Surroundings {
  readonly slack: SlackSandbox;
  /** The address of what their runbooks ask. */
  readonly neighbour: string;
  readonly families: readonly Family[];
}

/** Starts everything, and resolves when all bots are up. */
export async function openSite(kind: StoreKind, around: Surroundings, signal: AbortSignal): Promise<Site> {
  const { slack, neighbour, families } = around;
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), `vigie-faults-${kind}-`));
  const { servers, place, env } = kind === 'postgres' ? await openServers(stack) : embedded(join(folder, 'data'));
  const runbooks = await writeRunbooks(join(folder, 'runbooks'), neighbour);
  const bots: Bot[] = [];
  stack.defer(async () => void (await Promise.all(bots.map((bot) => bot.stop()))));
  for (const [name, part] of kind === 'postgres' ? twoBots : oneProcess) {
    const ports = { public: await freePort(), private: await freePort() };
    const config = join(folder, `${name}.yaml`);
    await writeFile(config, `${configuration(ports)}${servicesOf(families, neighbour)}`);
    const recipe = { name, part, log: join(folder, `${name}.log`) };
    const urls = { publicUrl: `http://127.0.0.1:${ports.public}`, privateUrl: `http://127.0.0.1:${ports.private}` };
    const secrets = {
      SLACK_BOT_TOKEN: 'xoxb-sandbox',
      SLACK_SIGNING_SECRET: slack.seed.signingSecret,
      AM_TOKEN: token,
    };
    const files = { VIGIE_CONFIG: config, VIGIE_RUNBOOKS: runbooks };
    bots.push(startBot({ ...recipe, ...urls, env: { ...env, ...secrets, ...files, SLACK_API_URL: slack.url } }));
  }
  await allUp(bots, signal);
  const running = stack.move();
  return {
    ...{ bots, place, servers, folder },
    remove: () => rm(folder, { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function writeRunbooks(folder: string, neighbour: string): Promise<string> {
  await mkdir(folder);
  for (const [name, text] of Object.entries(runbookFiles(neighbour))) await writeFile(join(folder, name), text);
  return folder;
}

const twoBots = [
  ['bot-1', 'bot'],
  ['bot-2', 'bot'],
] as const;
const oneProcess = [['all', 'all']] as const;

interface Ground {
  readonly servers: Servers | null;
  readonly place: Place;
  readonly env: Readonly<Record<string, string>>;
}

const embedded = (folder: string): Ground => {
  return { servers: null, place: { kind: 'pglite', folder }, env: { VIGIE_DATA: folder } };
};

async function openServers(stack: AsyncDisposableStack): Promise<Ground> {
  const { databases, env, place, servers } = stack.use(await openGround());
  return { servers, place, env: { ...env, DATABASE_URL: databases.bot } };
}

/** A bot that has not started by then will not. It waits up to a minute for its database. */
const startLimit = 90_000;

/** Resolves when every bot listens. */
export async function allUp(bots: readonly Bot[], signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([AbortSignal.timeout(startLimit), signal]);
  while (!bots.every((bot) => bot.isUp())) {
    if (limit.aborted && !signal.aborted) throw new Error('starting the bots: they do not listen; see their logs');
    signal.throwIfAborted();
    await pause(30);
  }
}
