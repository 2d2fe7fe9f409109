/** Twice is once: whoever dies at whichever call, whatever arrives late, an action lands once; and the naive one does not. */
import { describe, expect, it } from 'vitest';
import type { Seed } from '../../sandbox/kubernetes/seed/seed.ts';
import type { Mark, Order, Plan, RunEvent } from '../../src/action/action.ts';
import { keepReceipts, makePlan, run, told } from './acting.ts';
import { Death, type Doom, doomed, type Doomed } from './dying.ts';
import { runNaively } from './naive.ts';
import { at, landedAt, type Site, startSite } from './site.ts';

const checkout = at('Deployment', 'checkout');
const ledger = at('StatefulSet', 'ledger');

interface Case {
  readonly name: string;
  readonly target: typeof checkout;
  readonly order: Order;
}

const cases: readonly Case[] = [
  { name: 'restart', target: checkout, order: { verb: 'restart' } },
  { name: 'rollback', target: checkout, order: { verb: 'rollback', to: 'previous' } },
  { name: 'scale', target: checkout, order: { verb: 'scale', to: 5 } },
  { name: 'pause', target: checkout, order: { verb: 'pause' } },
  { name: 'rollback of a StatefulSet', target: ledger, order: { verb: 'rollback', to: 'previous' } },
  { name: 'restart of a StatefulSet', target: ledger, order: { verb: 'restart' } },
  { name: 'delete-pod', target: ledger, order: { verb: 'delete-pod', pod: 'ledger-0' } },
  { name: 'bounds', target: ledger, order: { verb: 'set-autoscaler-bounds', min: null, max: 9 } },
];

/** Every way to lose a call. */
const losses: readonly (readonly [string, Omit<Doom, 'call'>])[] = (['dies', 'breaks'] as const).flatMap((learns) => [
  [`${learns} before sending`, { fate: 'unsent', learns }],
  [`${learns} before hearing`, { fate: 'unheard', learns }],
  ...[1, 2, 3].map(
    (lateBy) => [`${learns}, and it arrives ${lateBy} calls later`, { fate: { lateBy }, learns }] as const,
  ),
]);

/** Those that make a difference: a read that is lost is lost. */
const fates = (isWrite: boolean): typeof losses =>
  isWrite ? losses : losses.filter(([, { fate }]) => fate === 'unsent');

/** As little as there must be. */
const seed: Partial<Seed> = {
  workloads: [
    {
      kind: 'Deployment',
      name: 'checkout',
      history: [
        { image: 'checkout:v1', ago: 9_000 },
        { image: 'checkout:v2', ago: 8_000, settle: false },
      ],
    },
    {
      kind: 'StatefulSet',
      name: 'ledger',
      replicas: 2,
      history: [
        { image: 'ledger:v1', ago: 9_000 },
        { image: 'ledger:v2', ago: 8_000, settle: false },
      ],
    },
  ],
  objects: [
    {
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'ledger', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'ledger' },
        minReplicas: 2,
        maxReplicas: 6,
      },
    },
  ],
};

/** Changes of what people would see: how often the spec of the object became another one. */
function watchSpecs(
  site: Site,
  { order, target }: Case,
): { readonly look: () => void; readonly changes: () => number } {
  const read = (): string => {
    switch (order.verb) {
      case 'delete-pod':
        return JSON.stringify(site.sandbox.find('Pod', 'shop', order.pod)?.metadata.deletionTimestamp ?? null);
      case 'set-autoscaler-bounds':
        return JSON.stringify(site.sandbox.get('HorizontalPodAutoscaler', 'shop', target.name).spec);
      default:
        return JSON.stringify(site.sandbox.get(target.kind, 'shop', target.name).spec);
    }
  };
  let last = read();
  let changes = 0;
  const look = (): void => {
    const now = read();
    if (now !== last) changes += 1;
    last = now;
  };
  return { look, changes: () => (look(), changes) };
}

/** A colleague who never stops labelling. */
function colleague(site: Site, { target }: Case): () => void {
  let labels = 0;
  return () => {
    labels += 1;
    site.sandbox.change(target.kind, 'shop', target.name, { metadata: { labels: { touched: String(labels) } } });
  };
}

/** Lives until there is an end. */
async function live(once: () => Promise<RunEvent>): Promise<RunEvent> {
  for (let life = 1; life < 20; life += 1) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
  throw new Error('20 lives were not enough');
}

/** Nobody else changes the spec here: the mark tells of the object as it is in the end. */
function expectMark(site: Site, { target }: Case, mark: Mark): void {
  if (mark.templateHash === '') return;
  const { generation, templateHash, uid } = landedAt(site, target);
  expect(mark).toMatchObject({ generation, templateHash, uid });
}

async function endOf(
  site: Site,
  one: Case,
  doom: Doom | null,
  noisy: boolean,
  once: (plan: Plan, clusters: Doomed) => Promise<RunEvent>,
): Promise<{ readonly event: RunEvent; readonly changes: number; readonly calls: readonly boolean[] }> {
  site.sandbox.reset();
  site.sandbox.tick();
  const plan = await makePlan(site, one.target, one.order);
  const specs = watchSpecs(site, one);
  const label = colleague(site, one);
  let calls = 0;
  const clusters = doomed(site.clusters, doom, () => {
    specs.look();
    calls += 1;
    if (noisy && calls % 5 < 2) label();
    site.sandbox.tick();
  });
  const event = await live(() => once(plan, clusters));
  await clusters.settle();
  if (event.type === 'ActionLanded') expectMark(site, one, event.mark);
  return { event, changes: specs.changes(), calls: clusters.calls() };
}

describe.each(cases)('$name', (one) => {
  it.each([false, true])('lands once, wherever a call is lost (somebody else writes: %s)', async (noisy) => {
    await using site = await startSite({ seed }, 'admin-token');
    const faults: string[] = [];
    const attempt = async (name: string, doom: Doom | null): Promise<readonly boolean[]> => {
      const receipts = keepReceipts();
      const { calls, changes, event } = await endOf(site, one, doom, noisy, (plan, clusters) =>
        run(site, plan, { clusters, receipts }),
      );
      if (event.type !== 'ActionLanded' || changes !== 1) faults.push(`${name}: ${changes} changes, ${told(event)}`);
      return calls;
    };
    const calls = await attempt('nothing is lost', null);
    for (const [call, isWrite] of calls.entries()) {
      for (const [name, doom] of fates(isWrite)) await attempt(`call ${call} ${name}`, { ...doom, call });
    }
    expect(faults).toEqual([]);
  });
});

describe.each(cases.slice(0, 3))('$name, done naively', (one) => {
  it('does not land once', async () => {
    await using site = await startSite({ seed }, 'admin-token');
    const faults: string[] = [];
    let seconds = 0;
    const now = (): number => site.now() + (seconds += 1) * 1_000;
    const attempt = async (name: string, doom: Doom | null): Promise<readonly boolean[]> => {
      const { calls, changes } = await endOf(site, one, doom, false, (plan, clusters) =>
        runNaively(clusters.get('eu-1'), { run: '12-1', target: one.target, plan, now }),
      );
      if (changes !== 1) faults.push(`${name}: ${changes} changes`);
      return calls;
    };
    const calls = await attempt('nothing is lost', null);
    expect(faults).toEqual([]);
    for (const [call, isWrite] of calls.entries()) {
      for (const [name, doom] of fates(isWrite)) await attempt(`call ${call} ${name}`, { ...doom, call });
    }
    expect(faults.length).toBeGreaterThan(3);
  });
});

it('a death is no fault that is caught on the way', async () => {
  await using site = await startSite();
  const plan = await makePlan(site, checkout, { verb: 'restart' });
  const clusters = doomed(site.clusters, { call: 0, fate: 'unsent', learns: 'dies' });
  await expect(run(site, plan, { clusters })).rejects.toBeInstanceOf(Death);
});
