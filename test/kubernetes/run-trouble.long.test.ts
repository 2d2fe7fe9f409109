/** Running while others write and answers get lost: it is done once, or it is said that nobody knows. */
import { describe, expect, it } from 'vitest';
import type { FaultOrder } from '../../sandbox/kubernetes/troubles/faults.ts';
import { nameOfTarget, type Order } from '../../src/action/action.ts';
import { openClusters } from '../../src/kubernetes/cluster.ts';
import { idOfRun, readMarker } from '../../src/kubernetes/marker.ts';
import { jsonOf, keepReceipts, makePlan, persist, run, told } from './acting.ts';
import { at, type Site, startSite } from './site.ts';

const checkout = at('Deployment', 'checkout');
const restart: Order = { verb: 'restart' };
const real = { verb: 'patch', resource: 'deployments', dryRun: false } as const;

async function withFault(fault: FaultOrder): Promise<string> {
  await using site = await startSite();
  const plan = await makePlan(site, checkout, restart);
  site.sandbox.fault(fault);
  return told(await persist(site, plan));
}

const generation = ({ sandbox }: Site): number =>
  sandbox.get('Deployment', 'shop', 'checkout').metadata.generation ?? 0;

describe('a race that is lost', () => {
  it('is run again, at the new version', async () => {
    expect(await withFault({ ...real, times: 7, fault: { status: 409 } })).toContain('landed');
  });

  it('is run again by later claims when it is a storm', async () => {
    expect(await withFault({ ...real, times: 35, fault: { status: 409 } })).toContain('landed');
  });

  it('does not end the run before it expires', async () => {
    expect(await withFault({ ...real, times: null, fault: { status: 409 } })).toContain('expired');
  });
});

describe('an answer that is lost', () => {
  const faults: readonly (readonly [string, FaultOrder['fault']])[] = [
    ['cut before the commit', { cut: 'before' }],
    ['cut after the commit', { cut: 'after' }],
    ['500 after the commit', { status: 500, when: 'after' }],
    ['503 before the commit', { status: 503 }],
    ['504 after the commit', { status: 504, when: 'after' }],
    ['half of the answer', 'truncated'],
    ['a page of a proxy', 'garbage'],
  ];

  it.each(faults)('%s: it is done once all the same', async (_name, fault) => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 5 });
    const before = generation(site);
    site.sandbox.fault({ ...real, fault });
    const receipts = keepReceipts();
    expect(told(await persist(site, plan, { receipts }))).toContain('landed');
    expect(generation(site)).toBe(before + 1);
    expect(told(await run(site, plan, { receipts }))).toContain('landed');
    expect(generation(site)).toBe(before + 1);
  });

  it('a server that hangs costs no more than the deadline', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, restart);
    const settings = { 'eu-1': { kubeconfig: site.sandbox.kubeconfig('bot-token'), context: null } };
    await using clusters = openClusters(settings, { total: 300 });
    site.sandbox.fault({ ...real, fault: 'hang' });
    const begun = Date.now();
    expect(told(await run(site, plan, { clusters }))).toContain('landed');
    expect(Date.now() - begun).toBeGreaterThanOrEqual(290);
    expect(Date.now() - begun).toBeLessThan(3_000);
  });

  it('a lost mark is told by traces: the object was written, or the revision is there', async () => {
    await using site = await startSite();
    const { sandbox } = site;
    const receipts = keepReceipts();
    const plan = await makePlan(site, checkout, restart);
    await sandbox.clock.advance(2_000);
    sandbox.fault({ ...real, fault: { cut: 'after' } });
    sandbox.fault({ verb: 'get', resource: 'deployments', skip: 1, fault: { status: 500 } });
    await expect(run(site, plan, { receipts })).rejects.toThrow('running 12-1');
    sandbox.tick();
    // Somebody rolls back with kubectl, which replaces all annotations.
    const { spec } =
      sandbox.list('ReplicaSet', 'shop').find((one) => JSON.stringify(one).includes('checkout:v2')) ?? {};
    const template = jsonOf({ template: spec?.['template'] });
    sandbox.change('Deployment', 'shop', 'checkout', { metadata: { annotations: null }, spec: template });
    expect(told(await run(site, plan, { receipts }))).toBe(
      'superseded: It was done, and somebody has changed it back or further since',
    );
  });

  it('without any trace nobody knows, and it is not done again', async () => {
    await using site = await startSite();
    const receipts = keepReceipts();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 5 });
    site.sandbox.fault({ ...real, fault: { cut: 'before' } });
    site.sandbox.fault({ verb: 'get', resource: 'deployments', skip: 1, fault: { status: 500 } });
    await expect(run(site, plan, { receipts })).rejects.toThrow('running 12-1');
    site.sandbox.change('Deployment', 'shop', 'checkout', { spec: { replicas: 4 } });
    expect(told(await run(site, plan, { receipts }))).toBe(
      'unknown: It was sent, it is not known whether it was done, and then it has 4 replicas, and 3 when the plan was made',
    );
  });

  it('what may still be under way when time is over is made impossible first', async () => {
    await using site = await startSite();
    const receipts = keepReceipts();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 5 });
    const before = site.sandbox.get('Deployment', 'shop', 'checkout').metadata.resourceVersion;
    site.sandbox.fault({ ...real, times: 10, fault: { cut: 'before' } });
    await expect(run(site, plan, { receipts })).rejects.toThrow('running 12-1');
    site.sandbox.clearFaults();
    expect(told(await run(site, plan, { receipts, expires: site.now() - 1 }))).toContain('expired');
    const now = site.sandbox.get('Deployment', 'shop', 'checkout');
    expect(now.metadata.resourceVersion).not.toBe(before);
    expect(now.spec?.['replicas']).toBe(3);
    expect(readMarker(jsonOf(now))?.id).toBe(`cancelled:${idOfRun('12-1', plan)}`);
  });

  it('of a cluster that never comes back nobody knows', async () => {
    await using site = await startSite();
    const receipts = keepReceipts();
    const plan = await makePlan(site, checkout, restart);
    site.sandbox.fault({ ...real, times: null, fault: { cut: 'before' } });
    site.sandbox.fault({ verb: 'get', resource: 'deployments', skip: 1, times: null, fault: { status: 503 } });
    expect(told(await persist(site, plan, { receipts, expires: site.now() + 120_000 }, 20))).toContain(
      'unknown: It was sent, and it is not known whether it was done',
    );
  });
});

describe('others who write', () => {
  it('GitOps that takes the change back does not make it be done again', async () => {
    await using site = await startSite();
    const { sandbox } = site;
    const { kind, name, namespace } = checkout;
    sandbox.gitops({ kind, namespace, name, by: 'argocd-controller', afterMs: 0 });
    sandbox.tick();
    const plan = await makePlan(site, checkout, { verb: 'rollback', to: 'previous' });
    const receipts = keepReceipts();
    sandbox.fault({ ...real, fault: { cut: 'after' } });
    sandbox.fault({ verb: 'get', resource: 'deployments', skip: 1, fault: { status: 500 } });
    await expect(run(site, plan, { receipts, breakGlass: true })).rejects.toThrow('running 12-1');
    const landedOn = generation(site);
    await sandbox.clock.advance(3_000);
    expect(JSON.stringify(sandbox.get(kind, namespace, name).spec)).toContain('crash-v3');
    const event = await run(site, plan, { receipts, breakGlass: true });
    expect(event).toMatchObject({
      type: 'ActionLanded',
      mark: { generation: landedOn, templateHash: plan.pinned?.templateHash },
    });
    expect(generation(site)).toBe(landedOn + 1);
  });

  it('two workers with one run do it once', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 5 });
    const before = generation(site);
    const receipts = keepReceipts();
    const both = await Promise.all([1, 2, 3].map(() => persist(site, plan, { receipts })));
    expect(both.map(({ type }) => type)).toEqual(['ActionLanded', 'ActionLanded', 'ActionLanded']);
    expect(generation(site)).toBe(before + 1);
    expect(nameOfTarget(checkout)).toBe(plan.target);
  });
});
