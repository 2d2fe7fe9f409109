/** A Vigie that acts, under measure: bot and worker as processes of their own, on a simulated cluster that speaks HTTPS. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startKubernetesSandbox } from '../sandbox/kubernetes/server.ts';
import type { KubernetesOptions, KubernetesSandbox } from '../sandbox/kubernetes/server.ts';
import { startSlack } from '../sandbox/slack/server.ts';
import type { SlackSandbox } from '../sandbox/slack/server.ts';
import { freePort, temporaryFolder } from '../test/servers/child.ts';
import { startProgram, token } from './product.ts';
import type { Servers } from './product.ts';

const root = resolve(import.meta.dirname, '..');

/** Bot and worker, and their neighbours, which live in this process so that its clock is the only one. */
export interface Acting extends AsyncDisposable {
  readonly slack: SlackSandbox;
  readonly cluster: KubernetesSandbox;
  /** Alertmanager tells of a firing alert about a service; rejects when it is not taken. */
  alert(alertname: string, service: string): Promise<void>;
  /** Asks the database; columns must be text. */
  rows(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, string>>[]>;
}

/** What a bench chooses. */
export interface ActingOptions {
  /** Services, each of which is a Deployment of the cluster with the same name. */
  readonly services: readonly string[];
  readonly automation: 'on' | 'dry-run';
  /** The only runbook, or none. */
  readonly runbook: { readonly id: string; readonly text: string } | null;
  readonly cluster: KubernetesOptions;
  /** A folder for CPU profiles of both processes. */
  readonly profile: string | null;
}

/** Starts all of it. Slack's rate limits are off: what is measured is not how long Slack lets people wait. */
export async function startActing(servers: Servers, options: ActingOptions): Promise<Acting> {
  await using stack = new AsyncDisposableStack();
  const slack = stack.use(await startSlack());
  const cluster = stack.use(await startKubernetesSandbox({ ...options.cluster, https: true }));
  const database = stack.adopt(await servers.postgres.createDatabase(), (made) => made.drop());
  const environment = {
    ...{ DATABASE_URL: database.url, REDIS_URL: servers.redisUrl(), AM_TOKEN: token, SLACK_API_URL: slack.url },
    ...{ SLACK_BOT_TOKEN: 'xoxb-sandbox', SLACK_SIGNING_SECRET: slack.seed.signingSecret },
    ...{ LOG_LEVEL: 'info', NODE_ENV: 'production' },
  };
  const bot = await startPart('bot', environment, cluster, options, stack);
  await startPart('worker', environment, cluster, options, stack);
  slack.connectApp(`http://127.0.0.1:${bot.publicPort}/slack/events`);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  stack.defer(() => client.end());
  const running = stack.move();
  return {
    ...{ slack, cluster },
    alert: async (alertname, service) => {
      const answer = await fetch(`http://127.0.0.1:${bot.privatePort}/alertmanager/main`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: bodyOf(alertname, service),
      });
      if (!answer.ok) throw new Error(`the alert about ${service} was answered ${answer.status}`);
    },
    rows: async (text, values = []) => (await client.query<Record<string, string>>(text, [...values])).rows,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Ports {
  readonly publicPort: number;
  readonly privatePort: number;
}

async function startPart(
  part: 'bot' | 'worker',
  environment: Readonly<Record<string, string>>,
  cluster: KubernetesSandbox,
  options: ActingOptions,
  stack: AsyncDisposableStack,
): Promise<Ports> {
  const { profile, runbook } = options;
  const folder = await temporaryFolder('bench');
  const ports = { publicPort: await freePort(), privatePort: await freePort() };
  const [file, kubeconfig, runbooks] = ['vigie.yaml', 'kubeconfig', 'runbooks'].map((name) => join(folder, name));
  await writeFile(kubeconfig ?? '', cluster.kubeconfig('bot-token'));
  await writeFile(file ?? '', configuration(ports, kubeconfig ?? '', options));
  await mkdir(runbooks ?? '');
  if (runbook !== null) await writeFile(join(runbooks ?? '', `${runbook.id}.yaml`), runbook.text);
  const all = { ...environment, VIGIE_CONFIG: file ?? '', VIGIE_RUNBOOKS: runbooks ?? '' };
  const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`];
  const command = [
    ...Object.entries(all).map(([name, value]) => `${name}=${value}`),
    ...[process.execPath, ...profiling, join(root, 'src/main.ts'), part],
  ];
  stack.use(await startProgram(`the ${part}`, command, `http://127.0.0.1:${ports.privatePort}/ready`, folder));
  return ports;
}

/** Clicks come from Chloé, who is on call and so in every channel. No limit may stand against doing the same again. */
const configuration = (
  { publicPort, privatePort }: Ports,
  kubeconfig: string,
  { services, automation }: ActingOptions,
): string => `version: 1
http: {public: {host: 127.0.0.1, port: ${publicPort}}, private: {host: 127.0.0.1, port: ${privatePort}}}
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}}}
clusters: {eu-1: {kubeconfig: 'file:${kubeconfig}', context: sandbox}}
roles: {admin: {users: [U0ANA]}, responder: everyone}
incidents: {storm: {groups: 100000, within: 60s}}
services:
${services
  .map(
    (name) => `  ${name}:
    match: ['service="${name}"']
    environment: production
    target: {cluster: eu-1, namespace: shop, kind: Deployment, name: ${name}}
    automation: {mode: ${automation}}
    limits: {actions_per_hour: 1000}
    slack: {group: S0ONCALL}
`,
  )
  .join('')}`;

function bodyOf(alertname: string, service: string): string {
  const labels = { alertname, service, severity: 'critical' };
  const [startsAt, endsAt] = [new Date().toISOString(), '0001-01-01T00:00:00Z'];
  const fingerprint = Buffer.from(service.slice(-8)).toString('hex').padStart(16, '0');
  return JSON.stringify({
    ...{ version: '4', groupKey: `{}:{service="${service}"}`, receiver: 'vigie', status: 'firing' },
    ...{ groupLabels: { service }, commonLabels: labels, commonAnnotations: {}, truncatedAlerts: 0, externalURL: '' },
    alerts: [{ status: 'firing', labels, annotations: {}, startsAt, endsAt, generatorURL: '', fingerprint }],
  });
}

/** When the PATCH that does something (no dry run) arrived at a Deployment after an instant; null while none did. */
export function patchedAt({ cluster }: Acting, name: string, after: number): number | null {
  const found = cluster
    .calls()
    .findLast(
      ({ method, path, query }) =>
        method === 'PATCH' && path.endsWith(`/deployments/${name}`) && query['dryRun'] === undefined,
    );
  return found === undefined || found.at < after ? null : found.at;
}
