/** A write whose answer was lost, and whose every trace somebody removed: it is never sent again on a guess. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/action/action.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { marker } from '../../src/kubernetes/names.ts';
import { keepReceipts, makePlan, run, told } from './acting.ts';
import { at, type Site, startSite } from './site.ts';

const checkout = at('Deployment', 'checkout');
const search = at('Deployment', 'search');
const erased: JsonObject = { metadata: { annotations: { [marker]: null } } };

interface Case {
  readonly target: typeof checkout;
  readonly order: Order;
  /** What is written, and how somebody undoes it. */
  readonly kind: string;
  readonly back: JsonObject;
  /** How it must be before it. */
  readonly before?: JsonObject;
}

const cases: Readonly<Record<string, Case>> = {
  pause: { target: checkout, order: { verb: 'pause' }, kind: 'Deployment', back: { spec: { paused: null } } },
  resume: {
    ...{ target: checkout, order: { verb: 'resume' }, kind: 'Deployment' },
    ...{ before: { spec: { paused: true } }, back: { spec: { paused: true } } },
  },
  scale: { target: checkout, order: { verb: 'scale', to: 5 }, kind: 'Deployment', back: { spec: { replicas: 3 } } },
  bounds: {
    ...{ target: search, order: { verb: 'set-autoscaler-bounds', min: 3, max: 9 } },
    ...{ kind: 'HorizontalPodAutoscaler', back: { spec: { minReplicas: 2, maxReplicas: 6 } } },
  },
};

/** Loses the answer of a write, with the worker; `isDone` says whether the cluster took it. */
async function loseAnswer(site: Site, { kind, order, target, before }: Case, isDone: boolean) {
  const { sandbox } = site;
  if (before !== undefined) sandbox.change(kind, 'shop', target.name, before);
  await sandbox.clock.advance(60_000);
  const plan = await makePlan(site, target, order);
  const receipts = keepReceipts();
  const resource = kind === 'Deployment' ? 'deployments' : 'horizontalpodautoscalers';
  sandbox.fault({ verb: 'patch', resource, dryRun: false, fault: { cut: isDone ? 'after' : 'before' } });
  sandbox.fault({ verb: 'get', resource, skip: 1, times: 1, fault: { status: 500 } });
  await expect(run(site, plan, { receipts })).rejects.toThrow('running 12-1');
  const writes = (): number =>
    sandbox.calls().filter(({ method, query }) => method === 'PATCH' && query['dryRun'] === undefined).length;
  return { writes, again: async (): Promise<string> => told(await run(site, plan, { receipts })) };
}

describe.each(Object.entries(cases))('a %s that was sent', (_name, one) => {
  const change = ({ sandbox }: Site, patch: JsonObject): void =>
    void sandbox.change(one.kind, 'shop', one.target.name, patch);

  it('is not sent again when it was undone and its mark removed: nobody can know', async () => {
    await using site = await startSite();
    const { again, writes } = await loseAnswer(site, one, true);
    change(site, one.back);
    change(site, erased);
    expect(await again()).toContain('unknown: It was sent, it is not known whether it was done');
    expect(writes()).toBe(1);
  });

  it('is sent again when it can not have landed, whatever others labelled meanwhile', async () => {
    await using site = await startSite();
    const { again, writes } = await loseAnswer(site, one, false);
    if (one.kind === 'Deployment') change(site, { metadata: { labels: { touched: 'yes' } } });
    expect(await again()).toContain('landed');
    expect(writes()).toBe(2);
  });
});
