/** Reading from the simulated cluster: discovery, objects, lists, selectors, pages, tables, and what is not there. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { shop } from '../../../sandbox/kubernetes/seed/shop.ts';
import { ask, at, cluster, deployment } from './cluster.ts';

let k: KubernetesSandbox;
beforeAll(async () => {
  k = await cluster(shop.workloads, { seed: { objects: shop.objects } });
});
afterAll(() => k[Symbol.asyncDispose]());

const names = (body: unknown): readonly unknown[] =>
  (at(body, 'items') as readonly unknown[]).map((item) => at(item, 'metadata', 'name'));
const pods = '/api/v1/namespaces/shop/pods';

describe('discovery', () => {
  it('names the version, the groups and what is in them', async () => {
    expect((await ask(k, 'GET', '/version')).body).toMatchObject({ gitVersion: 'v1.36.0' });
    expect((await ask(k, 'GET', '/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const groups = (await ask(k, 'GET', '/apis')).body;
    expect(groups).toMatchObject({ kind: 'APIGroupList' });
    expect(at(groups, 'groups')).toContainEqual(expect.objectContaining({ name: 'apps' }));
    const apps = (await ask(k, 'GET', '/apis/apps/v1')).body;
    expect(at(apps, 'resources')).toContainEqual(
      expect.objectContaining({ name: 'deployments/scale', group: 'autoscaling', version: 'v1', kind: 'Scale' }),
    );
    expect((await ask(k, 'GET', '/readyz')).text).toBe('ok');
  });

  it('answers paths that do not exist as the server does', async () => {
    const { status, body } = await ask(k, 'GET', '/apis/batch/v1');
    expect(status).toBe(404);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    });
  });
});

describe('an object', () => {
  it('comes with defaults, a status and its revision', async () => {
    const { status, body } = await ask(k, 'GET', deployment);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '3' } },
      spec: {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { spec: { restartPolicy: 'Always', containers: [{ imagePullPolicy: 'IfNotPresent' }] } },
      },
      status: { observedGeneration: 3, replicas: 4, updatedReplicas: 1, readyReplicas: 3, unavailableReplicas: 1 },
    });
  });

  it('that is not there is refused with a Status that says what is missing', async () => {
    const { status, body } = await ask(k, 'GET', `${deployment}s`);
    expect(status).toBe(404);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'deployments.apps "checkouts" not found',
      reason: 'NotFound',
      details: { name: 'checkouts', group: 'apps', kind: 'deployments' },
      code: 404,
    });
  });

  it('has a scale with the uid and version of its parent', async () => {
    const [scale, parent] = [await ask(k, 'GET', `${deployment}/scale`), await ask(k, 'GET', deployment)];
    expect(scale.body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: {
        uid: at(parent.body, 'metadata', 'uid'),
        resourceVersion: at(parent.body, 'metadata', 'resourceVersion'),
      },
      spec: { replicas: 3 },
      status: { replicas: 4, selector: 'app=checkout' },
    });
    expect((await ask(k, 'GET', '/apis/apps/v1/namespaces/shop/daemonsets/log-agent/scale')).status).toBe(404);
  });

  it('carries the time of the cluster in the Date header', async () => {
    expect((await ask(k, 'GET', deployment)).headers.get('date')).toBe('Mon, 05 Jan 2026 12:00:00 GMT');
  });
});

describe('a list', () => {
  it.each([
    ['app=search', 2],
    ['app==search', 2],
    ['app!=search', 10],
    ['app in (search, ledger)', 5],
    ['app notin (search,ledger)', 7],
    ['pod-template-hash', 6],
    ['!pod-template-hash', 6],
    ['app in (search),pod-template-hash', 2],
  ])('is narrowed by the label selector %s', async (selector, count) => {
    const { body } = await ask(k, 'GET', `${pods}?labelSelector=${encodeURIComponent(selector)}`);
    expect(names(body)).toHaveLength(count);
  });

  it('is narrowed by fields, and refuses fields that cannot be selected by', async () => {
    const one = await ask(k, 'GET', `${pods}?fieldSelector=metadata.name%3Dledger-0`);
    expect(names(one.body)).toEqual(['ledger-0']);
    expect(names((await ask(k, 'GET', `${pods}?fieldSelector=status.phase!%3DRunning`)).body)).toEqual([]);
    const about = 'involvedObject.kind%3DPod%2Ctype%3DWarning%2Creason%3DBackOff';
    expect(names((await ask(k, 'GET', `/api/v1/namespaces/shop/events?fieldSelector=${about}`)).body)).toHaveLength(1);
    const refused = await ask(k, 'GET', `${pods}?fieldSelector=spec.color%3Dred`);
    expect(refused.body).toMatchObject({ code: 400, message: 'field label not supported: spec.color' });
  });

  it('comes in pages', async () => {
    const first = await ask(k, 'GET', `${pods}?limit=5`);
    expect(at(first.body, 'metadata')).toMatchObject({ remainingItemCount: 7 });
    const token = String(at(first.body, 'metadata', 'continue'));
    const second = await ask(k, 'GET', `${pods}?limit=50&continue=${token}`);
    const all = await ask(k, 'GET', '/api/v1/pods');
    expect([...names(first.body), ...names(second.body)]).toEqual(names(all.body));
    expect(at(second.body, 'metadata', 'continue')).toBeUndefined();
  });

  it('gives no more pages when the version of the first one is forgotten', async () => {
    const first = await ask(k, 'GET', `${pods}?limit=5`);
    k.deploy('Deployment', 'shop', 'search', 'registry.example.com/shop/search:v9');
    k.compact();
    const { status, body } = await ask(k, 'GET', `${pods}?continue=${String(at(first.body, 'metadata', 'continue'))}`);
    expect(status).toBe(410);
    expect(body).toMatchObject({ reason: 'Expired' });
  });

  it('is a table for those who ask for one', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { body } = await ask(k, 'GET', '/apis/apps/v1/namespaces/shop/deployments', { headers: { accept } });
    expect(body).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      rows: [
        {
          cells: [
            'checkout',
            '3/3',
            1,
            3,
            '3d',
            'checkout',
            'registry.example.com/shop/checkout:crash-v3',
            'app=checkout',
          ],
        },
        { object: { kind: 'PartialObjectMetadata', metadata: { name: 'search' } } },
      ],
    });
    expect(at(body, 'columnDefinitions', 0)).toMatchObject({ name: 'Name', type: 'string', format: 'name' });
  });
});
