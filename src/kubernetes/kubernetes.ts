/** The Kubernetes room, put together: plans, runs, watches and diagnoses, with the clusters that this process may enter. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order, Target } from '../action/action.ts';
import type { Perform } from '../incident/contracts.ts';
import { Terminal } from '../incident/fault.ts';
import type { Instant } from '../incident/incident.ts';
import { openClusters } from './cluster.ts';
import { performDiagnose, performExamine } from './diagnose/perform.ts';
import type { ClusterSettings } from './kubeconfig.ts';
import { performPlan } from './plan.ts';
import { performRun } from './run.ts';
import { performWatch } from './watch/perform.ts';
import { performRecheck } from './watch/recheck.ts';

/** What the room is handed. */
export interface KubernetesParts {
  readonly clusters: Readonly<Record<string, ClusterSettings>>;
  readonly clock: () => Instant;
  readonly random: () => number;
  /** This process's own guard rails: a sentence when its configuration does not allow an order, whatever was recorded. */
  readonly allowed: (target: Target, order: Order) => string | null;
}

/** The room. Disposing of it closes its connections. */
export interface KubernetesRoom extends AsyncDisposable {
  readonly perform: Perform;
}

/** Opens the room; no cluster is connected to before there is something to ask. */
export function openKubernetes({ clusters: settings, ...parts }: KubernetesParts): KubernetesRoom {
  // They take a second to import, and whoever presses first should not wait for that. What fails now fails again then.
  void Promise.allSettled([import('@kubernetes/client-node'), import('undici')]);
  const clusters = openClusters(settings, { clock: parts.clock });
  const plan = performPlan(clusters, parts);
  const wait = (pause: number, signal: AbortSignal): Promise<void> => sleep(pause, undefined, { signal });
  const run = performRun(clusters, { ...parts, wait });
  const watch = performWatch(clusters, parts);
  const recheck = performRecheck(clusters, parts.clock);
  const diagnose = performDiagnose(clusters, parts.clock);
  const examine = performExamine(clusters, parts.clock);
  const perform: Perform = async ({ effect, attempt, receipts, signal, since }) => {
    switch (effect.type) {
      case 'kubernetes.plan':
        return plan(effect, { attempt, signal });
      case 'kubernetes.run':
        return run(effect, { attempt, receipts, signal });
      case 'kubernetes.watch':
        return watch(effect, { since, signal });
      case 'kubernetes.recheck':
        return recheck(effect, { attempt, signal });
      case 'kubernetes.diagnose':
        return diagnose(effect, signal);
      case 'kubernetes.examine':
        return examine(effect, signal);
      default:
        throw new Terminal(`${effect.type} is not an effect of Kubernetes`);
    }
  };
  return { perform, [Symbol.asyncDispose]: () => clusters[Symbol.asyncDispose]() };
}
