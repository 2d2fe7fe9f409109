/** What a look means for the other kinds of workload, and for the other verbs. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/action/action.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { ended, judged, moved, saying } from './judging.ts';
import {
  bad,
  controllerRevision,
  crashing,
  daemonSet,
  deployment,
  good,
  pod,
  stamp,
  statefulSet,
  waiting,
} from './objects.ts';

describe('a StatefulSet', () => {
  const own = (name: string, hash: string, more: JsonObject = {}): JsonObject =>
    pod(name, { owner: 'uid-d', hash, ...more });

  it('is done when its pods are ready and new', () => {
    expect(judged({ workload: statefulSet() })).toEqual(ended('succeeded', 'All 3 pods are new and available'));
    const status = { updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2 };
    expect(judged({ workload: statefulSet({ status }) })).toEqual(moved('progressing', 0, 3));
  });

  it('with a partition is done when the pods above it are', () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    const workload = statefulSet({ spec: { updateStrategy }, status: { updatedReplicas: 1 } });
    expect(judged({ workload })).toEqual(
      ended('succeeded', '1 of 3 pods are new; the partition 2 keeps the others as they are'),
    );
  });

  it('with OnDelete is done when it is applied', () => {
    const workload = statefulSet({ spec: { updateStrategy: { type: 'OnDelete' } }, status: { updatedReplicas: 0 } });
    expect(judged({ workload })).toEqual(ended('succeeded', saying('pods change only when they are deleted')));
  });

  const status = { updatedReplicas: 0, readyReplicas: 2, availableReplicas: 2 };
  const pull = (hash: string) => own('checkout-2', hash, { ready: false, container: waiting('ImagePullBackOff') });
  const others = [own('checkout-0', 'checkout-bad'), own('checkout-1', 'checkout-bad')];

  it('that waits for a pod of the old version says which one must be deleted', () => {
    const workload = statefulSet({ status });
    const broken = own('checkout-2', 'checkout-bad', { ready: false, createdAt: stamp(-300), container: crashing(8) });
    expect(judged({ workload, pods: [...others, broken], at: 4 }).type).toBe('moved');
    expect(judged({ workload, pods: [...others, broken], at: 6 })).toEqual(
      ended('failed', saying('Pod checkout-2 has the old version and does not get ready (crash loop'), 'checkout-2'),
    );
  });

  it('that only waits for its newest pod, or for one that ends, is not stuck', () => {
    const workload = statefulSet({ status });
    expect(judged({ workload, pods: [...others, pull('checkout-good')], at: 15 }).type).toBe('moved');
    const leaving = own('checkout-2', 'checkout-bad', { ready: false, deleting: stamp(5), container: crashing(8) });
    expect(judged({ workload, pods: [...others, leaving], at: 15 }).type).toBe('moved');
  });

  it('gives an old pod that only starts a minute', () => {
    const workload = statefulSet({ status });
    const starting = own('checkout-2', 'checkout-bad', { ready: false });
    expect(judged({ workload, pods: [...others, starting], at: 59 }).type).toBe('moved');
    expect(judged({ workload, pods: [...others, starting], at: 60 })).toMatchObject({ stuck: 'checkout-2' });
  });

  it('that does not wait for each pod is never stuck', () => {
    const workload = statefulSet({ spec: { podManagementPolicy: 'Parallel' }, status });
    expect(judged({ workload, pods: [...others, pull('checkout-bad')], at: 90 }).type).toBe('moved');
  });
});

describe('a DaemonSet', () => {
  it('is done when every node that it fits has a new pod', () => {
    expect(judged({ workload: daemonSet() })).toEqual(ended('succeeded', 'All 3 pods are new and available'));
    const status = { updatedNumberScheduled: 2, numberAvailable: 2 };
    expect(judged({ workload: daemonSet({ status }) })).toEqual(moved('progressing', 1, 3));
  });

  it('is degraded by new pods, which its newest revision tells', () => {
    const revisions = [controllerRevision(3, good, 'good'), controllerRevision(2, bad, 'bad')];
    const broken = { ready: false, owner: 'uid-d', container: waiting('ImagePullBackOff') };
    const workload = daemonSet({ status: { updatedNumberScheduled: 1, numberAvailable: 2 } });
    const at = (hash: string) => judged({ workload, revisions, pods: [pod('a', { ...broken, hash })], at: 30 });
    expect(at('good')).toMatchObject({ progress: { state: 'degraded' } });
    expect(at('bad')).toMatchObject({ progress: { state: 'progressing' } });
  });

  it('that fits no node says so', () => {
    const status = { desiredNumberScheduled: 0, updatedNumberScheduled: 0, numberAvailable: 0 };
    expect(judged({ workload: daemonSet({ status }) })).toEqual(ended('succeeded', saying('no node fits')));
  });
});

describe('a scale', () => {
  const order: Order = { verb: 'scale', to: 6 };
  const scaled = (status: JsonObject, metadata: JsonObject = {}): JsonObject =>
    deployment({ metadata, spec: { replicas: 6 }, status });

  it('is done when all replicas are available', () => {
    expect(judged({ order, workload: scaled({ replicas: 6 }) })).toEqual(moved('progressing', 3, 6));
    expect(judged({ order, workload: scaled({ replicas: 6, availableReplicas: 6 }) })).toEqual(
      ended('succeeded', 'It is scaled to 6, and all are available'),
    );
    const down = { order: { verb: 'scale', to: 1 }, workload: deployment({ spec: { replicas: 1 } }) } as const;
    expect(judged(down)).toEqual(moved('progressing', 1, 1, 'the pods that are too many are still ending'));
  });

  it('to 0 is done when nothing runs', () => {
    const zero: Order = { verb: 'scale', to: 0 };
    const spec = { replicas: 0 };
    expect(judged({ order: zero, workload: deployment({ spec }) }).type).toBe('moved');
    const none = { replicas: 0, availableReplicas: 0 };
    expect(judged({ order: zero, workload: deployment({ spec, status: none }) })).toEqual(
      ended('succeeded', 'It is scaled to 0: nothing runs'),
    );
  });

  it('that an autoscaler takes back is superseded', () => {
    const managedFields = [
      {
        manager: 'kube-controller-manager',
        subresource: 'scale',
        time: stamp(8),
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ];
    const workload = deployment({ metadata: { generation: 6, managedFields }, spec: { replicas: 4 } });
    expect(judged({ order, workload })).toEqual(
      ended('superseded', 'An autoscaler (kube-controller-manager) changed the replicas from 6 to 4'),
    );
  });

  it('beside an autoscaler is only done when that had its look', () => {
    const workload = scaled({ replicas: 6, availableReplicas: 6 });
    expect(judged({ order, workload, autoscaled: true, at: 19 })).toMatchObject({
      progress: { says: 'its autoscaler may change it back' },
    });
    expect(judged({ order, workload, autoscaled: true, at: 20 })).toMatchObject({ outcome: 'succeeded' });
  });

  it('does not mind a new template, but says what keeps pods from getting ready', () => {
    const workload = deployment({ spec: { replicas: 6, template: bad }, status: { replicas: 6 } });
    const pods = [pod('a', { ready: false, scheduled: 'no room', createdAt: stamp(0) })];
    expect(judged({ order, workload, pods, at: 70 })).toEqual(
      moved('degraded', 3, 6, '1 of 1 pods: no node takes it: no room'),
    );
  });

  it('of a paused workload ends as soon as the object says so', () => {
    const workload = deployment({ spec: { replicas: 6, paused: true } });
    expect(judged({ order, workload })).toEqual(ended('succeeded', 'It is scaled to 6; its rollout is paused'));
  });

  it('that a quota forbids is blocked', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: shop' }];
    expect(judged({ order, workload: scaled({ conditions }) })).toEqual(moved('blocked', 3, 6, 'exceeded quota: shop'));
  });
});

describe('verbs that roll nothing out', () => {
  it('pause and resume end as soon as the object says so, or somebody else said otherwise', () => {
    const paused = deployment({ spec: { paused: true } });
    expect(judged({ order: { verb: 'pause' }, workload: paused })).toEqual(ended('succeeded', saying('It is paused')));
    expect(judged({ order: { verb: 'resume' } })).toEqual(ended('succeeded', 'It is resumed'));
    expect(judged({ order: { verb: 'resume' }, workload: paused })).toEqual(
      ended('superseded', 'Somebody paused it again'),
    );
  });

  it('delete-pod ends when the pod is gone, whoever has its name now', () => {
    const order: Order = { verb: 'delete-pod', pod: 'checkout-2' };
    const plan = { object: { name: 'checkout-2', uid: 'uid-checkout-2' } };
    const object = pod('checkout-2', { deleting: stamp(30) });
    expect(judged({ order, plan, object })).toEqual(moved('progressing', 0, 1, 'pod checkout-2 is terminating'));
    expect(judged({ order, plan, object, at: 660 })).toEqual(
      ended('failed', 'Not finished within 660 s, 0 of 1 done: pod checkout-2 is terminating'),
    );
    expect(judged({ order, plan, object: null })).toEqual(ended('succeeded', 'Pod checkout-2 is gone'));
    const other = { ...plan, object: { name: 'checkout-2', uid: 'uid-before' } };
    expect(judged({ order, plan: other, object })).toMatchObject({ outcome: 'succeeded' });
  });

  it("set-autoscaler-bounds ends when the autoscaler has them, or somebody else's", () => {
    const order: Order = { verb: 'set-autoscaler-bounds', min: 4, max: null };
    const plan = { object: { name: 'checkout', uid: 'uid-h' } };
    const autoscaler = (minReplicas: number) => ({
      metadata: { name: 'checkout', uid: 'uid-h' },
      spec: { minReplicas, maxReplicas: 10 },
    });
    expect(judged({ order, plan, object: autoscaler(4) })).toEqual(
      ended('succeeded', 'Autoscaler checkout has minimum 4, maximum 10'),
    );
    expect(judged({ order, plan, object: autoscaler(2) })).toMatchObject({ outcome: 'superseded' });
    expect(judged({ order, plan, object: null })).toMatchObject({ outcome: 'superseded' });
  });
});

describe('an object of no sensible shape', () => {
  it.each([{}, { metadata: null, spec: [], status: 'x' }, { spec: { template: 3 }, status: { conditions: {} } }])(
    'is judged all the same: %j',
    (raw) => {
      const workload = { kind: 'Deployment', ...raw };
      expect(() => judged({ workload, pods: [raw], revisions: [raw] })).not.toThrow();
    },
  );
});
