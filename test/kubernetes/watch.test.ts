/** What a look at a rollout means for a run. */
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/action/action.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { ended, judged, moved, saying } from './judging.ts';
import { bad, crashing, deployment, good, pod, replicaSet, stamp } from './objects.ts';

describe('a rollout that goes well', () => {
  it('is observed, then moves pod by pod, then is done', () => {
    const observed = { observedGeneration: 4, updatedReplicas: 0 };
    expect(judged({ workload: deployment({ status: observed }) })).toEqual(moved('observing', 0, 3));
    const half = deployment({ status: { replicas: 4, updatedReplicas: 2, availableReplicas: 3 } });
    const revisions = [replicaSet(7, good, 1), replicaSet(6, bad, 2)];
    expect(judged({ workload: half, revisions })).toEqual(moved('progressing', 1, 3));
    expect(judged({})).toEqual(ended('succeeded', 'All 3 pods are new and available'));
  });

  it('is counted without its ReplicaSet by what must be so', () => {
    const status = { replicas: 4, updatedReplicas: 2, availableReplicas: 3 };
    expect(judged({ workload: deployment({ status }) })).toEqual(moved('progressing', 1, 3));
  });

  it('is no news while it stands still', () => {
    const workload = deployment({ status: { replicas: 4, updatedReplicas: 2, availableReplicas: 3 } });
    const seen: Progress = { state: 'progressing', done: 1, total: 3, says: '' };
    expect(judged({ workload, seen })).toEqual({ type: 'nothing new' });
    expect(judged({ workload, seen: { ...seen, done: 0 } })).toEqual(moved('progressing', 1, 3));
    expect(judged({ workload, seen: { ...seen, says: 'old pods are still ending' } })).toEqual(
      moved('progressing', 1, 3),
    );
  });

  it('waits for old pods to end', () => {
    const workload = deployment({ status: { replicas: 4 } });
    expect(judged({ workload, revisions: [replicaSet(7, good, 3)] })).toEqual(
      moved('progressing', 3, 3, 'old pods are still ending'),
    );
  });

  it('is not done before a later change of replicas is observed', () => {
    expect(judged({ workload: deployment({ metadata: { generation: 6 } }) })).toEqual(moved('progressing', 3, 3));
  });

  it('of no replicas says that nothing runs', () => {
    const status = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
    expect(judged({ workload: deployment({ spec: { replicas: 0 }, status }) })).toEqual(
      ended('succeeded', saying('nothing runs')),
    );
  });
});

describe('a rollout that somebody interferes with', () => {
  const byArgo = (fields: JsonObject, more: JsonObject = {}): JsonObject => ({
    generation: 6,
    managedFields: [
      { manager: 'kubectl-client-side-apply', operation: 'Update', time: stamp(-900), fieldsV1: fields },
      { manager: 'argocd-controller', operation: 'Apply', time: stamp(5), fieldsV1: fields, ...more },
      { manager: 'kube-controller-manager', operation: 'Update', time: stamp(9), subresource: 'status' },
    ],
  });

  it('is superseded by whoever wrote the template last', () => {
    const metadata = byArgo({ 'f:spec': { 'f:template': {} } });
    const workload = deployment({ metadata, spec: { template: bad } });
    expect(judged({ workload })).toEqual(
      ended('superseded', 'argocd-controller changed the template after it landed: another rollout replaces this one'),
    );
  });

  it('is superseded by another action of ours, and not by who wrote it long ago', () => {
    const entry = { manager: 'vigie', time: stamp(5), fieldsV1: { 'f:spec': { 'f:template': {} } } };
    const old = { ...entry, manager: 'kubectl-set', time: stamp(-60) };
    const workload = deployment({ metadata: { generation: 6, managedFields: [old, entry] }, spec: { template: bad } });
    expect(judged({ workload })).toEqual(ended('superseded', saying('Another action of Vigie changed')));
  });

  it('goes on when only its replicas were changed', () => {
    const workload = deployment({
      metadata: { generation: 6 },
      spec: { replicas: 5 },
      status: { observedGeneration: 6, replicas: 5, availableReplicas: 3 },
    });
    expect(judged({ workload, revisions: [replicaSet(7, good, 3)] })).toEqual(moved('progressing', 3, 5));
  });

  it('is superseded when the workload is gone, or is another one', () => {
    expect(judged({ workload: null })).toEqual(ended('superseded', saying('was deleted after it landed')));
    expect(judged({ workload: deployment({ metadata: { uid: 'uid-x' } }) })).toEqual(
      ended('superseded', saying('was deleted and made again')),
    );
  });

  it('says when somebody paused it', () => {
    const workload = deployment({
      metadata: { generation: 6 },
      spec: { paused: true },
      status: { updatedReplicas: 1 },
    });
    expect(judged({ workload })).toMatchObject({ type: 'moved', progress: { state: 'paused' } });
  });

  it('keeps a hostile name of a manager plain', () => {
    const metadata = byArgo({ 'f:spec': { 'f:template': {} } }, { manager: 'x\u202e<!channel>\n\u0007evil' });
    const judgement = judged({ workload: deployment({ metadata, spec: { template: bad } }) });
    expect(judgement).toMatchObject({ says: saying('x<!channel> evil changed the template') });
  });
});

describe('a passed deadline', () => {
  const exceeded = (at: number) => ({
    ...{ replicas: 4, updatedReplicas: 1, availableReplicas: 3 },
    conditions: [
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastUpdateTime: stamp(at) },
    ],
  });
  const seen: Progress = { state: 'progressing', done: 0, total: 3, says: '' };

  it('of the rollout before is not held against this one', () => {
    expect(judged({ workload: deployment({ status: exceeded(-120) }) })).toEqual(moved('progressing', 0, 3));
    expect(judged({ workload: deployment({ status: exceeded(-120) }), seen, since: 2, at: 16 }).type).toBe(
      'nothing new',
    );
  });

  it('counts when nothing moves for 15 seconds after the change was observed', () => {
    const workload = deployment({ status: exceeded(-120) });
    expect(judged({ workload, seen, since: 2, at: 18 })).toEqual(
      ended('failed', 'The deadline for progress passed: 0 of 3 new pods are available'),
    );
    const observing = { ...seen, state: 'observing' } as const;
    expect(judged({ workload, seen: observing, since: 2, at: 60 }).type).toBe('moved');
  });

  it('counts at once when it passed after the change, and says what the pods have', () => {
    const pods = [1, 2].map((n) => pod(`checkout-${n}`, { ready: false, container: crashing(3, 'OOMKilled', 137) }));
    const revisions = [replicaSet(7, good, 0)];
    expect(judged({ workload: deployment({ status: exceeded(600) }), pods, revisions, at: 601 })).toEqual(
      ended(
        'failed',
        'The deadline for progress passed: 0 of 3 new pods are available; 2 of 2 new pods: crash loop (OOMKilled, exit 137)',
      ),
    );
  });

  it('does not matter when the rollout is complete all the same', () => {
    const { conditions } = exceeded(-120);
    expect(judged({ workload: deployment({ status: { conditions } }) })).toMatchObject({ outcome: 'succeeded' });
  });
});
