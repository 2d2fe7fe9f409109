/** The place where a run happens: a bot and two workers on servers of their own, and a cluster that each worker enters by its own door. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { startSlack } from '../../../sandbox/slack/server.ts';
import type { SlackSandbox } from '../../../sandbox/slack/server.ts';
import { loadConfig } from '../../../src/config/config.ts';
import type { Facts } from '../../../src/incident/facts.ts';
import type { Place } from '../../../src/store/database.ts';
import type { Roles } from '../../../src/store/grants.ts';
import { freePort } from '../../servers/child.ts';
import { startBot } from '../bot.ts';
import type { Bot } from '../bot.ts';
import type { Chance } from '../chance.ts';
import { openGround } from '../ground.ts';
import type { Servers } from '../ground.ts';
import { allUp } from '../site.ts';
import { openDoor } from './door.ts';
import type { Audit, Door } from './door.ts';
import { pace, seedFor, servicesOf } from './estate.ts';
import type { Workload } from './estate.ts';

/** A worker and the door that only it uses. */
export interface Worker {
  readonly process: Bot;
  readonly door: Door;
}

/** A running site. Disposing of it ends every process; the folder stays until it is removed. */
export interface Site extends AsyncDisposable {
  readonly bot: Bot;
  readonly workers: readonly [Worker, Worker];
  /** All three. */
  readonly processes: readonly Bot[];
  readonly servers: Servers;
  readonly place: Place;
  readonly cluster: KubernetesSandbox;
  readonly slack: SlackSandbox;
  readonly audit: Audit;
  /** What the configuration says, for drawing cards as they should be. */
  readonly facts: Facts;
  readonly folder: string;
  remove(): Promise<void>;
}

/** What a site is made of. */
export interface Plot {
  readonly estate: readonly Workload[];
  readonly chance: Chance;
  /** A module that the workers load first; null for the workers as they are. */
  readonly preload: string | null;
  readonly signal: AbortSignal;
}

/** Starts everything, and resolves when all processes are up. */
export async function openSite({ estate, chance, preload, signal }: Plot): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vigie-faults-actions-'));
  const [slack, cluster, ground] = await Promise.all([
    startSlack(),
    startKubernetesSandbox({ seed: seedFor(estate), pace }),
    openGround(),
  ]);
  for (const each of [slack, cluster, ground]) stack.use(each);
  const { servers, place } = ground;
  const audit: Audit = { writes: [], glances: [] };
  const secrets = {
    SLACK_BOT_TOKEN: 'xoxb-sandbox',
    SLACK_SIGNING_SECRET: slack.seed.signingSecret,
    AM_TOKEN: 'a-token',
  };
  // They start so often that compiling would be most of what they do.
  const env = { ...ground.env, ...secrets, SLACK_API_URL: slack.url, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const start = async (
    name: string,
    part: keyof Roles,
    kubeconfig: string,
    more: Record<string, string>,
  ): Promise<Bot> => {
    const ports = { public: await freePort(), private: await freePort() };
    const file = join(folder, `${name}.yaml`);
    await writeFile(join(folder, `${name}.kubeconfig`), kubeconfig, { mode: 0o600 });
    await writeFile(file, configuration(estate, ports, join(folder, `${name}.kubeconfig`)));
    const urls = { publicUrl: `http://127.0.0.1:${ports.public}`, privateUrl: `http://127.0.0.1:${ports.private}` };
    const bot = startBot({
      ...{ name, part, log: join(folder, `${name}.log`) },
      ...{ env: { ...env, DATABASE_URL: ground.databases[part], ...more, VIGIE_CONFIG: file }, ...urls },
    });
    stack.defer(async () => void (await bot.stop()));
    return bot;
  };
  const startWorker = async (name: string): Promise<Worker> => {
    const door = stack.use(await openDoor(name, cluster.url, audit, chance.of(name)));
    const kubeconfig = cluster.kubeconfig('bot-token').replace(cluster.url, door.url);
    return {
      door,
      process: await start(name, 'worker', kubeconfig, preload === null ? {} : { NODE_OPTIONS: `--import=${preload}` }),
    };
  };
  // The bot holds no credentials of the cluster.
  const bot = await start('bot', 'bot', 'nothing: is here', {});
  const workers = [await startWorker('worker-1'), await startWorker('worker-2')] as const;
  const processes = [bot, ...workers.map(({ process }) => process)];
  await allUp(processes, signal);
  slack.connectApp(`${bot.publicUrl}/slack/events`);
  const facts = loadConfig({ env: { ...env, DATABASE_URL: place.url }, path: join(folder, 'bot.yaml') }).rules;
  const running = stack.move();
  return {
    ...{ bot, workers, processes, servers, place, cluster, slack, audit, facts, folder },
    remove: () => rm(folder, { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const configuration = (
  estate: readonly Workload[],
  ports: { readonly public: number; readonly private: number },
  kubeconfig: string,
): string => `version: 1
http: {public: {host: 127.0.0.1, port: ${ports.public}}, private: {host: 127.0.0.1, port: ${ports.private}}}
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}}}
clusters: {eu-1: {kubeconfig: 'file:${kubeconfig}', context: sandbox}}
roles: {admin: {users: [U0ANA, U0BEN, U0CHLOE]}, responder: everyone}
approvals: {expire: 1m}
services:
${servicesOf(estate)}`;
