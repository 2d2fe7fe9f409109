/** Running: every verb, and every reason not to. */
import { describe, expect, it } from 'vitest';
import type { Order, Plan } from '../../src/action/action.ts';
import { list, text } from '../../src/kubernetes/json.ts';
import { idOfRun, readMarker } from '../../src/kubernetes/marker.ts';
import { jsonOf, keepReceipts, makePlan, run, told } from './acting.ts';
import { at, type Site, startSite } from './site.ts';

const checkout = at('Deployment', 'checkout');
const search = at('Deployment', 'search');
const ledger = at('StatefulSet', 'ledger');
const agent = at('DaemonSet', 'log-agent');

const imageOf = (site: Site, kind: string, name: string): string =>
  text(jsonOf(site.sandbox.get(kind, 'shop', name)), 'spec', 'template', 'spec', 'containers', 0, 'image');
const markerOf = (site: Site, kind: string, name: string) => readMarker(jsonOf(site.sandbox.get(kind, 'shop', name)));

describe('what is approved is done', () => {
  it('a restart writes the time of the plan, and says so on the object', async () => {
    await using site = await startSite();
    for (const target of [checkout, ledger, agent]) {
      const plan = await makePlan(site, target, { verb: 'restart' });
      await site.sandbox.clock.advance(3_000);
      const event = await run(site, plan);
      expect(told(event)).toBe('landed: the cluster took it.');
      const { kind, name } = target;
      const annotations = ['spec', 'template', 'metadata', 'annotations'];
      const written = text(
        jsonOf(site.sandbox.get(kind, 'shop', name)),
        ...annotations,
        'kubectl.kubernetes.io/restartedAt',
      );
      expect(Date.parse(written)).toBe(plan.at);
      expect(markerOf(site, kind, name)).toEqual({
        id: idOfRun('12-1', plan),
        ...{ verb: 'restart', at: plan.at, by: 'Ana', from: null, to: null },
      });
    }
  });

  it('a rollback restores the pinned template, and keeps replicas and annotations', async () => {
    await using site = await startSite();
    const { sandbox } = site;
    sandbox.change('Deployment', 'shop', 'checkout', {
      metadata: { annotations: { note: 'kept' } },
      spec: { replicas: 4 },
    });
    sandbox.tick();
    const plan = await makePlan(site, checkout, { verb: 'rollback', to: 'previous' });
    expect(told(await run(site, plan))).toContain('landed');
    const now = sandbox.get('Deployment', 'shop', 'checkout');
    expect(imageOf(site, 'Deployment', 'checkout')).toContain('checkout:v2');
    expect(now.metadata.annotations).toMatchObject({
      note: 'kept',
      'kubernetes.io/change-cause': `vigie: rollback to revision 2 (action ${idOfRun('12-1', plan)}, requested by Ana)`,
    });
    expect(now.spec?.['replicas']).toBe(4);
    sandbox.tick();
    // The old ReplicaSet is used again: its template is the same.
    expect(
      sandbox.list('ReplicaSet', 'shop').filter(({ metadata }) => metadata.name.startsWith('checkout-')),
    ).toHaveLength(3);
  });

  it('a rollback of a StatefulSet and of a DaemonSet restores the snapshot', async () => {
    await using site = await startSite();
    site.sandbox.deploy('DaemonSet', 'shop', 'log-agent', 'registry.example.com/shop/log-agent:v3');
    site.sandbox.tick();
    for (const [target, tag] of [
      [ledger, 'v4'],
      [agent, 'v2'],
    ] as const) {
      const plan = await makePlan(site, target, { verb: 'rollback', to: 'previous' });
      expect(told(await run(site, plan))).toContain('landed');
      expect(imageOf(site, target.kind, target.name)).toContain(`:${tag}`);
    }
  });

  it('scale, pause, resume, bounds and the deletion of a pod land', async () => {
    await using site = await startSite();
    const orders: readonly (readonly [typeof checkout, Order])[] = [
      [checkout, { verb: 'scale', to: 5 }],
      [checkout, { verb: 'pause' }],
      [checkout, { verb: 'resume' }],
      [search, { verb: 'set-autoscaler-bounds', min: 3, max: 9 }],
      [ledger, { verb: 'delete-pod', pod: 'ledger-2' }],
    ];
    for (const [target, order] of orders) {
      expect(told(await run(site, await makePlan(site, target, order)))).toContain('landed');
      site.sandbox.tick();
    }
    const { spec } = site.sandbox.get('Deployment', 'shop', 'checkout');
    expect(spec).toMatchObject({ replicas: 5 });
    expect(spec).not.toHaveProperty('paused');
    expect(site.sandbox.get('HorizontalPodAutoscaler', 'shop', 'search').spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: 9,
    });
    expect(site.sandbox.get('Pod', 'shop', 'ledger-2').metadata.deletionTimestamp).toBeDefined();
  });

  it('a write names its manager', async () => {
    await using site = await startSite();
    await run(site, await makePlan(site, checkout, { verb: 'rollback', to: 'previous' }));
    const entries = list(jsonOf(site.sandbox.get('Deployment', 'shop', 'checkout')), 'metadata', 'managedFields');
    expect(entries.map((entry) => text(entry, 'manager'))).toContain('vigie');
  });

  it('what is so already ends well without a write', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 5 });
    site.sandbox.change('Deployment', 'shop', 'checkout', { spec: { replicas: 5 } });
    const { resourceVersion } = site.sandbox.get('Deployment', 'shop', 'checkout').metadata;
    expect(told(await run(site, plan))).toBe('succeeded: It has 5 replicas already: nothing had to be done');
    expect(site.sandbox.get('Deployment', 'shop', 'checkout').metadata.resourceVersion).toBe(resourceVersion);
  });

  it('a second delivery finds that it was done', async () => {
    await using site = await startSite();
    const receipts = keepReceipts();
    const plan = await makePlan(site, checkout, { verb: 'restart' });
    const first = await run(site, plan, { receipts });
    site.sandbox.tick();
    const second = await run(site, plan, { receipts });
    expect(second).toEqual(first);
    // Another Vigie may have had an incident of the same number.
    const other = await makePlan(site, checkout, { verb: 'restart' });
    expect(idOfRun('12-1', other)).not.toBe(idOfRun('12-1', plan));
  });
});

describe('what was approved no longer fits', () => {
  const drifts: readonly (readonly [string, Order, (site: Site) => void, string])[] = [
    [
      'another version was deployed',
      { verb: 'restart' },
      ({ sandbox }) => void sandbox.deploy('Deployment', 'shop', 'checkout', 'checkout:v9'),
      'Not done: another version was deployed since the plan was made. Plan it again',
    ],
    [
      'somebody scaled it',
      { verb: 'scale', to: 6 },
      ({ sandbox }) => void sandbox.change('Deployment', 'shop', 'checkout', { spec: { replicas: 4 } }),
      'Not done: it has 4 replicas, and 3 when the plan was made. Plan it again',
    ],
    [
      'it was paused',
      { verb: 'rollback', to: 'previous' },
      ({ sandbox }) => void sandbox.change('Deployment', 'shop', 'checkout', { spec: { paused: true } }),
      'Not done: it was paused since the plan was made. Plan it again',
    ],
    [
      'the pinned revision was cleared away',
      { verb: 'rollback', to: 2 },
      ({ sandbox }) => {
        const pinned = sandbox
          .list('ReplicaSet', 'shop')
          .find(({ spec }) => JSON.stringify(spec).includes('checkout:v2'));
        sandbox.remove('ReplicaSet', 'shop', pinned?.metadata.name ?? '');
      },
      'Not done: revision 2 was cleared away since the plan was made. Plan it again',
    ],
    [
      'it was deleted',
      { verb: 'restart' },
      ({ sandbox }) => sandbox.remove('Deployment', 'shop', 'checkout'),
      'Not done: it was deleted. Plan it again',
    ],
  ];

  it.each(drifts)('%s', async (_name, order, meanwhile, says) => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, order);
    meanwhile(site);
    expect(told(await run(site, plan))).toBe(`drifted: ${says}`);
  });

  it('a pod that was made anew is not deleted', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, ledger, { verb: 'delete-pod', pod: 'ledger-0' });
    site.sandbox.remove('Pod', 'shop', 'ledger-0');
    await site.sandbox.clock.advance(5_000);
    const { uid } = site.sandbox.get('Pod', 'shop', 'ledger-0').metadata;
    expect(told(await run(site, plan))).toBe(
      'succeeded: Pod ledger-0 is gone, and a new one has its name: nothing had to be done',
    );
    expect(site.sandbox.get('Pod', 'shop', 'ledger-0').metadata).toMatchObject({ uid });
    expect(site.sandbox.get('Pod', 'shop', 'ledger-0').metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('it is not done', () => {
  const untouched = async (site: Site, plan: Plan, running: Parameters<typeof run>[2]): Promise<string> => {
    const calls = site.sandbox.calls().length;
    const said = told(await run(site, plan, running));
    expect(site.sandbox.calls()).toHaveLength(calls);
    return said;
  };

  it('too late, against the rails, past what blocks, or with a plan that was changed', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 60 });
    expect(await untouched(site, plan, { expires: site.now() - 1 })).toBe(
      'expired: It could not be done in time, and is not done late. Ask again for a new plan',
    );
    expect(await untouched(site, plan, { allowed: () => 'at most 20 replicas' })).toBe(
      'failed: Not done: at most 20 replicas',
    );
    expect(await untouched(site, plan, {})).toContain('failed: Not done: That is a large step');
    const forged: Plan = { ...plan, order: { verb: 'scale', to: 0 } };
    expect(await untouched(site, forged, { breakGlass: true })).toContain('The plan is not the one that was made');
    expect(told(await run(site, plan, { breakGlass: true }))).toContain('landed');
  });

  it('break-glass does not override the rails of the worker', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 60 });
    expect(await untouched(site, plan, { breakGlass: true, allowed: () => 'never' })).toBe('failed: Not done: never');
  });
});
