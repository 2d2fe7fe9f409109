/** All controllers, one step each, again and again. */

import { revert } from '../troubles/gitops.ts';
import type { World } from '../world.ts';
import { stepAutoscalers } from './autoscalers.ts';
import { stepBudgets } from './budgets.ts';
import { collectGarbage } from './collector.ts';
import { stepDaemonSets } from './daemonsets.ts';
import { stepDeployments } from './deployment/sync.ts';
import { forgetEvents } from './events.ts';
import { stepPods } from './pods.ts';
import { stepReplicaSets } from './replicasets.ts';
import { stepStatefulSets } from './statefulsets.ts';

const steps: readonly ((world: World) => void)[] = [
  revert,
  stepAutoscalers,
  stepDeployments,
  stepReplicaSets,
  stepStatefulSets,
  stepDaemonSets,
  stepPods,
  collectGarbage,
  stepBudgets,
  forgetEvents,
];

/** One step of every controller. One that throws is written down and holds nobody else up. */
export function tick(world: World): void {
  for (const step of steps) {
    try {
      step(world);
    } catch (error) {
      world.complaints.push(`${step.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
}

/** Ticks on the world's clock until the returned function is called. */
export function keepTicking(world: () => World): () => void {
  let stopped = false;
  const arm = (): void => {
    const { clock, pace } = world();
    clock.after(pace.tick, () => {
      if (!stopped) {
        tick(world());
        arm();
      }
      return Promise.resolve();
    });
  };
  arm();
  return () => {
    stopped = true;
  };
}
