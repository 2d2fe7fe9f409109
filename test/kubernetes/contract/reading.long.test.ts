/** What the API server answers to GET and LIST. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dig, list, text } from '../../../src/kubernetes/json.ts';
import { ask, get, patch } from './api.ts';
import { openPlace, type Place } from './place.ts';
import { pathIn, rolledOut, apply } from './workloads.ts';

let place: Place;
let path: string;
beforeAll(async () => {
  place = await openPlace();
  [path] = await Promise.all([apply(place, 'Deployment', 'web'), apply(place, 'Deployment', 'api', { replicas: 1 })]);
  await Promise.all([rolledOut(place, 'Deployment', 'web'), rolledOut(place, 'Deployment', 'api')]);
});
afterAll(() => place?.[Symbol.asyncDispose]());

const namesOf = (body: Parameters<typeof list>[0]): readonly string[] =>
  list(body, 'items').map((item) => text(item, 'metadata', 'name'));

describe('an object', () => {
  it('has its kind, what identifies it, and what the server has filled in', async () => {
    expect(await get(place, path)).toMatchObject({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      metadata: {
        ...{ name: 'web', namespace: place.namespace, generation: 1 },
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        annotations: { 'deployment.kubernetes.io/revision': '1' },
      },
      spec: {
        ...{ replicas: 2, progressDeadlineSeconds: 600, revisionHistoryLimit: 10 },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            ...{ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' },
            containers: [{ name: 'app', image: place.images('v1'), imagePullPolicy: 'IfNotPresent', resources: {} }],
          },
        },
      },
      status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
    });
  });

  it('that is not there is a 404 that names it', async () => {
    const { body, status } = await ask(place.config, 'GET', pathIn(place, 'apps/v1 deployments/gone'));
    expect([status, body]).toEqual([
      404,
      {
        ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 404, reason: 'NotFound' },
        message: 'deployments.apps "gone" not found',
        details: { name: 'gone', group: 'apps', kind: 'deployments' },
      },
    ]);
  });

  it('of a DaemonSet has no scale', async () => {
    const { body, status } = await ask(place.config, 'GET', pathIn(place, 'apps/v1 daemonsets/gone/scale'));
    expect([status, body['message']]).toEqual([404, 'the server could not find the requested resource']);
  });
});

describe('a list', () => {
  it('says its kind and version once, and its items do not', async () => {
    const body = await get(place, pathIn(place, 'apps/v1 deployments'));
    expect(body).toMatchObject({ kind: 'DeploymentList', apiVersion: 'apps/v1' });
    expect(text(body, 'metadata', 'resourceVersion')).toMatch(/^\d+$/);
    expect(namesOf(body)).toEqual(['api', 'web']);
    for (const item of list(body, 'items')) {
      expect(item).not.toHaveProperty('kind');
      expect(item).not.toHaveProperty('apiVersion');
    }
  });

  it('of nothing has no items, and is no error', async () => {
    expect(await get(place, pathIn(place, 'v1 resourcequotas'))).toMatchObject({
      kind: 'ResourceQuotaList',
      items: [],
    });
  });

  it('is narrowed by labels and fields', async () => {
    const pods = pathIn(place, 'pods');
    const count = async (query: string): Promise<number> => namesOf(await get(place, `${pods}?${query}`)).length;
    expect(await count('labelSelector=app%3Dweb')).toBe(2);
    expect(await count('labelSelector=app%20in%20(web,api)')).toBe(3);
    expect(await count('labelSelector=app!%3Dweb,pod-template-hash')).toBe(1);
    expect(await count('fieldSelector=status.phase%3DRunning')).toBe(3);
    const [first = ''] = namesOf(await get(place, pods));
    expect(await count(`fieldSelector=metadata.name%3D${first}`)).toBe(1);
    const { body, status } = await ask(place.config, 'GET', `${pods}?fieldSelector=spec.nothing%3D1`);
    expect([status, body['reason'], body['message']]).toEqual([
      400,
      'BadRequest',
      expect.stringContaining('field label not supported: spec.nothing'),
    ]);
  });

  it('comes in pages', async () => {
    const pods = pathIn(place, 'pods');
    const first = await get(place, `${pods}?limit=2`);
    expect(namesOf(first)).toHaveLength(2);
    expect(dig(first, 'metadata', 'remainingItemCount')).toBe(1);
    const rest = await get(
      place,
      `${pods}?limit=2&continue=${encodeURIComponent(text(first, 'metadata', 'continue'))}`,
    );
    expect(namesOf(rest)).toHaveLength(1);
    expect(text(rest, 'metadata', 'continue')).toBe('');
    expect(new Set([...namesOf(first), ...namesOf(rest)]).size).toBe(3);
  });

  it('of events tells what was scaled', async () => {
    const selector = 'fieldSelector=involvedObject.kind%3DDeployment,reason%3DScalingReplicaSet';
    const events = list(await get(place, `${pathIn(place, 'events')}?${selector}`), 'items');
    expect(events.map((event) => text(event, 'message'))).toContainEqual(
      expect.stringMatching(/^Scaled up replica set web-\w+ from 0 to 2$/),
    );
  });
});

it('what is not understood is refused by its type', async () => {
  const answer = await ask(place.config, 'PATCH', path, { body: {}, type: 'text/plain' });
  expect([answer.status, answer.body['reason']]).toEqual([415, 'UnsupportedMediaType']);
  const none = await patch(place, pathIn(place, 'apps/v1 deployments/gone'), 'merge', { spec: { replicas: 1 } });
  expect([none.status, none.body['message']]).toEqual([404, 'deployments.apps "gone" not found']);
});
