/** Planning: what would change, what to know before, and when the answer is no. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/action/action.ts';
import { digestOfPlan } from '../../src/kubernetes/digest.ts';
import { askPlan, makePlan, refusedPlan, told } from './acting.ts';
import { checkout, image, minute, seedOf, texts } from './checkout.ts';
import { at, startSite } from './site.ts';

const search = at('Deployment', 'search');
const ledger = at('StatefulSet', 'ledger');

describe('a rollback', () => {
  it('goes to the version before, and shows what changes without showing values', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, { verb: 'rollback', to: 'previous' });
    expect(plan.differences).toEqual([
      { what: 'image of checkout', from: image('crash-v3'), to: image('v2') },
      { what: 'RETRIES in the environment of checkout', from: 'set', to: 'none' },
    ]);
    expect(plan.notes[0]).toBe('From revision 3 to revision 2, which was live for 24 h until 6 min ago');
    expect(plan.pinned?.revision).toBe(2);
    expect(plan.inverse).toEqual({ verb: 'rollback', to: 3 });
    expect(plan.deployedAt).toBe(site.now() - 6 * minute);
    expect(JSON.stringify(plan)).not.toContain('"3"');
  });

  it('passes over restarts', async () => {
    await using site = await startSite(
      seedOf({
        history: [
          { image: image('v1'), ago: 60 * minute },
          { image: image('crash-v2'), ago: 20 * minute },
        ],
      }),
    );
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T03:10:00Z' };
    site.sandbox.change('Deployment', 'shop', 'checkout', { spec: { template: { metadata: { annotations } } } });
    site.sandbox.tick();
    const plan = await makePlan(site, checkout, { verb: 'rollback', to: 'previous' });
    expect(plan.pinned?.revision).toBe(1);
    expect(plan.notes).toContain('Revision 2 is left out: only a restart is different');
    // A restart is no deployment.
    expect(plan.deployedAt).toBe(site.now() - 20 * minute);
  });

  it('is refused when there is nothing to go back to', async () => {
    await using site = await startSite(seedOf({}));
    expect(await refusedPlan(site, checkout, { verb: 'rollback', to: 'previous' })).toBe(
      'There is no earlier revision: it never changed, or its history was cleared',
    );
    expect(await refusedPlan(site, checkout, { verb: 'rollback', to: 7 })).toBe(
      'There is no revision 7 any more. There are: none',
    );
    expect(await refusedPlan(site, checkout, { verb: 'rollback', to: 1 })).toBe('Revision 1 is what it has now');
  });

  it('warns of a version that was hardly live', async () => {
    const history = [
      { image: image('v1'), ago: 60 * minute },
      { image: image('v2'), ago: 30 * minute },
      { image: image('v3'), ago: 27 * minute },
    ] as const;
    await using site = await startSite(seedOf({ history }));
    const plan = await makePlan(site, checkout, { verb: 'rollback', to: 'previous' });
    expect(texts(plan)).toEqual(['Revision 2 was live for 3 min only']);
  });

  it('is planned for a StatefulSet and a DaemonSet from their snapshots', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, ledger, { verb: 'rollback', to: 'previous' });
    expect(plan.differences.map(({ to }) => to)).toEqual(['registry.example.com/shop/ledger:v4']);
    site.sandbox.deploy('DaemonSet', 'shop', 'log-agent', 'registry.example.com/shop/log-agent:v3');
    site.sandbox.tick();
    const daemon = await makePlan(site, at('DaemonSet', 'log-agent'), { verb: 'rollback', to: 1 });
    expect(daemon.differences.map(({ to }) => to)).toEqual(['registry.example.com/shop/log-agent:v2']);
    expect(daemon.replicas).toBeNull();
  });

  it('waits until the controller knows the last change, then gives up', async () => {
    await using site = await startSite({ ...seedOf({}), pace: { observe: 3_600_000 } });
    site.sandbox.deploy('Deployment', 'shop', 'checkout', image('v2'));
    expect(await refusedPlan(site, checkout, { verb: 'rollback', to: 'previous' })).toBe(
      'The cluster has not taken the last change of checkout up yet: try again in a moment',
    );
  });
});

describe('a change of replicas', () => {
  it('is planned with what undoes it', async () => {
    await using site = await startSite(seedOf({}));
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 6 });
    expect(plan.differences).toEqual([{ what: 'replicas', from: '3', to: '6' }]);
    expect(plan.inverse).toEqual({ verb: 'scale', to: 3 });
    expect(texts(plan)).toEqual([]);
  });

  it('is blocked when it is a large step', async () => {
    await using site = await startSite(seedOf({}));
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 60 });
    expect(texts(plan)).toEqual(['blocks: That is a large step: from 3 to 60, and 23 is the most at once']);
  });

  it('is refused or warned of as its autoscaler would have it', async () => {
    await using site = await startSite();
    const to = (replicas: number): Order => ({ verb: 'scale', to: replicas });
    expect(await refusedPlan(site, search, to(9))).toBe(
      "Its autoscaler search (2 to 6) takes it back to 6 at once: set the autoscaler's bounds instead",
    );
    expect(await refusedPlan(site, search, to(1))).toContain('takes it back to 2 at once');
    expect(texts(await makePlan(site, search, to(5)))).toEqual([
      'Its autoscaler search (2 to 6) may take this back within minutes; a higher minimum of the autoscaler lasts',
    ]);
    expect(texts(await makePlan(site, search, to(0)))).toEqual([
      'This switches its autoscaler search (2 to 6) off until somebody scales it up again',
    ]);
  });

  it('warns of a budget that is broken, and of a quota that is full', async () => {
    await using site = await startSite();
    site.sandbox.create({
      kind: 'ResourceQuota',
      metadata: { name: 'small', namespace: 'shop' },
      spec: { hard: { pods: '12' } },
    });
    site.sandbox.tick();
    expect(texts(await makePlan(site, checkout, { verb: 'scale', to: 1 }))).toContain(
      'Disruption budget checkout wants 2 pods, and does not hold here',
    );
    const more = texts(await makePlan(site, checkout, { verb: 'scale', to: 9 }));
    expect(more.filter((text) => text.startsWith('Quota'))).toEqual([
      expect.stringMatching(/^Quota small has room for \d more pods \(pods\), and 6 are needed$/),
    ]);
  });
});

describe('what it costs', () => {
  it('downtime is said', async () => {
    await using site = await startSite(seedOf({ spec: { strategy: { type: 'Recreate' } } }));
    expect(texts(await makePlan(site, checkout, { verb: 'restart' }))).toEqual([
      'Its strategy is Recreate: all pods end before new ones start, so it is down meanwhile',
    ]);
  });

  it('a cluster that refuses a dry run refuses the plan, and one that can not judge it does not', async () => {
    await using site = await startSite(seedOf({}));
    site.sandbox.fault({ verb: 'patch', fault: { webhook: 'policy.example.com', denies: 'images must be signed' } });
    expect(await refusedPlan(site, checkout, { verb: 'restart' })).toBe(
      'A policy of cluster eu-1 denied it: admission webhook "policy.example.com" denied the request: images must be signed',
    );
    site.sandbox.fault({ verb: 'patch', times: 2, fault: { webhook: 'old.example.com', dryRun: 'unsupported' } });
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 4 });
    expect(plan.differences).toEqual([{ what: 'replicas', from: '3', to: '4' }]);
    expect(plan.notes.at(-1)).toContain('can not judge a dry run');
  });

  it('nothing is changed by planning', async () => {
    await using site = await startSite();
    const before = JSON.stringify(site.sandbox.list('Deployment', 'shop').concat(site.sandbox.list('Pod', 'shop')));
    const orders: readonly Order[] = [{ verb: 'restart' }, { verb: 'pause' }, { verb: 'rollback', to: 1 }];
    for (const order of orders) await makePlan(site, checkout, order);
    await makePlan(site, ledger, { verb: 'delete-pod', pod: 'ledger-0' });
    await makePlan(site, search, { verb: 'set-autoscaler-bounds', min: 3, max: 9 });
    expect(JSON.stringify(site.sandbox.list('Deployment', 'shop').concat(site.sandbox.list('Pod', 'shop')))).toBe(
      before,
    );
  });
});

describe('no plan is made', () => {
  it('for what is not there, does not fit, or is not allowed', async () => {
    await using site = await startSite();
    expect(await refusedPlan(site, at('Deployment', 'gone'), { verb: 'restart' })).toBe(
      'There is no Deployment gone in namespace shop of cluster eu-1',
    );
    expect(await refusedPlan(site, { ...checkout, cluster: 'us-1' }, { verb: 'restart' })).toBe(
      'The configuration has no cluster us-1: add it under `clusters`',
    );
    expect(await refusedPlan(site, 'nonsense', { verb: 'restart' })).toContain('is not a target');
    expect(await refusedPlan(site, ledger, { verb: 'pause' })).toBe(
      'pause is not for a StatefulSet, only for: Deployment',
    );
    expect(await refusedPlan(site, ledger, { verb: 'delete-pod', pod: 'search-0' })).toContain('There is no pod');
    expect(await refusedPlan(site, ledger, { verb: 'delete-pod', pod: '..' })).toBe(
      'There can be no pods with the name ".."',
    );
    expect(told(await askPlan(site, checkout, { verb: 'restart' }, () => 'The freeze lasts until Monday'))).toBe(
      'refused: The freeze lasts until Monday',
    );
    expect(await refusedPlan(site, { ...checkout, namespace: 'default' }, { verb: 'restart' })).toBe(
      'Vigie may not get deployments in namespace default of cluster eu-1. Add this rule to its Role: {apiGroups: [apps], resources: [deployments], verbs: [get]}',
    );
  });

  it('for a cluster that does not answer, and people are told which', async () => {
    await using site = await startSite({}, 'expired-token');
    expect(await refusedPlan(site, checkout, { verb: 'restart' })).toBe(
      'Credentials: cluster eu-1 does not accept ours any more. Renew them in its kubeconfig',
    );
  });
});

describe('the digest', () => {
  it('names what is approved, and nothing that changes by itself', async () => {
    await using site = await startSite(seedOf({}));
    const order: Order = { verb: 'scale', to: 5 };
    const first = await makePlan(site, checkout, order);
    site.sandbox.change('Deployment', 'shop', 'checkout', { metadata: { labels: { touched: 'yes' } } });
    await site.sandbox.clock.advance(minute);
    expect((await makePlan(site, checkout, order)).digest).toBe(first.digest);
    expect((await makePlan(site, checkout, { verb: 'scale', to: 6 })).digest).not.toBe(first.digest);
    site.sandbox.change('Deployment', 'shop', 'checkout', { spec: { replicas: 4 } });
    site.sandbox.tick();
    expect((await makePlan(site, checkout, order)).digest).not.toBe(first.digest);
    const { digest, ...rest } = first;
    expect(digestOfPlan(rest)).toBe(digest);
    expect(digestOfPlan({ ...rest, notes: ['another'] })).toBe(digest);
  });
});
