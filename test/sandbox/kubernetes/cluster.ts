/** A simulated cluster whose clock stands still, and plain HTTP requests to it. */

import { afterEach, beforeEach } from 'vitest';

import type { KubernetesOptions, KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { startKubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { empty } from '../../../sandbox/kubernetes/seed/shop.ts';
import type { WorkloadSeed } from '../../../sandbox/kubernetes/seed/seed.ts';

/** Any JSON that came back. Tests look into it freely. */
export type Body = { readonly [key: string]: unknown };

/** An answer of the API server. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Body; readonly text: string };

/** What a request may say beyond its method and path. */
export type Asking = {
  readonly token?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: { readonly [name: string]: string };
};

/** Noon of an ordinary Monday. */
const noon = Date.parse('2026-01-05T12:00:00Z');

/** The image of the shop's checkout with this tag. */
export function checkout(tag: string): string {
  return `registry.example.com/shop/checkout:${tag}`;
}

/** A Deployment of three pods, deployed just now and not started yet. */
export const fresh: WorkloadSeed = { kind: 'Deployment', name: 'checkout', history: [{ image: checkout('v1') }] };

/** The same, deployed an hour ago and running. */
export const running: WorkloadSeed = { ...fresh, history: [{ image: checkout('v1'), ago: 3_600_000 }] };

/** Starts a cluster with these workloads, at noon. */
export function cluster(
  workloads: readonly WorkloadSeed[] = [],
  options: KubernetesOptions = {},
): Promise<KubernetesSandbox> {
  const { seed, ...rest } = options;
  return startKubernetesSandbox({ standAt: noon, ...rest, seed: { ...empty, workloads, ...seed } });
}

/** Starts one anew for every test of a file and hands it over. No controller of it may have broken by the end. */
export function clusterForEachTest(
  workloads: readonly WorkloadSeed[],
  handOver: (started: KubernetesSandbox) => void,
): void {
  let k: KubernetesSandbox;
  beforeEach(async () => {
    k = await cluster(workloads);
    handOver(k);
  });
  afterEach(async () => {
    k.assertSound();
    await k[Symbol.asyncDispose]();
  });
}

/** Sends a request as the administrator, or with another token; '' sends none. */
export async function ask(k: KubernetesSandbox, method: string, path: string, asking: Asking = {}): Promise<Answer> {
  const { token = 'admin-token', body, type = 'application/json', headers = {} } = asking;
  const response = await fetch(`${k.url}${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: json ? (JSON.parse(text) as Body) : {}, text };
}

/** Sends a patch; its type is `merge`, `json` or `strategic`. */
export function patch(
  k: KubernetesSandbox,
  path: string,
  kind: 'merge' | 'json' | 'strategic',
  body: unknown,
  token = 'admin-token',
): Promise<Answer> {
  const types = { merge: 'merge-patch', json: 'json-patch', strategic: 'strategic-merge-patch' };
  return ask(k, 'PATCH', path, { body, token, type: `application/${types[kind]}+json` });
}

/** The path of a Deployment in the shop. */
export const deployment = '/apis/apps/v1/namespaces/shop/deployments/checkout';

/** The number at a path of keys, or undefined. */
export function at(object: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], object);
}

/** What a Deployment's status says, with the reason of its Progressing condition. */
export function progress(k: KubernetesSandbox, name = 'checkout') {
  const object = k.get('Deployment', 'shop', name);
  const conditions = (object.status?.['conditions'] ?? []) as readonly { type: string; reason: string }[];
  const reason = conditions.find(({ type }) => type === 'Progressing')?.reason;
  return { generation: object.metadata.generation, ...object.status, reason };
}

/** The revisions of a Deployment, by the tags of their images, with the replicas that each has. */
export function revisions(k: KubernetesSandbox, name = 'checkout'): { readonly [tag: string]: string } {
  const sets = k.list('ReplicaSet', 'shop').filter(({ metadata }) => metadata.name.startsWith(`${name}-`));
  const rows = sets.map((set) => {
    const image = String(at(set, 'spec', 'template', 'spec', 'containers', 0, 'image'));
    const number = set.metadata.annotations?.['deployment.kubernetes.io/revision'];
    return [
      String(image.split(':')[1]),
      `revision ${number}, replicas ${String(at(set, 'spec', 'replicas'))}`,
    ] as const;
  });
  return Object.fromEntries(rows.toSorted(([a], [b]) => a.localeCompare(b)));
}
