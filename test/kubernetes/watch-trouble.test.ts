/** What a look means when a rollout does not get on. */
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/action/action.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import type { Judgement } from '../../src/kubernetes/watch/judge.ts';
import { ended, judged, moved, saying } from './judging.ts';
import { bad, crashing, deployment, good, pod, replicaSet, waiting } from './objects.ts';

describe('a rollout that does not get on', () => {
  const half = { replicas: 4, updatedReplicas: 1, availableReplicas: 3 };
  const revisions = [replicaSet(7, good, 0), replicaSet(8, bad, 3)];

  it('is blocked at once when the cluster refuses to make pods, and fails when that stays', () => {
    const message = 'pods "checkout-7-abcde" is forbidden: exceeded quota: shop, requested: pods=1, limited: pods=3';
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
    const workload = deployment({ status: { ...half, conditions } });
    const says = 'exceeded quota: shop, requested: pods=1, limited: pods=3';
    expect(judged({ workload, revisions })).toEqual(moved('blocked', 0, 3, says));
    const seen: Progress = { state: 'blocked', done: 0, total: 3, says };
    expect(judged({ workload, revisions, seen, since: 10, at: 39 }).type).toBe('nothing new');
    expect(judged({ workload, revisions, seen, since: 10, at: 40 })).toEqual(
      ended('failed', `The cluster refuses to make pods: ${says}`),
    );
  });

  it.each([
    ['ErrImagePull', "1 of 1 new pods: image shop/checkout:1.4.1 can't be pulled"],
    ['ImagePullBackOff', "1 of 1 new pods: image shop/checkout:1.4.1 can't be pulled"],
    ['InvalidImageName', "1 of 1 new pods: image shop/checkout:1.4.1 can't be pulled"],
    ['CreateContainerConfigError', '1 of 1 new pods: can\'t start (CreateContainerConfigError): secret "db" not found'],
  ])('is degraded by %s after 20 seconds, not before', (reason, says) => {
    const pods = [pod('checkout-7-a', { ready: false, container: waiting(reason, 'secret "db" not found') })];
    const workload = deployment({ status: half });
    expect(judged({ workload, pods, revisions, at: 20 })).toEqual(moved('progressing', 0, 3));
    expect(judged({ workload, pods, revisions, at: 22 })).toEqual(moved('degraded', 0, 3, says));
  });

  it('is degraded by the second crash, also while the container runs between two', () => {
    const workload = deployment({ status: half });
    const at = (container: JsonObject): Judgement =>
      judged({ workload, revisions, pods: [pod('checkout-7-a', { ready: false, container })] });
    expect(at(crashing(1))).toEqual(moved('progressing', 0, 3));
    const says = '1 of 1 new pods: crash loop (Error, exit 1)';
    expect(at(crashing(2))).toEqual(moved('degraded', 0, 3, says));
    expect(at({ ...crashing(2), state: { running: {} } })).toEqual(moved('degraded', 0, 3, says));
  });

  it('is degraded by a pod that no node takes for a minute', () => {
    const pods = [pod('checkout-7-a', { ready: false, scheduled: '0/3 nodes are available: 3 Insufficient cpu.' })];
    const workload = deployment({ status: half });
    expect(judged({ workload, pods, revisions, at: 60 })).toEqual(moved('progressing', 0, 3));
    expect(judged({ workload, pods, revisions, at: 62 })).toEqual(
      moved('degraded', 0, 3, '1 of 1 new pods: no node takes it: 0/3 nodes are available: 3 Insufficient cpu'),
    );
  });

  it('does not mind what old pods have', () => {
    const pods = [pod('checkout-8-a', { owner: 'uid-rs-8', ready: false, container: crashing(9) })];
    expect(judged({ workload: deployment({ status: half }), pods, revisions })).toEqual(moved('progressing', 0, 3));
  });

  it('ends at its limit, and the change stays', () => {
    expect(judged({ workload: deployment({ status: half }), revisions, at: 660 })).toEqual(
      ended('failed', 'Not finished within 660 s, 0 of 3 done. The change stays'),
    );
    expect(judged({ workload: deployment({ status: { observedGeneration: 4 } }), at: 660 })).toEqual(
      ended('failed', saying('the cluster has not taken the change up')),
    );
    // Whoever is done at the limit is done.
    expect(judged({ at: 700 })).toMatchObject({ outcome: 'succeeded' });
  });
});
