/** Starts the neighbours' simulators by hand: `npm run sandbox -- slack --port 4000`. */

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command, InvalidArgumentError } from 'commander';

import { adminIndex, type AdminRoutes } from './admin.ts';
import { routes as kubernetesRoutes } from './kubernetes/admin/routes.ts';
import { defaultUsers } from './kubernetes/seed/users.ts';
import { startKubernetesSandbox } from './kubernetes/server.ts';
import { routes as pagerDutyRoutes } from './pagerduty/admin/routes.ts';
import { startPagerDuty } from './pagerduty/server.ts';
import { routes as slackRoutes } from './slack/admin/routes.ts';
import { startSlack } from './slack/server.ts';

function port(text: string): number {
  const given = Number(text);
  if (!Number.isInteger(given) || given < 0 || given > 65_535) throw new InvalidArgumentError('a port is 0 to 65535');
  return given;
}

/** Reads whether a neighbour's rate limits apply: its name, or `off`. */
function ratesOf<Name extends string>(name: Name): (text: string) => Name | 'off' {
  return (text) => {
    if (text === name) return name;
    if (text === 'off') return 'off';
    throw new InvalidArgumentError(`it is ${name} or off`);
  };
}

function line(name: string, value: string): string {
  return `  ${name.padEnd(26)} ${value}`;
}

function listed<Sandbox>(routes: AdminRoutes<Sandbox>): readonly string[] {
  return Object.entries(adminIndex(routes)).map(([route, about]) => line(route, about));
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
  const lines = [
    `A simulated Slack listens at ${slack.baseUrl}`,
    '',
    line('slackApiUrl', slack.url),
    ...slack.seed.tokens.map(({ kind, token }) => line(`${kind} token`, token)),
    line('signing secret', slack.seed.signingSecret),
    line('sends to', flags.appUrl ?? 'the open socket (give --app-url to use HTTP)'),
    '',
    ...listed(slackRoutes),
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
  const lines = [
    `A simulated Kubernetes listens at ${cluster.url}`,
    '',
    line('kubeconfig', file),
    ...defaultUsers.map(({ token, name }) => line(token, name)),
    '',
    ...listed(kubernetesRoutes),
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
  const lines = [
    `A simulated PagerDuty listens at ${pagerduty.url}`,
    '',
    ...(pagerduty.ca === undefined ? [] : [line('NODE_EXTRA_CA_CERTS', file)]),
    ...services.map(({ name, id, integration }) => line(`routing key of ${name}`, `${integration.key} (${id})`)),
    ...tokens.map(({ kind, token }) => line(`${kind} token`, token)),
    line('webhook secret', webhookSecret),
    line('sends webhooks to', flags.appUrl ?? 'nobody (give --app-url)'),
    '',
    ...listed(pagerDutyRoutes),
    '',
    `  curl ${http ? '' : '-k '}${pagerduty.url}/admin/transcript`,
  ];
  console.log(lines.join('\n'));
}

const program = new Command('sandbox').description('Simulators of the neighbours, at their wire protocols');

function neighbour(name: string, description: string, usualPort: number): Command {
  return program
    .command(name)
    .description(description)
    .option('--port <number>', 'where to listen', port, usualPort)
    .option('--host <address>', 'the address to listen on', '127.0.0.1');
}

neighbour('slack', 'Slack: Web API, commands, interactivity, events and Socket Mode', 4000)
  .option('--public-url <url>', 'how the app reaches this server, when that is not its address')
  .option('--app-url <url>', 'the app, such as http://127.0.0.1:3000/slack/events; without it Socket Mode is used')
  .option('--rates <slack|off>', 'whether rate limits apply', ratesOf('slack'), 'slack')
  .action(runSlack);

neighbour('kubernetes', 'Kubernetes: an API server with its controllers, for kubectl and client libraries', 4001)
  .option('--http', 'speaks HTTP; kubectl sends its token over HTTPS only')
  .option('--kubeconfig <path>', 'where to write the kubeconfig; in the temporary folder when left out')
  .action(runKubernetes);

neighbour('pagerduty', 'PagerDuty: Events API v2, REST API v2 and signed webhooks', 4002)
  .option('--http', 'speaks HTTP; pdjs sends events over HTTPS only')
  .option('--ca <path>', 'where to write the certificate to trust; in the temporary folder when left out')
  .option('--app-url <url>', 'where the app takes webhooks, such as http://127.0.0.1:3000/pagerduty/webhooks')
  .option('--rates <pagerduty|off>', 'whether rate limits apply', ratesOf('pagerduty'), 'pagerduty')
  .action(runPagerDuty);

await program.parseAsync();
