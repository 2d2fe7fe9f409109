/**
 * The algorithm that Vigie does not use: what kubectl sends, tried again whenever there was no answer. It has no marker,
 * no resource version, no plan, and is here to show that the tests of the other one can fail.
 */
import type { Plan, RunEvent, Target } from '../../src/action/action.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { number, object, text } from '../../src/kubernetes/json.ts';
import { KubeError } from '../../src/kubernetes/kube-error.ts';
import { workloadPath } from '../../src/kubernetes/names.ts';
import { readPast } from '../../src/kubernetes/revisions.ts';
import { bareTemplate } from '../../src/kubernetes/template.ts';

/** What it is told: `scale` is by how many more, as people say it in a hurry. */
export interface NaiveRun {
  readonly run: string;
  readonly target: Target;
  readonly plan: Plan;
  readonly now: () => number;
}

/** Does it, and does it again when it did not hear an answer. */
export async function runNaively(cluster: Cluster, { now, plan, run, target }: NaiveRun): Promise<RunEvent> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const workload = await cluster.get(workloadPath(target));
      const body = await bodyFor(cluster, target, plan, workload, now());
      const { date, object: after } = await cluster.patch(workloadPath(target), body, 'merge', {});
      const mark = {
        uid: text(after, 'metadata', 'uid'),
        generation: number(after, 'metadata', 'generation') ?? 0,
        templateHash: '',
        serverTime: date,
      };
      return { type: 'ActionLanded', at: now(), run, mark, says: `Done after ${attempt} attempts` };
    } catch (error) {
      if (!(error instanceof KubeError) || attempt === 5) throw error;
    }
  }
}

async function bodyFor(
  cluster: Cluster,
  { kind }: Target,
  { order, replicas }: Plan,
  workload: JsonObject,
  now: number,
): Promise<JsonObject> {
  switch (order.verb) {
    case 'restart': {
      const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(now).toISOString() };
      return { spec: { template: { metadata: { annotations } } } };
    }
    case 'scale': {
      const step = order.to - (replicas ?? 0);
      return { spec: { replicas: (number(workload, 'spec', 'replicas') ?? 0) + step } };
    }
    case 'rollback': {
      const [, previous] = await readPast(cluster, kind, workload);
      const template = previous === undefined ? object(workload, 'spec', 'template') : previous.template;
      return { spec: { template: bareTemplate(object({ template }, 'template')) } };
    }
    default:
      throw new Error(`${order.verb} is not tried naively`);
  }
}
