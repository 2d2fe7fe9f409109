/** StatefulSets and DaemonSets: order, partitions, the pod that gets stuck, revisions. */

import { describe, expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import type { WorkloadSeed } from '../../../sandbox/kubernetes/seed/seed.ts';
import { at, cluster } from './cluster.ts';

const minute = 60_000;
const ledger: WorkloadSeed = { kind: 'StatefulSet', name: 'ledger', history: [{ image: 'ledger:v1', ago: 9e6 }] };
const agent: WorkloadSeed = { kind: 'DaemonSet', name: 'agent', history: [{ image: 'agent:v1', ago: 9e6 }] };

const tags = (k: KubernetesSandbox): readonly string[] =>
  k.list('Pod').map((pod) => `${pod.metadata.name} ${String(at(pod, 'spec', 'containers', 0, 'image')).split(':')[1]}`);
const numbers = (k: KubernetesSandbox): readonly number[] =>
  k
    .list('ControllerRevision')
    .map((each) => Number(each['revision']))
    .toSorted((a, b) => a - b);

describe('a StatefulSet', () => {
  it('starts its pods one after the other', async () => {
    await using k = await cluster([{ ...ledger, history: [{ image: 'ledger:v1' }] }]);
    await k.clock.advance(500);
    expect(tags(k)).toEqual(['ledger-0 v1']);
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 v1']);
    expect(k.get('StatefulSet', 'shop', 'ledger').status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      updatedReplicas: 3,
      currentReplicas: 3,
    });
  });

  it('updates from the highest number down, each when the one before is ready', async () => {
    await using k = await cluster([ledger]);
    k.deploy('StatefulSet', 'shop', 'ledger', 'ledger:v2');
    await k.clock.advance(4000);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 v2']);
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v2', 'ledger-1 v2', 'ledger-2 v2']);
    const { status } = k.get('StatefulSet', 'shop', 'ledger');
    expect(status?.['currentRevision']).toBe(status?.['updateRevision']);
    expect(k.get('Pod', 'shop', 'ledger-0').metadata.labels?.['controller-revision-hash']).toBe(
      status?.['updateRevision'],
    );
  });

  it('is not mended by a rollback while a pod of the bad version is stuck; deleting that pod mends it', async () => {
    await using k = await cluster([ledger]);
    k.deploy('StatefulSet', 'shop', 'ledger', 'ledger:crash-v2');
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 crash-v2']);
    k.deploy('StatefulSet', 'shop', 'ledger', 'ledger:v1');
    await k.clock.advance(5 * minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 crash-v2']);
    expect(numbers(k)).toEqual([2, 3]);
    k.remove('Pod', 'shop', 'ledger-2');
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 v1']);
    k.assertSound();
  });

  it('in parallel is mended by a rollback alone', async () => {
    await using k = await cluster([{ ...ledger, spec: { podManagementPolicy: 'Parallel' } }]);
    k.deploy('StatefulSet', 'shop', 'ledger', 'ledger:crash-v2');
    await k.clock.advance(minute);
    k.deploy('StatefulSet', 'shop', 'ledger', 'ledger:v1');
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 v1']);
  });

  it('with a partition updates only the pods from that number on', async () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    await using k = await cluster([{ ...ledger, spec: { updateStrategy } }]);
    k.deploy('StatefulSet', 'shop', 'ledger', 'ledger:v2');
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 v2']);
    expect(k.get('StatefulSet', 'shop', 'ledger').status).toMatchObject({ updatedReplicas: 1, currentReplicas: 2 });
  });

  it('with OnDelete replaces a pod only when somebody deletes it', async () => {
    await using k = await cluster([{ ...ledger, spec: { updateStrategy: { type: 'OnDelete' } } }]);
    k.deploy('StatefulSet', 'shop', 'ledger', 'ledger:v2');
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v1', 'ledger-2 v1']);
    k.remove('Pod', 'shop', 'ledger-1');
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1', 'ledger-1 v2', 'ledger-2 v1']);
  });

  it('scales down from the highest number', async () => {
    await using k = await cluster([ledger]);
    k.change('StatefulSet', 'shop', 'ledger', { spec: { replicas: 1 } });
    await k.clock.advance(minute);
    expect(tags(k)).toEqual(['ledger-0 v1']);
  });

  it('keeps its templates as patches in ControllerRevisions', async () => {
    await using k = await cluster([ledger]);
    const [revision] = k.list('ControllerRevision');
    expect(revision).toMatchObject({
      revision: 1,
      metadata: { ownerReferences: [{ kind: 'StatefulSet', name: 'ledger', controller: true }] },
      data: { spec: { template: { $patch: 'replace', spec: { containers: [{ image: 'ledger:v1' }] } } } },
    });
  });
});

describe('a DaemonSet', () => {
  it('has a pod on every node and replaces them one by one', async () => {
    await using k = await cluster([{ ...agent, annotations: { note: 'a' } }]);
    const places = k.list('Pod').map((pod) => at(pod, 'spec', 'nodeName'));
    expect(new Set(places)).toEqual(new Set(['node-1', 'node-2', 'node-3']));
    expect(k.list('ControllerRevision')[0]?.metadata.annotations).toEqual({ note: 'a' });
    k.deploy('DaemonSet', 'shop', 'agent', 'agent:v2');
    for (let step = 0; step < 40; step += 1) {
      await k.clock.advance(250);
      expect(Number(at(k.get('DaemonSet', 'shop', 'agent').status, 'numberAvailable'))).toBeGreaterThanOrEqual(2);
    }
    expect(k.get('DaemonSet', 'shop', 'agent').status).toEqual({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberAvailable: 3,
      numberMisscheduled: 0,
      numberReady: 3,
      observedGeneration: 2,
      updatedNumberScheduled: 3,
    });
    expect(numbers(k)).toEqual([1, 2]);
  });

  it('comes back from a bad version by itself', async () => {
    await using k = await cluster([agent]);
    k.deploy('DaemonSet', 'shop', 'agent', 'agent:pullfail');
    await k.clock.advance(minute);
    expect(k.get('DaemonSet', 'shop', 'agent').status).toMatchObject({ numberReady: 2, numberUnavailable: 1 });
    k.deploy('DaemonSet', 'shop', 'agent', 'agent:v1');
    await k.clock.advance(minute);
    expect(k.get('DaemonSet', 'shop', 'agent').status).toMatchObject({ numberReady: 3, updatedNumberScheduled: 3 });
    expect(numbers(k)).toEqual([2, 3]);
    k.assertSound();
  });
});
