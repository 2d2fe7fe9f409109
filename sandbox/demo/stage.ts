/** The demo's stage: a simulated Slack in this process, and the real bot in another one, pointed at it by configuration alone. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';
import { startKubernetesSandbox } from '../kubernetes/server.ts';
import type { KubernetesSandbox } from '../kubernetes/server.ts';
import { startSlack } from '../slack/server.ts';
import type { SlackSandbox } from '../slack/server.ts';

/** Everything that is on stage. Disposing of it stops the bot and removes its folder. */
export interface Stage extends AsyncDisposable {
  readonly slack: SlackSandbox;
  readonly cluster: KubernetesSandbox;
  /** What the alerts are about. */
  readonly shop: Shop;
  /** Where Alertmanager would post. */
  readonly webhook: string;
  /** Health, metrics and incidents. */
  readonly privateUrl: string;
  /** The bot's log, JSON lines. */
  readonly log: string;
  /** Runs a command of the bot's command line and resolves to what it prints. */
  vigie(...args: readonly string[]): Promise<string>;
}

const root = join(import.meta.dirname, '../..');

/** The token that Alertmanager sends in the recorded evening. */
const alertmanagerToken = 'demo-alertmanager-token';

const configuration = (
  ports: { readonly public: number; readonly private: number },
  shop: Shop,
  kubeconfig: string,
): string => `version: 1
timezone: Europe/Paris
http:
  public: {host: 127.0.0.1, port: ${ports.public}}
  private: {host: 127.0.0.1, port: ${ports.private}}
slack: {announce: C0INCIDENTS}
sources:
  main: {auth: {bearer: [env:AM_TOKEN]}}
incidents:
  reopen_within: 30m
  recover_hold: 4s               # short, so that the evening is
clusters:
  eu-1: {kubeconfig: 'file:${kubeconfig}', context: sandbox}
roles:
  admin: {users: [U0ANA, U0BEN]}
  responder: everyone
services:
  checkout:
    match: ['service="checkout"', 'namespace="shop"']
    environment: production
    target: {cluster: eu-1, namespace: shop, kind: Deployment, name: checkout}
    health_url: ${shop.healthUrl}
    slack: {group: S0ONCALL}
`;

/** Sets the stage; resolves when the bot is ready. Nothing of the caller's environment points it anywhere else. */
export async function setStage(): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const ports = { public: await freePort(3000), private: await freePort(3001), slack: await freePort(4000) };
  const folder = await mkdtemp(join(tmpdir(), 'vigie-demo-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const slack = stack.use(await startSlack({ port: ports.slack, rates: 'slack' }));
  const cluster = stack.use(await startKubernetesSandbox({ port: await freePort(4001) }));
  const kubeconfig = join(folder, 'eu-1.yaml');
  await writeFile(kubeconfig, cluster.kubeconfig('bot-token'));
  const shop = stack.use(await openShop(cluster));
  slack.connectApp(`http://127.0.0.1:${ports.public}/slack/events`);
  await writeFile(join(folder, 'vigie.yaml'), configuration(ports, shop, kubeconfig));
  const env = {
    PATH: process.env['PATH'] ?? '',
    VIGIE_CONFIG: join(folder, 'vigie.yaml'),
    VIGIE_RUNBOOKS: join(import.meta.dirname, 'runbooks'),
    VIGIE_DATA: join(folder, 'data'),
    SLACK_API_URL: slack.url,
    SLACK_BOT_TOKEN: 'xoxb-sandbox',
    SLACK_SIGNING_SECRET: slack.seed.signingSecret,
    AM_TOKEN: alertmanagerToken,
  };
  const log = join(folder, 'bot.log');
  const bot = spawn(process.execPath, ['src/main.ts', 'all'], {
    cwd: root,
    env,
    stdio: ['ignore', openSync(log, 'a'), 'inherit'],
  });
  stack.defer(() => stop(bot));
  const privateUrl = `http://127.0.0.1:${ports.private}`;
  await ready(`${privateUrl}/ready`, bot, log);
  const running = stack.move();
  return {
    slack,
    cluster,
    shop,
    webhook: `${privateUrl}/alertmanager/main`,
    privateUrl,
    log,
    vigie: (...args) => run(args, env),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The port if it is free, else any free one. */
async function freePort(wished: number): Promise<number> {
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const bound = server.address();
        server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : port));
      });
    });
  return listen(wished).catch(() => listen(0));
}

async function ready(url: string, bot: ChildProcess, log: string): Promise<void> {
  for (;;) {
    if (bot.exitCode !== null) throw new Error(`the bot ended with ${bot.exitCode}; its log is ${log}`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function stop(bot: ChildProcess): Promise<void> {
  if (bot.exitCode !== null || bot.signalCode !== null) return;
  const ended = new Promise((resolve) => bot.once('exit', resolve));
  bot.kill('SIGTERM');
  const late = setTimeout(() => bot.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, ['src/main.ts', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`vigie ${args.join(' ')} ended with ${String(code)}`);
  return printed;
}
