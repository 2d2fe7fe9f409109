/** What can be made to go wrong in the simulated cluster: faults of requests, and others who change things back. */

import { describe, expect, it } from 'vitest';

import { ask, at, checkout, cluster, deployment, patch, progress, running } from './cluster.ts';

const scaled = { spec: { replicas: 5 } };

describe('a fault', () => {
  it.each([
    [409, 'Conflict'],
    [410, 'Expired'],
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
    [504, 'Timeout'],
  ])('%i is answered in place of the result, as often as ordered', async (status, reason) => {
    await using k = await cluster([running]);
    k.fault({ verb: 'patch', resource: 'deployments', times: 2, fault: { status } });
    const answers = [await ask(k, 'GET', deployment)];
    for (let time = 0; time < 3; time += 1) answers.push(await patch(k, deployment, 'merge', scaled));
    expect(answers.map((answer) => answer.status)).toEqual([200, status, status, 200]);
    expect(answers[1]?.body).toMatchObject({ kind: 'Status', reason, code: status });
    expect(k.calls().map(({ fault }) => fault)).toEqual([false, true, true, false]);
  });

  it.each(['before', 'after'] as const)('504 %s the commit leaves the caller in doubt', async (when) => {
    await using k = await cluster([running]);
    k.fault({ verb: 'write', fault: { status: 504, when } });
    expect((await patch(k, deployment, 'merge', scaled)).status).toBe(504);
    expect(k.get('Deployment', 'shop', 'checkout').spec).toMatchObject({ replicas: when === 'after' ? 5 : 3 });
  });

  it.each(['before', 'after'] as const)(
    'that cuts the connection %s the commit looks the same to the caller',
    async (when) => {
      await using k = await cluster([running]);
      k.fault({ verb: 'patch', fault: { cut: when } });
      await expect(patch(k, deployment, 'merge', scaled)).rejects.toThrow('fetch failed');
      expect(k.get('Deployment', 'shop', 'checkout').spec).toMatchObject({ replicas: when === 'after' ? 5 : 3 });
      expect(k.calls()[0]).toMatchObject({ status: 0, fault: true });
    },
  );

  it('429 says when to come again', async () => {
    await using k = await cluster([running]);
    k.fault({ fault: { status: 429, retryAfter: 7 } });
    const { status, headers, body } = await ask(k, 'GET', deployment);
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    expect(body).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } });
  });

  it('401 is a token that has just expired', async () => {
    await using k = await cluster([running]);
    k.fault({ user: 'viewer', fault: { status: 401 } });
    expect((await ask(k, 'GET', deployment)).status).toBe(200);
    expect((await ask(k, 'GET', deployment, { token: 'viewer-token' })).body).toMatchObject({ reason: 'Unauthorized' });
  });

  it('can be late, cut in half, or somebody else’s page', async () => {
    await using k = await cluster([running]);
    k.fault({ fault: { delayMs: 80, when: 'after' } });
    const started = Date.now();
    await patch(k, deployment, 'merge', scaled);
    expect(Date.now() - started).toBeGreaterThanOrEqual(75);
    k.fault({ fault: 'truncated' });
    await expect(ask(k, 'GET', deployment)).rejects.toThrow('terminated');
    k.fault({ fault: 'garbage' });
    expect((await ask(k, 'GET', deployment)).text).toContain('502 Bad Gateway');
    k.fault({ fault: { warning: 'this is deprecated' } });
    expect((await ask(k, 'GET', deployment)).headers.get('warning')).toBe('299 - "this is deprecated"');
  });

  it('carries a write out although the caller has left', async () => {
    await using k = await cluster([running]);
    k.fault({ fault: { delayMs: 150 } });
    const leaving = fetch(`${k.url}${deployment}`, {
      method: 'PATCH',
      headers: { authorization: 'Bearer admin-token', 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify(scaled),
      signal: AbortSignal.timeout(50),
    });
    await expect(leaving).rejects.toThrow('aborted');
    expect(k.get('Deployment', 'shop', 'checkout').spec).toMatchObject({ replicas: 3 });
    await k.until(() => at(k.get('Deployment', 'shop', 'checkout').spec, 'replicas') === 5);
  });

  it('can skip the first requests, and be called off', async () => {
    await using k = await cluster([running]);
    k.fault({ fault: { status: 500 }, skip: 1, times: null });
    expect((await ask(k, 'GET', deployment)).status).toBe(200);
    expect((await ask(k, 'GET', deployment)).status).toBe(500);
    k.clearFaults();
    expect((await ask(k, 'GET', deployment)).status).toBe(200);
  });
});

describe('a webhook', () => {
  const webhook = 'images.policy.example.com';

  it('denies with its own words', async () => {
    await using k = await cluster([running]);
    k.fault({ resource: 'deployments', times: null, fault: { webhook, denies: 'image is not signed' } });
    const { body } = await patch(k, deployment, 'merge', scaled);
    expect(body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: `admission webhook "${webhook}" denied the request: image is not signed`,
    });
    expect((await ask(k, 'GET', deployment)).status).toBe(200);
  });

  it('that does not support dry runs lets real writes pass', async () => {
    await using k = await cluster([running]);
    k.fault({ times: null, fault: { webhook, dryRun: 'unsupported' } });
    const { body } = await patch(k, `${deployment}?dryRun=All`, 'merge', scaled);
    expect(body).toMatchObject({ code: 400, message: `admission webhook "${webhook}" does not support dry run` });
    expect((await patch(k, deployment, 'merge', scaled)).status).toBe(200);
  });

  it('that does not answer is a 500', async () => {
    await using k = await cluster([running]);
    k.fault({ fault: { webhook, down: true } });
    const { body } = await patch(k, deployment, 'merge', scaled);
    expect(body).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(body['message']).toContain(`failed calling webhook "${webhook}"`);
  });

  it('can refuse the pods that controllers make', async () => {
    await using k = await cluster([running]);
    k.fault({ verb: 'create', resource: 'pods', times: null, fault: { webhook, denies: 'no' } });
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.clock.advance(3000);
    expect(JSON.stringify(progress(k))).toContain(`ReplicaFailure`);
    k.assertSound();
  });
});

describe('GitOps', () => {
  const order = { kind: 'Deployment', namespace: 'shop', name: 'checkout', afterMs: 3000 } as const;
  const image = (object: unknown): unknown => at(object, 'spec', 'template', 'spec', 'containers', 0, 'image');

  it('by Flux applies what Git says and owns it', async () => {
    await using k = await cluster([running]);
    k.gitops({ ...order, by: 'kustomize-controller', fields: ['template', 'replicas'] });
    const owned = k.get('Deployment', 'shop', 'checkout').metadata;
    expect(owned.labels).toHaveProperty(['kustomize.toolkit.fluxcd.io/name'], 'checkout');
    const entry = owned.managedFields?.find(({ manager }) => manager === 'kustomize-controller');
    expect(entry).toMatchObject({ operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:template': {} } } });
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.clock.advance(2000);
    expect(image(k.get('Deployment', 'shop', 'checkout'))).toBe(checkout('v2'));
    await k.clock.advance(2000);
    expect(image(k.get('Deployment', 'shop', 'checkout'))).toBe(checkout('v1'));
    k.release('shop', 'checkout');
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.clock.advance(60_000);
    expect(image(k.get('Deployment', 'shop', 'checkout'))).toBe(checkout('v2'));
  });

  it('by Argo CD takes back an image, but not a restart nor replicas that Git leaves open', async () => {
    await using k = await cluster([running]);
    k.gitops({ ...order, by: 'argocd-controller' });
    expect(k.get('Deployment', 'shop', 'checkout').metadata.annotations).toHaveProperty([
      'argocd.argoproj.io/tracking-id',
    ]);
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-05T12:00:00Z' };
    k.change('Deployment', 'shop', 'checkout', { spec: { replicas: 4, template: { metadata: { annotations } } } });
    await k.clock.advance(20_000);
    const kept = k.get('Deployment', 'shop', 'checkout');
    expect(at(kept, 'spec', 'template', 'metadata', 'annotations')).toEqual(annotations);
    expect(at(kept, 'spec', 'replicas')).toBe(4);
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.clock.advance(20_000);
    expect(image(k.get('Deployment', 'shop', 'checkout'))).toBe(checkout('v1'));
    k.assertSound();
  });
});

describe('an autoscaler', () => {
  const scaler = {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'checkout', namespace: 'shop' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' },
      minReplicas: 2,
      maxReplicas: 6,
    },
  };
  const cases = [
    [1, 2],
    [9, 6],
    [4, 4],
    [0, 0],
  ] as const;

  it.each(cases)('makes of %i replicas %i', async (given, kept) => {
    await using k = await cluster([running], { seed: { objects: [scaler] } });
    await patch(k, `${deployment}/scale`, 'merge', { spec: { replicas: given } });
    await k.clock.advance(40_000);
    expect(progress(k)['replicas' as never] ?? 0).toBe(kept);
    const { status } = k.get('HorizontalPodAutoscaler', 'shop', 'checkout');
    expect(status).toMatchObject({ currentReplicas: kept, desiredReplicas: kept });
    const active = given === 0 ? { status: 'False', reason: 'ScalingDisabled' } : { status: 'True' };
    expect(at(status, 'conditions', 1)).toMatchObject({ type: 'ScalingActive', ...active });
  });

  it('fights for what its metrics call for', async () => {
    await using k = await cluster([running], { seed: { objects: [scaler] } });
    k.demand('shop', 'checkout', 2);
    await patch(k, `${deployment}/scale`, 'merge', { spec: { replicas: 5 } });
    await k.clock.advance(40_000);
    expect(progress(k)).toMatchObject({ replicas: 2 });
    expect(k.list('Event').map((event) => event['reason'])).toContain('SuccessfulRescale');
    k.assertSound();
  });
});
