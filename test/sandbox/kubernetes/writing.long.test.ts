/** Writing to the simulated cluster: creating, patching, versions, generations, dry runs, ownership of fields, deleting. */

import { describe, expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { ask, at, checkout, cluster, clusterForEachTest, deployment, fresh, patch, running } from './cluster.ts';

let k: KubernetesSandbox;
clusterForEachTest([running], (started) => {
  k = started;
});

const read = async (): Promise<unknown> => (await ask(k, 'GET', deployment)).body;
const meta = async (...keys: readonly string[]): Promise<unknown> => at(await read(), 'metadata', ...keys);

describe('creating', () => {
  const path = '/apis/apps/v1/namespaces/shop/deployments';
  const draft = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart' },
    spec: {
      selector: { matchLabels: { app: 'cart' } },
      template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', image: 'cart:v1' }] } },
    },
  };

  it('answers 201 with generation 1, and 409 the second time', async () => {
    const first = await ask(k, 'POST', path, { body: draft });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      metadata: { generation: 1, namespace: 'shop' },
      spec: { replicas: 1 },
      status: {},
    });
    const second = await ask(k, 'POST', path, { body: draft });
    expect(second.body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'deployments.apps "cart" already exists',
    });
  });

  it('refuses what is invalid, with every cause', async () => {
    const spec = { ...draft.spec, replicas: -1, template: { spec: { containers: [{ name: 'cart' }] } } };
    const { body } = await ask(k, 'POST', path, { body: { ...draft, spec } });
    expect(body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: {
        kind: 'Deployment',
        causes: [
          { field: 'spec.replicas', reason: 'FieldValueInvalid' },
          { field: 'spec.template.metadata.labels' },
          { field: 'spec.template.spec.containers[0].image', reason: 'FieldValueRequired' },
        ],
      },
    });
    expect(String(body['message'])).toContain(
      'Deployment.apps "cart" is invalid: [spec.replicas: Invalid value: -1: must be',
    );
  });

  it('refuses a namespace that is not there', async () => {
    const { body } = await ask(k, 'POST', '/apis/apps/v1/namespaces/nowhere/deployments', { body: draft });
    expect(body).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' });
  });
});

describe('versions', () => {
  it('let exactly one of two writes from the same version in', async () => {
    const resourceVersion = await meta('resourceVersion');
    const write = (who: string) =>
      patch(k, deployment, 'merge', { metadata: { resourceVersion, annotations: { who } } });
    const answers = await Promise.all([write('ana'), write('ben')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on deployments.apps "checkout": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'checkout', group: 'apps', kind: 'deployments' },
    });
  });

  it('do not move when nothing changes', async () => {
    const before = await meta('resourceVersion');
    await patch(k, deployment, 'merge', { spec: { replicas: 3 } });
    expect(await meta('resourceVersion')).toBe(before);
  });

  it('guard a PUT too, and a uid that is not the stored one is a conflict', async () => {
    const object = (await read()) as { metadata: object; spec: object };
    await patch(k, deployment, 'merge', { spec: { replicas: 4 } });
    expect((await ask(k, 'PUT', deployment, { body: object })).status).toBe(409);
    const other = { ...object, metadata: { ...object.metadata, resourceVersion: '', uid: 'another' } };
    const { body } = await ask(k, 'PUT', deployment, { body: other });
    expect(body).toMatchObject({ code: 409 });
    expect(String(body['message'])).toContain('UID in precondition: another');
    const patched = await patch(k, deployment, 'merge', { metadata: { uid: 'another' } });
    expect(patched.body).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'metadata.uid', message: 'Invalid value: "another": field is immutable' }] },
    });
  });
});

describe('generations', () => {
  it('rise with the spec and, of Deployments, with annotations; not with labels or the status', async () => {
    expect(await meta('generation')).toBe(1);
    await patch(k, deployment, 'merge', { metadata: { labels: { team: 'a' } } });
    expect(await meta('generation')).toBe(1);
    await patch(k, deployment, 'merge', { metadata: { annotations: { note: 'a' } } });
    expect(await meta('generation')).toBe(2);
    await patch(k, deployment, 'merge', { spec: { replicas: 4 } });
    expect(await meta('generation')).toBe(3);
    await patch(k, `${deployment}/status`, 'merge', {
      metadata: { annotations: { b: 'b' } },
      spec: { replicas: 9 },
      status: { replicas: 8 },
    });
    expect(await read()).toMatchObject({ metadata: { generation: 3 }, spec: { replicas: 4 }, status: { replicas: 8 } });
  });

  it('of a StatefulSet do not rise with annotations', async () => {
    await using other = await cluster([{ ...fresh, kind: 'StatefulSet', name: 'ledger' }]);
    const path = '/apis/apps/v1/namespaces/shop/statefulsets/ledger';
    const { body } = await patch(other, path, 'merge', { metadata: { annotations: { note: 'a' } } });
    expect(at(body, 'metadata', 'generation')).toBe(1);
    const refused = await patch(other, path, 'merge', { spec: { serviceName: 'other' } });
    expect(String(refused.body['message'])).toContain("updates to statefulset spec for fields other than 'replicas'");
  });
});

describe('a dry run', () => {
  it('shows the result and stores nothing', async () => {
    const before = await read();
    const { body } = await patch(k, `${deployment}?dryRun=All`, 'merge', { spec: { replicas: 7 } });
    expect(body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 7 } });
    expect(await read()).toEqual(before);
    expect((await patch(k, `${deployment}?dryRun=Some`, 'merge', {})).body).toMatchObject({
      code: 422,
      message: 'PatchOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    });
  });

  it('of a deletion is asked for in the body; with a body, the parameters do not count', async () => {
    const inBody = await ask(k, 'DELETE', deployment, { body: { dryRun: ['All'] } });
    expect([inBody.status, (await ask(k, 'GET', deployment)).status]).toEqual([200, 200]);
    await ask(k, 'DELETE', `${deployment}?dryRun=All`);
    expect((await ask(k, 'GET', deployment)).status).toBe(200);
    await ask(k, 'DELETE', `${deployment}?dryRun=All`, { body: { propagationPolicy: 'Background' } });
    expect((await ask(k, 'GET', deployment)).status).toBe(404);
  });
});

describe('ownership of fields', () => {
  const owners = async (): Promise<readonly unknown[]> => (await meta('managedFields')) as readonly unknown[];

  it('goes to whoever changes a field, named by the query or the user agent', async () => {
    const template = { spec: { containers: [{ name: 'checkout', image: checkout('v2') }] } };
    await patch(k, `${deployment}?fieldManager=incident-bot`, 'strategic', { spec: { template } });
    expect(await owners()).toContainEqual(
      expect.objectContaining({
        manager: 'incident-bot',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: '2026-01-05T12:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"checkout"}': { 'f:image': {} } } } } },
        },
      }),
    );
    const first = (await owners()).find((entry) => at(entry, 'manager') === 'kubectl-client-side-apply');
    const theirs = at(first, 'fieldsV1', 'f:spec', 'f:template', 'f:spec', 'f:containers', 'k:{"name":"checkout"}');
    expect(theirs).toHaveProperty('f:name');
    expect(theirs).not.toHaveProperty('f:image');
  });

  it('is listed in the order of time, so that a write of nothing new keeps the version', async () => {
    const note = { metadata: { annotations: { note: 'a' } } };
    await patch(k, `${deployment}?fieldManager=ana`, 'merge', note);
    await patch(k, `${deployment}?fieldManager=zoe`, 'merge', { metadata: { annotations: { other: 'b' } } });
    const before = await meta('resourceVersion');
    await patch(k, `${deployment}?fieldManager=ana`, 'merge', note);
    expect(await meta('resourceVersion')).toBe(before);
    const managers = (await owners()).map((entry) => at(entry, 'manager'));
    expect(managers.slice(-2)).toEqual(['ana', 'zoe']);
  });

  it('is kept apart for the scale subresource', async () => {
    await patch(k, `${deployment}/scale?fieldManager=incident-bot`, 'merge', { spec: { replicas: 5 } });
    expect(await owners()).toContainEqual(
      expect.objectContaining({
        manager: 'incident-bot',
        subresource: 'scale',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      }),
    );
  });
});

describe('the scale', () => {
  it('changes replicas and nothing else, guarded by version and uid', async () => {
    const annotated = { metadata: { annotations: { marker: 'x' } }, spec: { replicas: 6 } };
    const { status, body } = await patch(k, `${deployment}/scale`, 'merge', annotated);
    expect([status, at(body, 'spec', 'replicas')]).toEqual([200, 6]);
    expect(await meta('annotations')).not.toHaveProperty('marker');
    for (const metadata of [{ resourceVersion: '1' }, { uid: 'another' }]) {
      const refused = await patch(k, `${deployment}/scale`, 'merge', { metadata, spec: { replicas: 2 } });
      expect(refused.status).toBe(409);
      expect(String(refused.body['message'])).toMatch(
        'uid' in metadata ? /on deployments\/scale\.apps "checkout": Precondition failed: UID/ : /has been modified/,
      );
    }
    expect((await patch(k, `${deployment}/scale`, 'merge', { spec: { replicas: -1 } })).status).toBe(422);
  });
});

describe('deleting', () => {
  it('respects a uid, lets a pod end gracefully, and takes what was owned along', async () => {
    const [pod] = k.list('Pod', 'shop');
    const path = `/api/v1/namespaces/shop/pods/${pod?.metadata.name}`;
    const wrong = await ask(k, 'DELETE', path, { body: { preconditions: { uid: 'another' } } });
    expect(wrong.body).toMatchObject({
      ...{ code: 409, reason: 'Conflict', details: { kind: 'Pod', name: pod?.metadata.name } },
      message: `Operation cannot be fulfilled on Pod "${pod?.metadata.name}": the UID in the precondition (another) does not match the UID in record (${pod?.metadata.uid}). The object might have been deleted and then recreated`,
    });
    const right = await ask(k, 'DELETE', path, { body: { preconditions: { uid: pod?.metadata.uid } } });
    expect(right.body).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 30 } });
    await k.clock.advance(5000);
    expect((await ask(k, 'GET', path)).status).toBe(404);
    expect(k.list('Pod', 'shop')).toHaveLength(3);

    expect((await ask(k, 'DELETE', deployment)).body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'checkout' },
    });
    await k.clock.advance(5000);
    expect([...k.list('ReplicaSet'), ...k.list('Pod')]).toEqual([]);
  });
});
