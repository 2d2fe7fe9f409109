/** The JavaScript client for Kubernetes, as it is, cannot tell the sandbox from a cluster; over HTTP and HTTPS. */

import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { at, checkout, cluster, running } from './cluster.ts';

const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const target = { name: 'checkout', namespace: 'shop' };
const raw = { group: 'apps', version: 'v1', plural: 'deployments', ...target };

describe.each([{ https: false }, { https: true }])('with %o', ({ https }) => {
  let k: KubernetesSandbox;
  let config: KubeConfig;
  beforeAll(async () => {
    k = await cluster([running], { https });
    config = new KubeConfig();
    config.loadFromString(k.kubeconfig('bot-token'));
  });
  afterAll(() => k[Symbol.asyncDispose]());

  it('reads objects and lists', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    expect((await apps.readNamespacedDeployment(target)).spec?.replicas).toBe(3);
    const pods = await config
      .makeApiClient(CoreV1Api)
      .listNamespacedPod({ namespace: 'shop', labelSelector: 'app=checkout' });
    expect(pods.items.map((pod) => pod.status?.phase)).toEqual(['Running', 'Running', 'Running']);
    const [pod] = pods.items;
    const log = await config
      .makeApiClient(CoreV1Api)
      .readNamespacedPodLog({ name: pod?.metadata?.name ?? '', namespace: 'shop', tailLines: 1 });
    expect(log).toBe('INFO ready\n');
  });

  it('patches raw objects, and learns from a conflict', async () => {
    const custom = config.makeApiClient(CustomObjectsApi);
    const before: unknown = await custom.getNamespacedCustomObject(raw);
    const metadata = {
      resourceVersion: at(before, 'metadata', 'resourceVersion'),
      annotations: { 'incident-bot.io/last-action': 'a1' },
    };
    const dry: unknown = await custom.patchNamespacedCustomObject(
      { ...raw, body: { metadata }, dryRun: 'All', fieldManager: 'incident-bot' },
      merge,
    );
    expect(at(dry, 'metadata', 'generation')).toBe(2);
    await custom.patchNamespacedCustomObject({ ...raw, body: { metadata }, fieldManager: 'incident-bot' }, merge);
    const late = custom.patchNamespacedCustomObject(
      { ...raw, body: { metadata: { ...metadata, annotations: { other: 'x' } } } },
      merge,
    );
    const error: unknown = await late.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiException);
    expect(error).toMatchObject({ code: 409 });
    expect(JSON.parse(String(at(error, 'body')))).toMatchObject({ kind: 'Status', reason: 'Conflict' });
    expect(k.calls().find(({ query }) => query['dryRun'] === 'All')).toMatchObject({
      contentType: 'application/merge-patch+json',
      status: 200,
    });
  });

  it('scales, asks for its rights and is refused', async () => {
    const custom = config.makeApiClient(CustomObjectsApi);
    const scale: unknown = await custom.patchNamespacedCustomObjectScale(
      { ...raw, body: { spec: { replicas: 4 } } },
      merge,
    );
    expect(at(scale, 'spec', 'replicas')).toBe(4);
    const resourceAttributes = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop' };
    const review = await config
      .makeApiClient(AuthorizationV1Api)
      .createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
    expect(review.status?.allowed).toBe(true);
    await expect(config.makeApiClient(AppsV1Api).deleteNamespacedDeployment(target)).rejects.toMatchObject({
      code: 403,
    });
  });

  it('watches', async () => {
    const seen: string[] = [];
    const path = '/apis/apps/v1/namespaces/shop/deployments';
    const watching = await new Watch(config).watch(
      path,
      {},
      (type) => seen.push(type),
      () => undefined,
    );
    await k.until(() => seen.length === 1);
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.until(() => seen.length === 2);
    expect(seen).toEqual(['ADDED', 'MODIFIED']);
    watching.abort();
  });
});
