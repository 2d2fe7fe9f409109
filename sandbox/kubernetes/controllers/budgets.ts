/** What ResourceQuotas and PodDisruptionBudgets report. */

import { sameJson } from '../json.ts';
import type { DisruptionBudget, Quota } from '../kinds.ts';
import { resolved, written } from '../quantity.ts';
import { taken } from '../store/admit.ts';
import { disruptionBudgets, pods, quotas } from '../store/resources.ts';
import { update } from '../store/write.ts';
import type { World } from '../world.ts';
import { controllerStatus, isActive, isReady } from './owned.ts';
import { matchesSelector } from '../api/selectors.ts';

function count(world: World, quota: Quota): void {
  const { hard } = quota.spec;
  const namespace = quota.metadata.namespace ?? '';
  const used = Object.fromEntries(Object.keys(hard).map((what) => [what, written(taken(world, namespace, what))]));
  const status = { hard, used };
  if (!sameJson(status, quota.status)) update(world, quotas, quota, { ...quota, status }, controllerStatus);
}

function weigh(world: World, budget: DisruptionBudget): void {
  const { selector, minAvailable, maxUnavailable } = budget.spec;
  const all = world.store.list(pods, budget.metadata.namespace).filter(isActive);
  const covered = all.filter(({ metadata }) => matchesSelector(selector, metadata.labels ?? {}));
  const expectedPods = covered.length;
  const currentHealthy = covered.filter(isReady).length;
  const desiredHealthy =
    minAvailable === undefined
      ? expectedPods - resolved(maxUnavailable ?? 0, expectedPods, 'up')
      : resolved(minAvailable, expectedPods, 'up');
  const status = {
    observedGeneration: budget.metadata.generation ?? 1,
    disruptionsAllowed: Math.max(0, currentHealthy - desiredHealthy),
    currentHealthy,
    desiredHealthy,
    expectedPods,
  };
  if (sameJson(status, budget.status)) return;
  update(world, disruptionBudgets, budget, { ...budget, status }, controllerStatus);
}

/** One step of all quotas and budgets. */
export function stepBudgets(world: World): void {
  for (const quota of world.store.list(quotas)) count(world, quota);
  for (const budget of world.store.list(disruptionBudgets)) weigh(world, budget);
}
