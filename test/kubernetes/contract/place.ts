/**
 * Where the suite runs: in a namespace of its own, of a simulated cluster that is started for it or, in the vitest project
 * `cluster`, of the cluster that KUBECONFIG names. Nothing but this file knows which of them it is.
 */
import { randomBytes } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import type { TestContext } from 'vitest';
import { startKubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { empty } from '../../../sandbox/kubernetes/seed/shop.ts';
import type { Target } from '../../../src/action/action.ts';
import type { Duration, Instant } from '../../../src/incident/incident.ts';
import { type Clusters, openClusters } from '../../../src/kubernetes/cluster.ts';
import { ask, expectStatus } from './api.ts';
import { conventional, imagesOf, type Images } from './images.ts';

/** A namespace that is gone when the place is disposed of, whatever happened in it. */
export interface Place extends AsyncDisposable {
  readonly namespace: string;
  /** Of somebody who may do everything in the namespace. */
  readonly config: KubeConfig;
  /** Of somebody who may not change Deployments there; null when there is nobody. */
  readonly stranger: KubeConfig | null;
  readonly images: Images;
  /** The way of the product to the same cluster; it is called `eu-1`. */
  readonly clusters: Clusters;
  /** The product as the stranger; null when there is none. */
  readonly strange: Clusters | null;
  readonly now: () => Instant;
  /** How long anything may take. */
  readonly patience: Duration;
  /** The longest pause between two looks. The simulator is quick, and tests should be. */
  readonly pause: Duration;
}

/** The label of namespaces of the suite; its value names the run. */
export const label = 'vigie.dev/contract';

/** Why there is no stranger. */
export const noStranger =
  'VIGIE_CONTRACT_STRANGER_TOKEN is not set: the token of somebody who may not change Deployments in a new namespace';

/** Set by the vitest project `cluster`: which run this is. */
const run = process.env['VIGIE_CONTRACT_RUN'] ?? '';

/** What a cluster is opened with. */
interface Ground extends AsyncDisposable {
  readonly config: KubeConfig;
  readonly stranger: KubeConfig | null;
  readonly images: Images;
  readonly pause: Duration;
}

/** Opens a place. */
export async function openPlace(): Promise<Place> {
  const ground = run === '' ? await startSimulator() : openCluster(process.env);
  const { config, stranger } = ground;
  const namespace = `vigie-contract-${randomBytes(4).toString('hex')}`;
  const opened = [config, ...(stranger === null ? [] : [stranger])].map((each) =>
    openClusters({ 'eu-1': { kubeconfig: each.exportConfig(), context: null, exec: true } }),
  );
  const [clusters, strange = null] = opened;
  if (clusters === undefined) throw new Error('opening a place without a kubeconfig');
  const close = async (): Promise<void> => {
    await ask(config, 'DELETE', `/api/v1/namespaces/${namespace}`);
    for (const each of opened) await each[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  };
  try {
    const metadata = { name: namespace, labels: { [label]: run === '' ? 'simulator' : run } };
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
    expectStatus(201, await ask(config, 'POST', '/api/v1/namespaces', { body }));
  } catch (error) {
    await close();
    throw error;
  }
  const { images, pause } = ground;
  return {
    ...{ namespace, config, stranger, images, clusters, strange, pause },
    now: Date.now,
    patience: 60_000,
    [Symbol.asyncDispose]: close,
  };
}

/** A rollout takes a fraction of a second, and nothing is so quick that it can't be seen. */
const pace = { tick: 25, observe: 50, start: 50, ready: 50, crashAfter: 100, backOff: 400, terminate: 50 };

async function startSimulator(): Promise<Ground> {
  const simulator = await startKubernetesSandbox({ seed: { ...empty, namespaces: [] }, pace });
  const configOf = (token: string): KubeConfig => {
    const config = new KubeConfig();
    config.loadFromString(simulator.kubeconfig(token));
    return config;
  };
  return {
    config: configOf('admin-token'),
    stranger: configOf('viewer-token'),
    images: conventional('registry.example.com/vigie/app'),
    pause: 100,
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      simulator.assertSound();
    },
  };
}

/** The cluster of KUBECONFIG, and of VIGIE_CONTRACT_CONTEXT when its current context is another one. */
export function openCluster(env: NodeJS.ProcessEnv): Ground {
  const configOf = (token: string): KubeConfig => {
    const config = new KubeConfig();
    config.loadFromDefault();
    const context = env['VIGIE_CONTRACT_CONTEXT'] ?? '';
    if (context !== '') config.setCurrentContext(context);
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error(`KUBECONFIG has no context "${context || config.getCurrentContext()}"`);
    if (token === '') return config;
    const other = new KubeConfig();
    other.loadFromClusterAndUser(cluster, { name: 'stranger', token });
    return other;
  };
  const token = env['VIGIE_CONTRACT_STRANGER_TOKEN'] ?? '';
  return {
    config: configOf(''),
    stranger: token === '' ? null : configOf(token),
    images: imagesOf(env),
    pause: 5_000,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A workload of the place as the product names it. */
export const targetAt = ({ namespace }: Place, kind: Target['kind'], name: string): Target => ({
  ...{ cluster: 'eu-1', namespace, kind, name },
});

/** The stranger's part of a place; without one the test is skipped, and says why. */
export function strangerOf(
  { strange, stranger }: Place,
  context: TestContext,
): { readonly config: KubeConfig; readonly clusters: Clusters } {
  if (stranger === null || strange === null) return context.skip(noStranger);
  return { config: stranger, clusters: strange };
}
