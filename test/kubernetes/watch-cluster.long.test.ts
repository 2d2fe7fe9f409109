/** Whole rollouts in a simulated cluster, watched from the change to the end. */
import { describe, expect, it } from 'vitest';
import type { WorkloadSeed } from '../../sandbox/kubernetes/seed/seed.ts';
import type { Order, Target } from '../../src/action/action.ts';
import { at, landedAt, type Site, startSite, story, watchToTheEnd, type Watching } from './site.ts';

const image = (tag: string): string => `registry.example.com/shop/app:${tag}`;
const workload = (kind: Target['kind'], spec: WorkloadSeed['spec'] = {}): WorkloadSeed => ({
  ...{ kind, name: 'app', spec },
  history: [{ image: image('v1'), ago: 86_400_000 }],
});
const site = (kind: Target['kind'], spec: WorkloadSeed['spec'] = {}): Promise<Site> =>
  startSite({ seed: { workloads: [workload(kind, spec)], objects: [] } });

const restart: Order = { verb: 'restart' };
const rollback: Order = { verb: 'rollback', to: 'previous' };

/** Deploys, and watches that. */
async function deployed(here: Site, kind: Target['kind'], tag: string, more: Partial<Watching> = {}) {
  here.sandbox.deploy(kind, 'shop', 'app', image(tag));
  const target = at(kind, 'app');
  return story(await watchToTheEnd(here, { target, order: restart, mark: landedAt(here, target), ...more }));
}

/** Changes the object as an action of ours does, and watches that. */
async function changed(
  here: Site,
  kind: Target['kind'],
  change: Parameters<Site['sandbox']['change']>[3],
  more: Partial<Watching>,
) {
  here.sandbox.change(kind, 'shop', 'app', change, 'vigie');
  const target = at(kind, 'app');
  return story(await watchToTheEnd(here, { target, order: restart, mark: landedAt(here, target), ...more }));
}

describe('a rollout', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)('of a %s is told pod by pod', async (kind) => {
    await using here = await site(kind);
    const told = await deployed(here, kind, 'v2');
    expect(told[0]).toMatch(/^(observing|progressing) 0\/3$/);
    expect(told.at(-1)).toBe('succeeded: All 3 pods are new and available');
    // Nothing is told twice, and nothing goes back.
    expect(new Set(told).size).toBe(told.length);
    const counts = told.slice(0, -1).map((line) => Number(/ (\d)\//.exec(line)?.[1]));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it.each([
    ['crash-v2', '1 of 1 new pods: crash loop (Error, exit 1)'],
    ['oom-v2', '1 of 1 new pods: crash loop (OOMKilled, exit 137)'],
    ['pullfail-v2', `1 of 1 new pods: image ${image('pullfail-v2')} can't be pulled`],
  ])('of %s is degraded long before its deadline, then fails', async (tag, says) => {
    await using here = await site('Deployment', { progressDeadlineSeconds: 120 });
    const told = await deployed(here, 'Deployment', tag);
    expect(told).toContain(`degraded 0/3: ${says}`);
    expect(told.at(-1)).toBe(`failed: The deadline for progress passed: 0 of 3 new pods are available; ${says}`);
  });

  it('of pods that no node takes says what the scheduler says', async () => {
    await using here = await site('StatefulSet');
    const told = await deployed(here, 'StatefulSet', 'unsched-v2', { limit: 120_000 });
    expect(told.at(-1)).toMatch(
      /^failed: Not finished within 120 s, 0 of 3 done: 1 of 1 new pods: no node takes it: 0\/3 nodes/,
    );
  });

  it('back to what worked is not failed by the deadline of what did not', async () => {
    // A slow controller publishes the new generation with the old condition, and for more than one look.
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 2 } };
    const workloads = [workload('Deployment', { progressDeadlineSeconds: 30, strategy })];
    await using here = await startSite({ pace: { tick: 3_000 }, seed: { workloads, objects: [] } });
    expect((await deployed(here, 'Deployment', 'crash-v2')).at(-1)).toMatch(/^failed: The deadline/);
    const stale: boolean[] = [];
    const meanwhile = (): void => {
      const { metadata, status } = here.sandbox.get('Deployment', 'shop', 'app');
      const isObserved = status?.['observedGeneration'] === metadata.generation;
      stale.push(isObserved && JSON.stringify(status).includes('ProgressDeadlineExceeded'));
    };
    const told = await deployed(here, 'Deployment', 'v1', { order: rollback, meanwhile });
    expect(stale).toContain(true);
    expect(told.at(-1)).toBe('succeeded: All 3 pods are new and available');
  });

  it('of a StatefulSet back to what worked names the pod that must be deleted, and goes on without it', async () => {
    await using here = await site('StatefulSet');
    const target = at('StatefulSet', 'app');
    await deployed(here, 'StatefulSet', 'crash-v2', { limit: 60_000 });
    const told = await deployed(here, 'StatefulSet', 'v1', { order: rollback });
    expect(told.at(-1)).toMatch(/^failed \(app-2\): Pod app-2 has the old version and does not get ready \(crash loop/);
    const mark = landedAt(here, target);
    const { uid } = here.sandbox.get('Pod', 'shop', 'app-2').metadata;
    here.sandbox.remove('Pod', 'shop', 'app-2');
    const order: Order = { verb: 'delete-pod', pod: 'app-2' };
    const gone = await watchToTheEnd(here, { target, order, mark, plan: { object: { name: 'app-2', uid } } });
    expect(story(gone).at(-1)).toMatch(/^succeeded: Pod app-2 is gone/);
    const on = await watchToTheEnd(here, { target, order: rollback, mark });
    expect(story(on).at(-1)).toBe('succeeded: All 3 pods are new and available');
  });

  it('that somebody replaces is superseded by name', async () => {
    await using here = await site('Deployment');
    const meanwhile = (age: number): void => {
      const now = here.sandbox.get('Deployment', 'shop', 'app');
      if (age > 1_500 && JSON.stringify(now.spec).includes(':v2'))
        here.sandbox.deploy('Deployment', 'shop', 'app', image('v3'));
    };
    const told = await deployed(here, 'Deployment', 'v2', { meanwhile });
    expect(told.at(-1)).toBe(
      'superseded: kubectl-set changed the template after it landed: another rollout replaces this one',
    );
  });

  it('of a workload that is deleted meanwhile is superseded', async () => {
    await using here = await site('Deployment');
    const meanwhile = (age: number): void => {
      if (age > 1_500 && here.sandbox.find('Deployment', 'shop', 'app'))
        here.sandbox.remove('Deployment', 'shop', 'app');
    };
    expect((await deployed(here, 'Deployment', 'v2', { meanwhile })).at(-1)).toBe(
      'superseded: eu-1/shop/Deployment/app was deleted after it landed',
    );
  });

  it('that is paused meanwhile says so, and goes on when it is resumed', async () => {
    await using here = await site('Deployment');
    const pause = (paused: boolean | null): void =>
      void here.sandbox.change('Deployment', 'shop', 'app', { spec: { paused } });
    const meanwhile = (age: number): void => {
      const paused = here.sandbox.get('Deployment', 'shop', 'app').spec?.['paused'] === true;
      if (age > 1_500 && age < 10_000 && !paused) pause(true);
      if (age > 30_000 && paused) pause(null);
    };
    const told = await deployed(here, 'Deployment', 'v2', { meanwhile });
    expect(told).toContainEqual(expect.stringMatching(/^paused \d\/3: the rollout is paused: resume it$/));
    expect(told.at(-1)).toBe('succeeded: All 3 pods are new and available');
  });

  it('that a quota forbids is blocked at once and fails soon', async () => {
    await using here = await site('Deployment', {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    here.sandbox.create({
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name: 'small' },
      spec: { hard: { pods: '3' } },
    });
    const told = await deployed(here, 'Deployment', 'v2');
    expect(told).toContainEqual(expect.stringMatching(/^blocked 0\/3: exceeded quota: small/));
    expect(told.at(-1)).toMatch(/^failed: The cluster refuses to make pods: exceeded quota: small/);
  });
});

describe('a scale', () => {
  it('is told to its end', async () => {
    await using here = await site('Deployment');
    const order: Order = { verb: 'scale', to: 6 };
    const told = await changed(here, 'Deployment', { spec: { replicas: 6 } }, { order });
    expect(told.at(-1)).toBe('succeeded: It is scaled to 6, and all are available');
    const none: Order = { verb: 'scale', to: 0 };
    const gone = await changed(here, 'Deployment', { spec: { replicas: 0 } }, { order: none });
    expect(gone.at(-1)).toBe('succeeded: It is scaled to 0: nothing runs');
  });

  it('that an autoscaler takes back is superseded', async () => {
    await using here = await site('Deployment');
    here.sandbox.create({
      ...{ kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2', metadata: { name: 'app' } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
        minReplicas: 1,
        maxReplicas: 4,
      },
    });
    const order: Order = { verb: 'scale', to: 6 };
    const told = await changed(here, 'Deployment', { spec: { replicas: 6 } }, { order });
    expect(told.at(-1)).toMatch(/^superseded: .*kube-controller-manager.* changed the replicas from 6 to 4$/);
  });
});

describe('a cluster that can not be seen', () => {
  it('for a minute fails nothing', async () => {
    await using here = await site('Deployment');
    let looks = 0;
    const meanwhile = (age: number): void => {
      here.sandbox.clearFaults();
      if (age > 2_000 && age < 60_000) {
        looks += 1;
        const fault = looks % 2 === 0 ? ({ cut: 'before' } as const) : { status: 503 };
        here.sandbox.fault({ fault, times: null });
      }
    };
    const told = await deployed(here, 'Deployment', 'v2', { meanwhile, limit: 120_000 });
    expect(told.at(-1)).toBe('succeeded: All 3 pods are new and available');
    // Patience grows: not a look every other second.
    expect(looks).toBeLessThan(12);
  });

  it('until a minute after the limit leaves the run unknown', async () => {
    await using here = await site('Deployment');
    here.sandbox.fault({ fault: { cut: 'before' }, times: null });
    const before = here.now();
    const told = await deployed(here, 'Deployment', 'v2', { limit: 30_000 });
    expect(told).toEqual([
      expect.stringMatching(/^unknown: It landed, but what became of it could not be seen\. .*closed the connection/),
    ]);
    expect(here.now() - before).toBeGreaterThanOrEqual(90_000);
  });

  it('because nobody knows us any more is waited for, too', async () => {
    await using here = await site('Deployment');
    here.sandbox.expireToken('bot-token');
    expect((await deployed(here, 'Deployment', 'v2', { limit: 10_000 })).at(-1)).toMatch(/^unknown: .*Credentials/);
  });

  it('in part, because the Role lacks rules that only help, is watched all the same', async () => {
    const { actingIn } = await import('../../sandbox/kubernetes/seed/users.ts');
    const rules = actingIn('shop').filter(
      ({ resources }) => !resources.includes('pods') && !resources.includes('replicasets'),
    );
    const users = [{ token: 'bot-token', name: 'bot', rules }];
    await using here = await startSite({ users, seed: { workloads: [workload('Deployment')], objects: [] } });
    const told = await deployed(here, 'Deployment', 'v2');
    expect(told.at(-1)).toBe('succeeded: All 3 pods are new and available');
  });
});
