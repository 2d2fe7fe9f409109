/** A simulated cluster, whose clock a test moves, with the way to it that the room of Kubernetes has. */
import {
  type KubernetesOptions,
  type KubernetesSandbox,
  startKubernetesSandbox,
} from '../../sandbox/kubernetes/server.ts';
import type { Mark, Order, Plan, Progress, RunEvent, Target } from '../../src/action/action.ts';
import { Throttled } from '../../src/incident/fault.ts';
import type { Instant } from '../../src/incident/incident.ts';
import { type Cluster, type Clusters, openClusters } from '../../src/kubernetes/cluster.ts';
import { hashOf } from '../../src/kubernetes/template.ts';
import { performWatch } from '../../src/kubernetes/watch/perform.ts';
import { type Json, object } from '../../src/kubernetes/json.ts';
import { planOf } from './objects.ts';

/** A cluster called `eu-1`. */
export interface Site extends AsyncDisposable {
  readonly sandbox: KubernetesSandbox;
  readonly clusters: Clusters;
  readonly cluster: Cluster;
  readonly now: () => Instant;
}

/** When the clock stands at first. */
export const dawn: Instant = Date.UTC(2026, 10, 21, 3, 12);

/** Starts a cluster that is reached with a token. Its clock stands still unless it is moved. */
export async function startSite(options: KubernetesOptions = {}, token = 'bot-token'): Promise<Site> {
  const sandbox = await startKubernetesSandbox({ standAt: dawn, ...options });
  const now = (): Instant => sandbox.clock.now();
  const settings = { 'eu-1': { kubeconfig: sandbox.kubeconfig(token), context: null } };
  const clusters = openClusters(settings, { clock: now });
  return {
    ...{ sandbox, clusters, now },
    cluster: clusters.get('eu-1'),
    async [Symbol.asyncDispose]() {
      await clusters[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
      sandbox.assertSound();
    },
  };
}

/** A workload of namespace `shop`. */
export const at = (kind: Target['kind'], name: string): Target => ({ cluster: 'eu-1', namespace: 'shop', kind, name });

/** Where a change that was just made landed. */
export function landedAt({ now, sandbox }: Site, { kind, name }: Target): Mark {
  const { generation = 0, uid } = sandbox.get(kind, 'shop', name).metadata;
  const template: Json = object(sandbox.get(kind, 'shop', name), 'spec', 'template');
  return { uid, generation, templateHash: hashOf(template), serverTime: now() };
}

/** How a run was watched: every event, the last one its end. */
export interface Watching {
  readonly target: Target;
  readonly order: Order;
  readonly mark: Mark;
  readonly plan?: Partial<Plan>;
  /** Milliseconds that it may take; 6 minutes unless told otherwise. */
  readonly limit?: number;
  /** Called before every look. */
  readonly meanwhile?: (age: number) => void;
}

/** Watches a run to its end as the performer does, moving the clock by what it is asked to wait. */
export async function watchToTheEnd(site: Site, watching: Watching): Promise<readonly RunEvent[]> {
  const { target, order, mark, limit = 360_000, meanwhile = () => undefined } = watching;
  const { cluster, namespace, kind, name } = target;
  const named = `${cluster}/${namespace}/${kind}/${name}`;
  const perform = performWatch(site.clusters, { clock: site.now, random: () => 0.5 });
  const events: RunEvent[] = [];
  const plan = planOf(order, { target: named, uid: mark.uid, ...watching.plan });
  const until = mark.serverTime + limit;
  let seen: Progress | null = null;
  let since = site.now();
  for (;;) {
    meanwhile(site.now() - mark.serverTime);
    const effect = { type: 'kubernetes.watch', run: '12-1', target: named, plan, mark, seen, until } as const;
    try {
      const event = await perform(effect, { since, signal: new AbortController().signal });
      events.push(event);
      if (event.type !== 'RolloutMoved') return events;
      seen = event.progress;
      since = site.now();
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      await site.sandbox.clock.advance(error.after);
    }
  }
}

/** Events as lines: `progressing 1/3`, `succeeded: …`. */
export const story = (events: readonly RunEvent[]): readonly string[] =>
  events.map((event) => {
    switch (event.type) {
      case 'RolloutMoved': {
        const { done, says, state, total } = event.progress;
        return `${state} ${done}/${total}${says === '' ? '' : `: ${says}`}`;
      }
      case 'RunEnded':
        return `${event.outcome}${event.stuck === null ? '' : ` (${event.stuck})`}: ${event.says}`;
      default:
        return event.type;
    }
  });
