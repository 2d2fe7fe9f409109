/** Deployments as their controller rolls them: revisions, surge, pausing, scaling, deadlines, quotas. */

import { describe, expect, it } from 'vitest';

import { at, checkout, cluster, deployment, fresh, patch, progress, revisions, running } from './cluster.ts';

const minute = 60_000;

describe('a rollout', () => {
  it('is observed, progresses and is complete', async () => {
    await using k = await cluster([running]);
    const before = k.get('Deployment', 'shop', 'checkout');
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    expect(progress(k)).toMatchObject({ generation: 2, observedGeneration: 1, reason: 'NewReplicaSetAvailable' });
    await k.clock.advance(500);
    expect(progress(k)).toMatchObject({
      observedGeneration: 2,
      replicas: 4,
      updatedReplicas: 1,
      availableReplicas: 3,
      unavailableReplicas: 1,
    });
    await k.clock.advance(minute);
    expect(progress(k)).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
      reason: 'NewReplicaSetAvailable',
    });
    expect(progress(k)).not.toHaveProperty('unavailableReplicas');
    expect(k.list('Pod').map((pod) => at(pod, 'spec', 'containers', 0, 'image'))).toEqual(
      Array(3).fill(checkout('v2')),
    );
    expect(k.get('Deployment', 'shop', 'checkout').metadata.uid).toBe(before.metadata.uid);
    k.assertSound();
  });

  it('never has more pods than the surge allows nor fewer than may be missing', async () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } };
    await using k = await cluster([{ ...running, replicas: 6, spec: { strategy } }]);
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    for (let step = 0; step < 80; step += 1) {
      await k.clock.advance(250);
      const wanted = k.list('ReplicaSet').reduce((sum, set) => sum + Number(at(set, 'spec', 'replicas')), 0);
      expect(wanted).toBeLessThanOrEqual(8);
      expect(Number(at(progress(k), 'availableReplicas'))).toBeGreaterThanOrEqual(5);
    }
    expect(progress(k)).toMatchObject({ updatedReplicas: 6, replicas: 6, availableReplicas: 6 });
  });

  it('that recreates takes all old pods away before the new ones come', async () => {
    await using k = await cluster([{ ...running, spec: { strategy: { type: 'Recreate' } } }]);
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    let least = 3;
    for (let step = 0; step < 40; step += 1) {
      await k.clock.advance(250);
      const images = new Set(k.list('Pod').map((pod) => at(pod, 'spec', 'containers', 0, 'image')));
      expect(images.size).toBeLessThanOrEqual(1);
      least = Math.min(least, Number(progress(k)['availableReplicas' as never] ?? 0));
    }
    expect(least).toBe(0);
    expect(progress(k)).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
  });

  it('is observed later where the controller lags', async () => {
    await using k = await cluster([running], { pace: { observe: 2000 } });
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.clock.advance(1500);
    expect(progress(k)).toMatchObject({ generation: 2, observedGeneration: 1 });
    await k.clock.advance(1500);
    expect(progress(k)).toMatchObject({ generation: 2, observedGeneration: 2 });
  });
});

describe('revisions', () => {
  const history = {
    ...fresh,
    history: [
      { image: checkout('v1'), ago: 9e6, cause: 'one' },
      { image: checkout('v2'), ago: 8e6, cause: 'two' },
      { image: checkout('v3'), ago: 7e6, cause: 'three' },
    ],
  } as const;

  it('are numbered on the ReplicaSets and on the Deployment, with the annotations of their time', async () => {
    await using k = await cluster([history]);
    expect(revisions(k)).toEqual({
      v1: 'revision 1, replicas 0',
      v2: 'revision 2, replicas 0',
      v3: 'revision 3, replicas 3',
    });
    const causes = k.list('ReplicaSet').map(({ metadata }) => metadata.annotations?.['kubernetes.io/change-cause']);
    expect(new Set(causes)).toEqual(new Set(['one', 'two', 'three']));
    const set = k.list('ReplicaSet')[0];
    expect(set?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    });
    expect(set?.metadata.labels).toHaveProperty('pod-template-hash');
    expect(k.get('Deployment', 'shop', 'checkout').metadata).toMatchObject({
      generation: 3,
      annotations: { 'deployment.kubernetes.io/revision': '3' },
    });
  });

  it('are renumbered when an old template comes back, and the old number is remembered', async () => {
    await using k = await cluster([history]);
    const old = k
      .list('ReplicaSet')
      .find((set) => at(set, 'spec', 'template', 'spec', 'containers', 0, 'image') === checkout('v2'));
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.clock.advance(minute);
    expect(revisions(k)).toEqual({
      v1: 'revision 1, replicas 0',
      v2: 'revision 4, replicas 3',
      v3: 'revision 3, replicas 0',
    });
    const again = k.get('ReplicaSet', 'shop', String(old?.metadata.name));
    expect(again.metadata.uid).toBe(old?.metadata.uid);
    expect(again.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('2');
  });

  it('copy the annotations of the Deployment, but none that is about revisions or from apply', async () => {
    await using k = await cluster([running]);
    const annotations = {
      'incident-bot.io/last-action': '{"id":"a1"}',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    };
    k.change('Deployment', 'shop', 'checkout', { metadata: { annotations } });
    await k.clock.advance(1000);
    const [set] = k.list('ReplicaSet');
    expect(set?.metadata.annotations).toHaveProperty(['incident-bot.io/last-action'], '{"id":"a1"}');
    expect(set?.metadata.annotations).not.toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration']);
  });

  it('beyond the history limit are forgotten', async () => {
    await using k = await cluster([{ ...history, spec: { revisionHistoryLimit: 1 } }]);
    expect(revisions(k)).toEqual({ v2: 'revision 2, replicas 0', v3: 'revision 3, replicas 3' });
  });
});

describe('the progress deadline', () => {
  it('passes when a new version crashes, and the old pods stay', async () => {
    await using k = await cluster([{ ...running, spec: { progressDeadlineSeconds: 10 } }]);
    k.deploy('Deployment', 'shop', 'checkout', checkout('crash-v2'));
    await k.clock.advance(8000);
    expect(progress(k)).toMatchObject({ reason: 'ReplicaSetUpdated' });
    await k.clock.advance(5000);
    expect(progress(k)).toMatchObject({ reason: 'ProgressDeadlineExceeded', availableReplicas: 3 });
  });

  it('still stands, for the new generation, right after a rollback', async () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    await using k = await cluster([{ ...running, replicas: 1, spec: { progressDeadlineSeconds: 10, strategy } }]);
    k.deploy('Deployment', 'shop', 'checkout', checkout('crash-v2'));
    await k.clock.advance(20_000);
    k.deploy('Deployment', 'shop', 'checkout', checkout('v1'));
    await k.clock.advance(250);
    expect(progress(k)).toMatchObject({ observedGeneration: 3, reason: 'ProgressDeadlineExceeded' });
    await k.clock.advance(10_000);
    expect(progress(k)).toMatchObject({
      observedGeneration: 3,
      reason: 'NewReplicaSetAvailable',
      availableReplicas: 1,
    });
  });
});

describe('pausing', () => {
  it('stops rollouts but not scaling', async () => {
    await using k = await cluster([running]);
    k.change('Deployment', 'shop', 'checkout', { spec: { paused: true } });
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    k.change('Deployment', 'shop', 'checkout', { spec: { replicas: 5 } });
    await k.clock.advance(minute);
    expect(revisions(k)).toEqual({ v1: 'revision 1, replicas 5' });
    expect(progress(k)).toMatchObject({ observedGeneration: 4, availableReplicas: 5, reason: 'DeploymentPaused' });
    k.change('Deployment', 'shop', 'checkout', { spec: { paused: null } });
    await k.clock.advance(minute);
    expect(revisions(k)).toEqual({ v1: 'revision 1, replicas 0', v2: 'revision 2, replicas 5' });
  });
});

describe('scaling', () => {
  it('to 0 and back', async () => {
    await using k = await cluster([running]);
    await patch(k, `${deployment}/scale`, 'merge', { spec: { replicas: 0 } });
    await k.clock.advance(5000);
    expect(k.list('Pod')).toEqual([]);
    expect(progress(k)).not.toHaveProperty('replicas');
    await patch(k, `${deployment}/scale`, 'merge', { spec: { replicas: 2 } });
    await k.clock.advance(5000);
    expect(progress(k)).toMatchObject({ replicas: 2, availableReplicas: 2, reason: 'NewReplicaSetAvailable' });
  });

  it('in the middle of a stuck rollout is spread over both versions', async () => {
    await using k = await cluster([running]);
    k.deploy('Deployment', 'shop', 'checkout', checkout('crash-v2'));
    await k.clock.advance(5000);
    await patch(k, `${deployment}/scale`, 'merge', { spec: { replicas: 7 } });
    await k.clock.advance(5000);
    expect(revisions(k)).toEqual({ 'crash-v2': 'revision 2, replicas 3', v1: 'revision 1, replicas 6' });
  });
});

describe('a quota', () => {
  const quota = {
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace: 'shop' },
    spec: { hard: { pods: '3', 'requests.cpu': '1' } },
  };

  it('refuses pods, which the ReplicaSet and the Deployment report', async () => {
    await using k = await cluster([running], { seed: { objects: [quota] } });
    k.deploy('Deployment', 'shop', 'checkout', checkout('v2'));
    await k.clock.advance(2000);
    const failure = (progress(k)['conditions' as never] as readonly { type: string }[]).find(
      ({ type }) => type === 'ReplicaFailure',
    );
    expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(at(failure, 'message')).toMatch(
      /^pods "checkout-\w+-\w+" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3$/,
    );
    expect(k.list('Event').map((event) => event['reason'])).toContain('FailedCreate');
    expect(k.get('ResourceQuota', 'shop', 'small').status).toMatchObject({
      used: { pods: '3', 'requests.cpu': '300m' },
    });
    k.remove('ResourceQuota', 'shop', 'small');
    await k.clock.advance(minute);
    expect(progress(k)).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
    expect(JSON.stringify(progress(k))).not.toContain('ReplicaFailure');
  });
});
