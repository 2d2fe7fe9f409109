/** A cluster that takes a request in and never answers: people are told after one deadline, whatever is tried. */
import { expect, it } from 'vitest';
import { performPlan } from '../../src/kubernetes/plan.ts';
import { serve } from './reaching.ts';

const effect = {
  ...({ type: 'kubernetes.plan', run: '12-1', target: 'eu/shop/Deployment/checkout' } as const),
  order: { verb: 'restart' },
} as const;
const unending = new AbortController().signal;
const says = 'Cluster eu did not answer within 1 s, so there is no plan. Ask again when it does';

it('has one deadline for all attempts, and a sentence that says what to do', async () => {
  await using hung = await serve(() => undefined);
  const plan = performPlan({ get: () => hung.cluster }, { allowed: () => null, clock: Date.now, patience: 1_000 });
  const began = Date.now();
  expect(await plan(effect, { attempt: 1, signal: unending })).toMatchObject({ type: 'PlanRefused', says });
  expect(Date.now() - began).toBeLessThan(2_500);
});

it('counts what earlier attempts took, and starts anew for what is asked for anew', async () => {
  let hangs = false;
  await using flaky = await serve((_request, response) => {
    if (!hangs) response.destroy();
  });
  let now = 0;
  const plan = performPlan({ get: () => flaky.cluster }, { allowed: () => null, clock: () => now, patience: 1_000 });
  await expect(plan(effect, { attempt: 1, signal: unending })).rejects.toThrow('closed the connection');
  hangs = true;
  now = 800;
  const began = performance.now();
  expect(await plan(effect, { attempt: 2, signal: unending })).toMatchObject({ says });
  expect(performance.now() - began).toBeLessThan(900);
  now = 60_000;
  const anew = performance.now();
  expect(await plan(effect, { attempt: 1, signal: unending })).toMatchObject({ says });
  expect(performance.now() - anew).toBeGreaterThan(950);
});
