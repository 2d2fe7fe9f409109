/** A rollback, and the way back from it: what "previous" means after each. */
import { expect, it } from 'vitest';
import type { Order } from '../../src/action/action.ts';
import { text } from '../../src/kubernetes/json.ts';
import { jsonOf, makePlan, refusedPlan, run, told } from './acting.ts';
import { at, type Site, startSite } from './site.ts';

const checkout = at('Deployment', 'checkout');
const previous: Order = { verb: 'rollback', to: 'previous' };

/** Carries an order out, and says which image and what undoes it. */
async function carryOut(site: Site, order: Order): Promise<{ readonly image: string; readonly inverse: Order | null }> {
  const plan = await makePlan(site, checkout, order);
  expect(told(await run(site, plan))).toContain('landed');
  site.sandbox.tick();
  await site.sandbox.clock.advance(60_000);
  const now = jsonOf(site.sandbox.get('Deployment', 'shop', 'checkout'));
  return {
    image: text(now, 'spec', 'template', 'spec', 'containers', 0, 'image').split(':')[1] ?? '',
    inverse: plan.inverse,
  };
}

/** Rolls back, undoes that, and rolls back again. */
async function thereAndBackAndThere(site: Site): Promise<readonly string[]> {
  const there = await carryOut(site, previous);
  if (there.inverse === null) throw new Error('nothing undoes it');
  const back = await carryOut(site, there.inverse);
  return [there, back, await carryOut(site, previous)].map(({ image }) => image);
}

it('a rollback that was undone may be done again: the version that it went to was never bad', async () => {
  await using site = await startSite();
  expect(await thereAndBackAndThere(site)).toEqual(['v2', 'crash-v3', 'v2']);
});

it('a version that was rolled back from is never what "previous" means, however often it was gone back to', async () => {
  await using site = await startSite();
  await thereAndBackAndThere(site);
  expect((await carryOut(site, previous)).image).toBe('v1');
  expect(await refusedPlan(site, checkout, previous)).toContain('There is no earlier revision to go back to');
});
