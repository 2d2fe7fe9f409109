/** Running against a cluster that says no, or says nothing: people are told why, and nothing is tried in vain. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FaultOrder } from '../../sandbox/kubernetes/troubles/faults.ts';
import type { Order } from '../../src/action/action.ts';
import { Throttled } from '../../src/incident/fault.ts';
import { openClusters } from '../../src/kubernetes/cluster.ts';
import { KubeError } from '../../src/kubernetes/kube-error.ts';
import { makePlan, persist, run, told } from './acting.ts';
import { at, startSite } from './site.ts';

const checkout = at('Deployment', 'checkout');
const ledger = at('StatefulSet', 'ledger');
const restart: Order = { verb: 'restart' };
const real = { verb: 'patch', resource: 'deployments', dryRun: false } as const;

async function withFault(fault: FaultOrder): Promise<string> {
  await using site = await startSite();
  const plan = await makePlan(site, checkout, restart);
  site.sandbox.fault(fault);
  return told(await persist(site, plan));
}

describe('a cluster that says no', () => {
  it('by a webhook is quoted, and not asked again', async () => {
    const fault = { webhook: 'policy.example.com', denies: 'not during the freeze' };
    expect(await withFault({ ...real, fault })).toBe(
      'failed: Not done: A policy of cluster eu-1 denied it: admission webhook "policy.example.com" denied the request: not during the freeze',
    );
  });

  it('by a webhook that is down is asked three times', async () => {
    const fault = { webhook: 'policy.example.com', down: true } as const;
    expect(await withFault({ ...real, times: 2, fault })).toContain('landed');
    expect(await withFault({ ...real, times: 3, fault })).toContain(
      'failed: Not done: An admission webhook of cluster eu-1 does not answer: Internal error occurred: failed calling webhook "policy.example.com"',
    );
  });

  it('by a webhook that can not judge a dry run is asked for real', async () => {
    const fault = { webhook: 'old.example.com', dryRun: 'unsupported' } as const;
    expect(await withFault({ verb: 'patch', times: null, fault })).toContain('landed');
  });

  it('that it is busy is left alone as long as it asks for', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, restart);
    site.sandbox.fault({ ...real, fault: { status: 429, retryAfter: 1 } });
    expect(told(await run(site, plan))).toContain('landed');
    const again = await makePlan(site, ledger, restart);
    site.sandbox.fault({ verb: 'patch', dryRun: false, fault: { status: 429, retryAfter: 30 } });
    const answer = await run(site, again).catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(Throttled);
    expect(answer).toMatchObject({ after: 30_000 });
  });

  it('to who asks: the missing rule is named', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, restart);
    await using other = openClusters({
      'eu-1': { kubeconfig: site.sandbox.kubeconfig('viewer-token'), context: null },
    });
    expect(told(await run(site, plan, { clusters: other }))).toBe(
      'failed: Not done: Vigie may not patch deployments in namespace shop of cluster eu-1. Add this rule to its Role: {apiGroups: [apps], resources: [deployments], verbs: [patch]}',
    );
  });

  it('to a token that ran out, until there is a new one', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, restart);
    let token = 'expired-token';
    let reads = 0;
    const kubeconfig = (): string => {
      reads += 1;
      return site.sandbox.kubeconfig(token);
    };
    await using clusters = openClusters({ 'eu-1': { kubeconfig, context: null } });
    expect(told(await run(site, plan, { clusters }))).toContain('does not accept ours any more');
    expect(reads).toBe(2);
    token = 'bot-token';
    expect(told(await run(site, plan, { clusters }))).toContain('landed');
  });

  it('because of a quota lets the write in: the pods are what it refuses', async () => {
    await using site = await startSite();
    site.sandbox.create({
      kind: 'ResourceQuota',
      metadata: { name: 'full', namespace: 'shop' },
      spec: { hard: { pods: '1' } },
    });
    site.sandbox.tick();
    const plan = await makePlan(site, checkout, { verb: 'scale', to: 5 });
    expect(plan.warnings.map(({ text }) => text)).toContainEqual(expect.stringContaining('Quota full has room for 0'));
    expect(told(await run(site, plan))).toContain('landed');
  });

  it('warnings are passed on', async () => {
    expect(await withFault({ ...real, fault: { warning: 'policy: image is not signed' } })).toContain(
      'The cluster warns: policy: image is not signed',
    );
  });
});

describe('a cluster that is not there', () => {
  it('is tried again, then people are told that nothing was done', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, restart);
    const { port } = site.sandbox;
    const kubeconfig = site.sandbox.kubeconfig('bot-token').replace(`:${port}`, ':1');
    await using clusters = openClusters({ 'eu-1': { kubeconfig, context: null } });
    await expect(run(site, plan, { clusters, attempt: 1 })).rejects.toThrow('running 12-1');
    expect(told(await run(site, plan, { clusters, attempt: 6 }))).toBe(
      'failed: Not done: Cluster eu-1 (127.0.0.1:1) refused the connection',
    );
  });

  it('and a run that is stopped says nothing', async () => {
    await using site = await startSite();
    const plan = await makePlan(site, checkout, restart);
    site.sandbox.fault({ ...real, fault: 'hang' });
    const stop = new AbortController();
    const running = run(site, plan, { signal: stop.signal });
    await sleep(200);
    stop.abort(new Error('the lease was lost'));
    await expect(running).rejects.toBeInstanceOf(KubeError);
  });
});
