/** A shop in trouble: the whole app on real servers, a simulated Slack, and a simulated cluster with the shop in it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { z } from 'zod';
import type { Pace } from '../../sandbox/kubernetes/pace.ts';
import { startKubernetesSandbox } from '../../sandbox/kubernetes/server.ts';
import type { KubernetesOptions, KubernetesSandbox } from '../../sandbox/kubernetes/server.ts';
import { temporaryFolder } from '../servers/child.ts';
import { startVigie } from './vigie.ts';
import type { Vigie } from './vigie.ts';

/** A cluster in a great hurry: a rollout of three pods takes two seconds. */
const pace: Partial<Pace> = {
  tick: 100,
  start: 200,
  ready: 200,
  crashAfter: 300,
  backOff: 2_000,
  terminate: 200,
  autoscale: 3_000,
};

/** What a scenario may choose about its shop. */
export interface ShopChoices {
  /** `DATABASE_URL` and `REDIS_URL`. */
  readonly env: Readonly<Record<string, string>>;
  readonly automation?: 'on' | 'dry-run';
  readonly cluster?: KubernetesOptions;
  /** Further clusters, by what becomes of the kubeconfig of the good one. */
  readonly clusters?: Readonly<Record<string, (kubeconfig: string) => string>>;
  /** Lines added to vigie.yaml. */
  readonly yaml?: string;
  /** Lines added to the service checkout. */
  readonly checkout?: string;
}

/** A running shop. */
export interface Shop extends AsyncDisposable {
  readonly vigie: Vigie;
  readonly cluster: KubernetesSandbox;
  /** Alertmanager tells of an alert about a service. */
  alert(alertname: string, status: 'firing' | 'resolved', service?: 'checkout' | 'search' | 'ledger'): Promise<void>;
  /** Resolves when nothing is on its way any more: recorded, performed and told. */
  quiet(): Promise<void>;
  /** The first container's image of a workload. */
  image(kind: string, name: string): string;
  /** Every request that changed something in the cluster, dry runs left out: `PATCH deployments/checkout`. */
  writes(): readonly string[];
}

/** Starts it. Ana and Ben are admins, Chloé responds. */
export async function startShop(choices: ShopChoices): Promise<Shop> {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startKubernetesSandbox({ ...choices.cluster, pace }));
  const folder = await temporaryFolder('cluster');
  const clusters = { 'eu-1': (kubeconfig: string) => kubeconfig, ...choices.clusters };
  for (const [name, change] of Object.entries(clusters)) {
    await writeFile(join(folder, name), change(cluster.kubeconfig('bot-token')));
  }
  const listed = Object.keys(clusters).map(
    (name) => `  ${name}: {kubeconfig: 'file:${join(folder, name)}', context: sandbox}`,
  );
  const vigie = stack.use(
    await startVigie({
      env: { ...choices.env, VIGIE_RUNBOOKS: join(import.meta.dirname, 'runbooks') },
      yaml: configurationOf(listed.join('\n'), choices),
    }),
  );
  const running = stack.move();
  return {
    ...{ vigie, cluster },
    alert: async (alertname, status, service = 'checkout') => {
      const { ok } = await vigie.post(bodyOf(alertname, status, service));
      if (!ok) throw new Error(`the alert ${alertname} was not taken`);
    },
    quiet: () => quiet(vigie),
    image: (kind, name) => container.parse(cluster.get(kind, 'shop', name)).spec.template.spec.containers[0].image,
    writes: () =>
      cluster
        .calls()
        .filter(({ method, query }) => method !== 'GET' && method !== 'POST' && query['dryRun'] === undefined)
        .map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const container = z.object({
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.tuple([z.object({ image: z.string() })], z.unknown()) }) }),
  }),
});

const configurationOf = (
  clusters: string,
  { automation = 'dry-run', yaml = '', checkout = '' }: ShopChoices,
): string => `clusters:
${clusters}
roles: {admin: {users: [U0ANA, U0BEN]}, responder: everyone}
incidents: {recover_hold: 4s}
services:
  checkout:
    match: ['service="checkout"']
    environment: production
    target: {cluster: eu-1, namespace: shop, kind: Deployment, name: checkout}
    automation: {mode: ${automation}}
    slack: {group: S0ONCALL}
${checkout}
  search:
    match: ['service="search"']
    environment: production
    target: {cluster: eu-1, namespace: shop, kind: Deployment, name: search}
    slack: {group: S0ONCALL}
  ledger:
    match: ['service="ledger"']
    environment: production
    target: {cluster: eu-1, namespace: shop, kind: StatefulSet, name: ledger}
    slack: {group: S0ONCALL}
${yaml}
`;

/** One alert about a service, as Alertmanager reports it. */
function bodyOf(alertname: string, status: 'firing' | 'resolved', service: string): string {
  const labels = { alertname, service, namespace: 'shop', severity: 'critical' };
  return JSON.stringify({
    ...{ version: '4', groupKey: `{}:{alertname="${alertname}", service="${service}"}`, receiver: 'vigie', status },
    ...{ groupLabels: { alertname, service }, commonLabels: labels, commonAnnotations: {}, truncatedAlerts: 0 },
    externalURL: 'http://alertmanager.shop.example',
    alerts: [
      {
        ...{ status, labels, annotations: {}, generatorURL: '', startsAt: '2026-11-21T03:00:00Z' },
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-11-21T03:04:00Z',
        fingerprint: Buffer.from(alertname + service)
          .toString('hex')
          .slice(0, 16)
          .padEnd(16, '0'),
      },
    ],
  });
}

/** What is not due may wait; everything else must be done, and be done still when it is asked again. */
async function quiet(vigie: Vigie): Promise<void> {
  let calm = 0;
  const isCalm = async (): Promise<boolean> => {
    const metrics = await (await fetch(`${vigie.app.privateUrl}/metrics`)).text();
    const pending = /^vigie_outbox_pending\{room="(?:slack|checks)"\} [1-9]|^vigie_outbox_due [1-9]/m.test(metrics);
    const busy = pending || (await hasMovingRuns(vigie));
    calm = busy ? 0 : calm + 1;
    return calm >= 3;
  };
  await vigie.settled();
  await vi.waitUntil(isCalm, { timeout: 60_000, interval: 50 });
}

/** Between two looks at a rollout nothing is due. */
async function hasMovingRuns({ list, show }: Vigie): Promise<boolean> {
  const shown = await Promise.all((await list()).map(({ number }) => show(number)));
  const runs = shown.flatMap(({ incident }) => Object.values(incident.runs));
  return runs.some(({ stand }) => ['planning', 'running', 'watching'].includes(stand.is));
}
