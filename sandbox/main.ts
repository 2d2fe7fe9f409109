/** Starts the neighbours' simulators by hand: `npm run sandbox -- slack --port 4000`. */

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command, InvalidArgumentError } from 'commander';

import { adminIndex as kubernetesIndex } from './kubernetes/admin/serve.ts';
import { defaultUsers } from './kubernetes/seed/users.ts';
import { startKubernetesSandbox } from './kubernetes/server.ts';
import { adminIndex as pagerDutyIndex } from './pagerduty/admin/serve.ts';
import { startPagerDuty } from './pagerduty/server.ts';
import { adminIndex } from './slack/admin/serve.ts';
import { startSlack } from './slack/server.ts';

function port(text: string): number {
  const given = Number(text);
  if (!Number.isInteger(given) || given < 0 || given > 65_535) throw new InvalidArgumentError('a port is 0 to 65535');
  return given;
}

function rates(text: string): 'slack' | 'off' {
  if (text !== 'slack' && text !== 'off') throw new InvalidArgumentError('it is slack or off');
  return text;
}

function pagerDutyRates(text: string): 'pagerduty' | 'off' {
  if (text !== 'pagerduty' && text !== 'off') throw new InvalidArgumentError('it is pagerduty or off');
  return text;
}

type SlackFlags = {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: string;
  readonly appUrl?: string;
  readonly rates: 'slack' | 'off';
};

async function runSlack(flags: SlackFlags): Promise<void> {
  const slack = await startSlack(flags);
  const routes = Object.entries(adminIndex()).map(([route, about]) => `  ${route.padEnd(26)} ${about}`);
  const tokens = slack.seed.tokens.map(({ kind, token }) => `  ${`${kind} token`.padEnd(26)} ${token}`);
  const lines = [
    `A simulated Slack listens at ${slack.baseUrl}`,
    '',
    `  ${'slackApiUrl'.padEnd(26)} ${slack.url}`,
    ...tokens,
    `  ${'signing secret'.padEnd(26)} ${slack.seed.signingSecret}`,
    `  ${'sends to'.padEnd(26)} ${flags.appUrl ?? 'the open socket (give --app-url to use HTTP)'}`,
    '',
    ...routes,
    '',
    `  curl ${slack.baseUrl}/admin/transcript`,
  ];
  console.log(lines.join('\n'));
}

type KubernetesFlags = {
  readonly port: number;
  readonly host: string;
  readonly http?: boolean;
  readonly kubeconfig?: string;
};

async function runKubernetes(flags: KubernetesFlags): Promise<void> {
  const { port: wanted, host } = flags;
  const cluster = await startKubernetesSandbox({ port: wanted, host, https: !flags.http });
  const file = flags.kubeconfig ?? join(tmpdir(), `kubernetes-sandbox-${cluster.port}.yaml`);
  writeFileSync(file, cluster.kubeconfig(), { mode: 0o600 });
  const routes = Object.entries(kubernetesIndex()).map(([path, about]) => `  ${path.padEnd(26)} ${about}`);
  const tokens = defaultUsers.map(({ token, name }) => `  ${token.padEnd(26)} ${name}`);
  const lines = [
    `A simulated Kubernetes listens at ${cluster.url}`,
    '',
    `  ${'kubeconfig'.padEnd(26)} ${file}`,
    ...tokens,
    '',
    ...routes,
    '',
    `  kubectl --kubeconfig ${file} get pods`,
    `  curl -k ${cluster.url}/admin/glance`,
  ];
  console.log(lines.join('\n'));
}

type PagerDutyFlags = {
  readonly port: number;
  readonly host: string;
  readonly http?: boolean;
  readonly ca?: string;
  readonly appUrl?: string;
  readonly rates: 'pagerduty' | 'off';
};

async function runPagerDuty({ http, ca, ...flags }: PagerDutyFlags): Promise<void> {
  const pagerduty = await startPagerDuty({ ...flags, https: !http });
  const file = ca ?? join(tmpdir(), `pagerduty-sandbox-${pagerduty.port}.pem`);
  if (pagerduty.ca !== undefined) writeFileSync(file, pagerduty.ca);
  const { services, tokens, webhookSecret } = pagerduty.seed;
  const line = (name: string, value: string): string => `  ${name.padEnd(26)} ${value}`;
  const lines = [
    `A simulated PagerDuty listens at ${pagerduty.url}`,
    '',
    ...(pagerduty.ca === undefined ? [] : [line('NODE_EXTRA_CA_CERTS', file)]),
    ...services.map(({ name, id, integration }) => line(`routing key of ${name}`, `${integration.key} (${id})`)),
    ...tokens.map(({ kind, token }) => line(`${kind} token`, token)),
    line('webhook secret', webhookSecret),
    line('sends webhooks to', flags.appUrl ?? 'nobody (give --app-url)'),
    '',
    ...Object.entries(pagerDutyIndex()).map(([path, about]) => line(path, about)),
    '',
    `  curl ${http ? '' : '-k '}${pagerduty.url}/admin/transcript`,
  ];
  console.log(lines.join('\n'));
}

const program = new Command('sandbox').description('Simulators of the neighbours, at their wire protocols');

program
  .command('slack')
  .description('Slack: Web API, commands, interactivity, events and Socket Mode')
  .option('--port <number>', 'where to listen', port, 4000)
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option('--public-url <url>', 'how the app reaches this server, when that is not its address')
  .option('--app-url <url>', 'the app, such as http://127.0.0.1:3000/slack/events; without it Socket Mode is used')
  .option('--rates <slack|off>', 'whether rate limits apply', rates, 'slack')
  .action(runSlack);

program
  .command('kubernetes')
  .description('Kubernetes: an API server with its controllers, for kubectl and client libraries')
  .option('--port <number>', 'where to listen', port, 4001)
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option('--http', 'speaks HTTP; kubectl sends its token over HTTPS only')
  .option('--kubeconfig <path>', 'where to write the kubeconfig; in the temporary folder when left out')
  .action(runKubernetes);

program
  .command('pagerduty')
  .description('PagerDuty: Events API v2, REST API v2 and signed webhooks')
  .option('--port <number>', 'where to listen', port, 4002)
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option('--http', 'speaks HTTP; pdjs sends events over HTTPS only')
  .option('--ca <path>', 'where to write the certificate to trust; in the temporary folder when left out')
  .option('--app-url <url>', 'where the app takes webhooks, such as http://127.0.0.1:3000/pagerduty/webhooks')
  .option('--rates <pagerduty|off>', 'whether rate limits apply', pagerDutyRates, 'pagerduty')
  .action(runPagerDuty);

await program.parseAsync();
