/** Looking again at what had succeeded. */
import { expect, it } from 'vitest';
import type { Order } from '../../src/action/action.ts';
import { nameOfTarget } from '../../src/action/action.ts';
import { performRecheck } from '../../src/kubernetes/watch/recheck.ts';
import { askPlan, makePlan, run } from './acting.ts';
import { at, type Site, startSite } from './site.ts';

const checkout = at('Deployment', 'checkout');
const { signal } = new AbortController();

/** Does it, waits until it is done, and returns how to look again. */
async function done(site: Site, order: Order) {
  const plan = await makePlan(site, checkout, order);
  const event = await run(site, plan);
  if (event.type !== 'ActionLanded') throw new Error(`it did not land: ${JSON.stringify(event)}`);
  await site.sandbox.clock.advance(30_000);
  const target = nameOfTarget(checkout);
  const effect = { type: 'kubernetes.recheck', run: '12-1', at: 0, target, plan, mark: event.mark } as const;
  const perform = performRecheck(site.clusters, site.now);
  return async (attempt = 1): Promise<string | null> => {
    const seen = await perform(effect, { attempt, signal });
    return seen?.type === 'ChangeLost' ? seen.says : null;
  };
}

it('what stands is no news', async () => {
  await using site = await startSite();
  for (const order of [{ verb: 'restart' }, { verb: 'scale', to: 5 }, { verb: 'rollback', to: 'previous' }] as const) {
    expect(await (await done(site, order))()).toBeNull();
  }
});

it('a deploy, a scaling and a resume of others are told with who did them', async () => {
  await using site = await startSite();
  const { sandbox } = site;
  const rolledBack = await done(site, { verb: 'rollback', to: 'previous' });
  sandbox.deploy('Deployment', 'shop', 'checkout', 'registry.example.com/shop/checkout:v9');
  expect(await rolledBack()).toMatch(/changed the template after it landed/);
  sandbox.tick();
  const scaled = await done(site, { verb: 'scale', to: 5 });
  sandbox.change('Deployment', 'shop', 'checkout', { spec: { replicas: 2 } });
  expect(await scaled()).toMatch(/changed the replicas from 5 to 2/);
  sandbox.tick();
  const paused = await done(site, { verb: 'pause' });
  sandbox.change('Deployment', 'shop', 'checkout', { spec: { paused: false } });
  expect(await paused()).toMatch(/resumed it again/);
});

it('a cluster that can not be seen is asked again, and then is no news either', async () => {
  await using site = await startSite();
  const look = await done(site, { verb: 'restart' });
  await site.sandbox[Symbol.asyncDispose]();
  await expect(look(1)).rejects.toThrow('refused the connection');
  expect(await look(3)).toBeNull();
  expect((await askPlan(site, checkout, { verb: 'restart' })).type).toBe('PlanRefused');
});
