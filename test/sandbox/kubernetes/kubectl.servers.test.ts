/** The real kubectl cannot tell the sandbox from a cluster. It sends its token over HTTPS only. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startKubernetesSandbox, type KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { kubectlFor, type Kubectl } from '../../servers/kubectl.ts';
import { at, checkout, revisions } from './cluster.ts';

/** A cluster in such a hurry that a rollout takes a second. */
const pace = { tick: 20, start: 40, ready: 20, crashAfter: 60, terminate: 40, backOff: 500 };

let k: KubernetesSandbox;
let kubectl: Kubectl;
beforeEach(async () => {
  k = await startKubernetesSandbox({ https: true, pace });
  kubectl = await kubectlFor(k.kubeconfig());
});
afterEach(async () => {
  k.assertSound();
  await kubectl[Symbol.asyncDispose]();
  await k[Symbol.asyncDispose]();
});

const image = (): unknown =>
  at(k.get('Deployment', 'shop', 'checkout'), 'spec', 'template', 'spec', 'containers', 0, 'image');
const writes = () => k.calls().filter(({ method }) => method !== 'GET');

describe('kubectl', () => {
  it('gets workloads as tables, and objects as JSON', async () => {
    const table = await kubectl.run('get', 'deploy,sts,ds,hpa,pdb', '-n', 'shop');
    expect(table).toMatch(/deployment\.apps\/checkout +3\/3 +1 +3 +3d\n/);
    expect(table).toMatch(/statefulset\.apps\/ledger +3\/3 +9d\n/);
    expect(table).toMatch(/horizontalpodautoscaler\.autoscaling\/search +Deployment\/search/);
    expect(await kubectl.run('get', 'pods', '-o', 'wide', '-l', 'app=checkout')).toContain('CrashLoopBackOff');
    const json: unknown = JSON.parse(await kubectl.run('get', 'deploy', 'checkout', '-o', 'json'));
    expect(at(json, 'spec', 'replicas')).toBe(3);
    await expect(kubectl.run('get', 'deploy', 'nothing')).rejects.toThrow('deployments.apps "nothing" not found');
  });

  it('describes', async () => {
    const described = await kubectl.run('describe', 'deployment', 'checkout');
    expect(described).toMatch(/Replicas: +3 desired \| 1 updated \| 4 total \| 3 available \| 1 unavailable/);
    expect(described).toMatch(/OldReplicaSets: .*\(3\/3 replicas created\)/);
    const pod = await kubectl.run('describe', 'pod', '-l', 'app=checkout');
    expect(pod).toMatch(/Reason: +CrashLoopBackOff/);
    expect(pod).toContain('Back-off restarting failed container checkout');
  });

  it('reads logs, also of the container before the crash', async () => {
    expect(await kubectl.run('logs', 'deploy/search')).toContain('INFO ready');
    const crashed = k.list('Pod').find((pod) => at(pod.status, 'containerStatuses', 0, 'ready') === false);
    const name = String(crashed?.metadata.name);
    expect(await kubectl.run('logs', name, '--previous', '--tail=2')).toContain('FATAL start-up failed');
    await expect(kubectl.run('logs', 'ledger-0', '--previous')).rejects.toThrow(
      'previous terminated container "ledger"',
    );
  });

  it('undoes a rollout, and undoing it again brings the bad version back', async () => {
    expect(await kubectl.run('rollout', 'undo', 'deploy/checkout')).toContain('rolled back');
    expect(await kubectl.run('rollout', 'status', 'deploy/checkout')).toContain('successfully rolled out');
    expect(image()).toBe(checkout('v2'));
    expect(revisions(k)).toMatchObject({ v2: 'revision 4, replicas 3', 'crash-v3': 'revision 3, replicas 0' });
    expect(await kubectl.run('rollout', 'history', 'deploy/checkout')).toMatch(
      /1 +release 1\n3 +release 3\n4 +release 2\n/,
    );
    expect(writes()).toMatchObject([{ method: 'PATCH', contentType: 'application/json-patch+json', status: 200 }]);
    expect(JSON.stringify(writes()[0]?.body)).not.toContain('resourceVersion');
    await kubectl.run('rollout', 'undo', 'deploy/checkout');
    expect(image()).toBe(checkout('crash-v3'));
  });

  it('restarts every kind of workload and waits for it', async () => {
    for (const target of ['deploy/search', 'sts/ledger', 'ds/log-agent']) {
      expect(await kubectl.run('rollout', 'restart', target)).toContain('restarted');
      expect(await kubectl.run('rollout', 'status', target)).toMatch(/successfully rolled out|roll out complete/);
    }
    expect(writes().map(({ contentType }) => contentType)).toEqual(
      Array(3).fill('application/strategic-merge-patch+json'),
    );
    await expect(kubectl.run('rollout', 'status', 'deploy/checkout', '--timeout=1s')).rejects.toThrow('timed out');
  });

  it('reports a rollout whose deadline has passed', async () => {
    k.change('Deployment', 'shop', 'checkout', { spec: { progressDeadlineSeconds: 1 } });
    await expect(kubectl.run('rollout', 'status', 'deploy/checkout')).rejects.toThrow('exceeded its progress deadline');
  });

  it('undoes a StatefulSet and a DaemonSet', async () => {
    for (const [kind, name, tag] of [
      ['sts', 'ledger', 'v4'],
      ['ds', 'log-agent', 'v2'],
    ] as const) {
      await kubectl.run('rollout', 'restart', `${kind}/${name}`);
      await kubectl.run('rollout', 'status', `${kind}/${name}`);
      await kubectl.run('rollout', 'undo', `${kind}/${name}`, '--to-revision=1');
      await kubectl.run('rollout', 'status', `${kind}/${name}`);
      const object = k.get(kind, 'shop', name);
      expect(at(object, 'spec', 'template', 'spec', 'containers', 0, 'image')).toContain(`:${tag}`);
      expect(at(object, 'spec', 'template')).not.toHaveProperty('$patch');
    }
  });

  it('pauses and resumes', async () => {
    await kubectl.run('rollout', 'pause', 'deploy/search');
    await expect(kubectl.run('rollout', 'pause', 'deploy/search')).rejects.toThrow('already paused');
    await expect(kubectl.run('rollout', 'restart', 'deploy/search')).rejects.toThrow("can't restart paused deployment");
    await kubectl.run('rollout', 'resume', 'deploy/search');
    expect(k.get('Deployment', 'shop', 'search').spec).not.toHaveProperty('paused');
  });

  it('scales, with and without a condition', async () => {
    await kubectl.run('scale', 'deploy/checkout', '--replicas=5');
    await expect(kubectl.run('scale', 'deploy/checkout', '--current-replicas=3', '--replicas=2')).rejects.toThrow(
      'Expected replicas to be 3, was 5',
    );
    await kubectl.run('scale', 'deploy/checkout', '--current-replicas=5', '--replicas=4');
    expect(k.get('Deployment', 'shop', 'checkout').spec).toMatchObject({ replicas: 4 });
    expect(writes().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'PATCH scale',
      'PUT scale',
    ]);
  });

  it('sets an image, annotates and labels', async () => {
    await kubectl.run('set', 'image', 'deploy/checkout', `checkout=${checkout('v4')}`);
    await kubectl.run('annotate', 'deploy/checkout', 'kubernetes.io/change-cause=release 4', '--overwrite');
    await kubectl.run('label', 'deploy/checkout', 'hot=yes');
    await kubectl.run('rollout', 'status', 'deploy/checkout');
    expect(revisions(k)).toMatchObject({ v4: 'revision 4, replicas 3' });
    expect(k.get('Deployment', 'shop', 'checkout').metadata).toMatchObject({
      labels: { hot: 'yes' },
      annotations: { 'kubernetes.io/change-cause': 'release 4' },
    });
  });

  it('deletes a pod and waits until it is gone', async () => {
    const before = k.get('Pod', 'shop', 'ledger-1').metadata.uid;
    expect(await kubectl.run('delete', 'pod', 'ledger-1', '--timeout=20s')).toContain('deleted');
    const after = await k.until(() => k.find('Pod', 'shop', 'ledger-1'));
    expect(after.metadata.uid).not.toBe(before);
  });

  it('says what one may do, and is refused what one may not', async () => {
    await using bot = await kubectlFor(k.kubeconfig('bot-token'));
    expect(await bot.run('auth', 'can-i', 'patch', 'deployments.apps')).toBe('yes\n');
    expect(await bot.run('auth', 'can-i', 'get', 'pods', '--subresource=log')).toBe('yes\n');
    await expect(bot.run('auth', 'can-i', 'delete', 'deployments.apps')).rejects.toMatchObject({ stdout: 'no\n' });
    await expect(bot.run('delete', 'deploy', 'search')).rejects.toThrow(
      'cannot delete resource "deployments" in API group "apps" in the namespace "shop"',
    );
    await using stranger = await kubectlFor(k.kubeconfig('expired-token'));
    await expect(stranger.run('get', 'pods')).rejects.toThrow(/Unauthorized|must be logged in/);
  });

  it('patches in all three ways', async () => {
    const patch = (type: string, body: unknown) =>
      kubectl.run('patch', 'deploy', 'search', '--type', type, '-p', JSON.stringify(body));
    await patch('merge', { spec: { replicas: 3 } });
    await patch('json', [{ op: 'add', path: '/metadata/labels/hot', value: 'yes' }]);
    const containers = [{ name: 'search', env: [{ name: 'DEBUG', value: '1' }] }];
    await patch('strategic', { spec: { template: { spec: { containers } } } });
    expect(k.get('Deployment', 'shop', 'search')).toMatchObject({
      metadata: { labels: { hot: 'yes' } },
      spec: {
        replicas: 3,
        template: { spec: { containers: [{ name: 'search', env: [{ name: 'DEBUG' }], ports: [{}] }] } },
      },
    });
    await expect(patch('merge', { spec: { replicas: -1 } })).rejects.toThrow(
      'is invalid: spec.replicas: Invalid value: -1',
    );
  });
});
