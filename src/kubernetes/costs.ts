/** What a change costs while it rolls: pods that are missing meanwhile, budgets that do not hold, quotas that run out. */
import type { Warning } from '../action/action.ts';
import { dig, type Json, type JsonObject, list, number, object, text, texts } from './json.ts';
import { readQuantity, readShare } from './quantity.ts';
import type { Scene } from './recipe.ts';
import { line } from './words.ts';

/** Warnings about a change that rolls pods, or adds some. None of them blocks. */
export function costsOf(scene: Scene, rolls: boolean, morePods: number): readonly Warning[] {
  const replicas = number(scene.workload, 'spec', 'replicas') ?? 1;
  const { kind } = scene.target;
  if (kind === 'DaemonSet') return rolls ? waitsForDeletion(scene.workload) : [];
  if (rolls && replicas === 0) return [];
  const { surge, unavailable } = pace(scene, replicas);
  return [
    ...(rolls ? downtime(scene, replicas, surge, unavailable) : []),
    ...(rolls ? brokenBudgets(scene, replicas - unavailable) : []),
    ...fullQuotas(scene, morePods + (rolls ? surge : 0)),
  ].map((text_) => ({ text: text_, blocks: false }));
}

interface Pace {
  /** Pods there may be above the wanted ones. */
  readonly surge: number;
  /** Pods that may be missing. */
  readonly unavailable: number;
}

function pace({ target, workload }: Scene, replicas: number): Pace {
  if (target.kind === 'StatefulSet') return { surge: 0, unavailable: 1 };
  if (text(workload, 'spec', 'strategy', 'type') === 'Recreate') return { surge: 0, unavailable: replicas };
  const rolling = object(workload, 'spec', 'strategy', 'rollingUpdate');
  const surge = readShare(rolling['maxSurge'] ?? '25%', replicas, Math.ceil) ?? 1;
  const unavailable = readShare(rolling['maxUnavailable'] ?? '25%', replicas, Math.floor) ?? 0;
  // A rollout could not begin with neither.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function downtime(
  { target, workload }: Scene,
  replicas: number,
  surge: number,
  unavailable: number,
): readonly string[] {
  if (target.kind === 'StatefulSet') {
    const slow = waitsForDeletion(workload).map((warning) => warning.text);
    if (slow.length > 0) return slow;
    return replicas === 1 ? ['It has one pod, which ends before its successor starts: it is down meanwhile'] : [];
  }
  if (text(workload, 'spec', 'strategy', 'type') === 'Recreate') {
    return ['Its strategy is Recreate: all pods end before new ones start, so it is down meanwhile'];
  }
  return surge === 0 && unavailable >= replicas
    ? ['Its strategy lets all pods end before new ones start: it may be down meanwhile']
    : [];
}

const waitsForDeletion = (workload: Json): readonly Warning[] =>
  text(workload, 'spec', 'updateStrategy', 'type') === 'OnDelete'
    ? [{ text: 'Its update strategy is OnDelete: pods change only when they are deleted', blocks: false }]
    : [];

/** Budgets limit evictions only, never a rollout: somebody must compare. */
const brokenBudgets = ({ around }: Scene, least: number): readonly string[] =>
  around.budgets.flatMap((budget) => {
    const wanted = number(budget, 'status', 'desiredHealthy') ?? number(budget, 'spec', 'minAvailable') ?? 0;
    if (wanted <= least) return [];
    const name = line(text(budget, 'metadata', 'name'), 80);
    return [
      `As few as ${least} pods may be up meanwhile; disruption budget ${name} wants ${wanted} and does not hold here`,
    ];
  });

/** Quotas that do not let so many more pods in. */
function fullQuotas({ around, workload }: Scene, more: number): readonly string[] {
  if (more <= 0) return [];
  const needs = needsOf(object(workload, 'spec', 'template'));
  return around.quotas.flatMap((quota) => {
    const hard = texts(quota, 'status', 'hard');
    const used = texts(quota, 'status', 'used');
    const short = Object.entries(needs).flatMap(([resource, each]) => {
      const room = readQuantity(hard[resource] ?? '') - readQuantity(used[resource] ?? '0');
      const fits = each === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(room / each + 1e-9));
      return Number.isNaN(room) || fits >= more ? [] : [{ resource, fits }];
    });
    const [worst] = short.toSorted((a, b) => a.fits - b.fits);
    const name = line(text(quota, 'metadata', 'name'), 80);
    return worst === undefined
      ? []
      : [`Quota ${name} has room for ${worst.fits} more pods (${worst.resource}), and ${more} are needed`];
  });
}

/** What one pod takes of each quota. */
function needsOf(template: JsonObject): Readonly<Record<string, number>> {
  const sum = (part: 'requests' | 'limits', resource: string): number =>
    list(template, 'spec', 'containers')
      .map((container) => dig(container, 'resources', part, resource))
      .map((amount) => (typeof amount === 'number' ? amount : readQuantity(typeof amount === 'string' ? amount : '0')))
      .reduce((total, amount) => total + (Number.isNaN(amount) ? 0 : amount), 0);
  const requests = { cpu: sum('requests', 'cpu'), memory: sum('requests', 'memory') };
  return {
    pods: 1,
    'count/pods': 1,
    ...requests,
    'requests.cpu': requests.cpu,
    'requests.memory': requests.memory,
    'limits.cpu': sum('limits', 'cpu'),
    'limits.memory': sum('limits', 'memory'),
  };
}
