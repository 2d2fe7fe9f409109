/** Performs `kubernetes.plan`: looks at a workload from all sides, tries the order without doing it, and says what would follow. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  nameOfTarget,
  type Order,
  type Plan,
  readTarget,
  type RunEffect,
  type RunEvent,
  type Target,
} from '../action/action.ts';
import { isRefusal, type Refusal } from '../incident/event.ts';
import { Throttled } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { lookAround, optional } from './around.ts';
import { recipeFor } from './catalogue.ts';
import type { Cluster, Clusters } from './cluster.ts';
import { differencesOf } from './diff.ts';
import { digestOfPlan } from './digest.ts';
import { type JsonObject, number, object, text } from './json.ts';
import { KubeError } from './kube-error.ts';
import { workloadPath } from './names.ts';
import { preflight } from './preflight.ts';
import type { Draft, Recipe, Scene } from './recipe.ts';
import { rehearse } from './rehearse.ts';
import { deployedAt, readPast } from './revisions.ts';
import { hashOf } from './template.ts';
import { line, spokenSpan } from './words.ts';

/** The effect. */
export type PlanEffect = Extract<RunEffect, { type: 'kubernetes.plan' }>;

/** What is known of a claim besides its effect. */
export interface PlanClaim {
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** What planning needs besides the clusters. */
export interface PlanParts {
  readonly clock: () => Instant;
  /** The worker's own guard rails: a sentence when the configuration does not allow it. */
  readonly allowed: (target: Target, order: Order) => string | null;
  /** People wait no longer than this, whatever is tried: 12 seconds, unless told otherwise. */
  readonly patience?: Duration;
}

/** People wait for a plan: after so many attempts they are told what is wrong. */
const attempts = 4;

/** Nobody reads more notes or warnings; what blocks comes first. */
const most = 12;

/** Makes plans. Whatever is wrong with the order or the cluster is an answer; a cluster in trouble is asked again first. */
export function performPlan(
  clusters: Pick<Clusters, 'get'>,
  { allowed, clock, patience = 12_000 }: PlanParts,
): (effect: PlanEffect, claim: PlanClaim) => Promise<RunEvent> {
  /** When each plan was first asked for here. Forgetting it only means to be more patient. */
  const begun = new Map<string, Instant>();
  return async ({ order, run, target: name }, { attempt, signal }) => {
    const refused = (says: string): RunEvent => ({ type: 'PlanRefused', at: clock(), run, says: line(says, 600) });
    const target = readTarget(name);
    if (target === null) return refused(`${name} is not a target: write cluster/namespace/kind/name`);
    const against = allowed(target, order);
    if (against !== null) return refused(against);
    const since = attempt === 1 ? clock() : (begun.get(run) ?? clock());
    if (begun.size > 1_000) begun.clear();
    begun.set(run, since);
    const late = AbortSignal.timeout(Math.max(1, Math.min(patience, since + patience - clock())));
    try {
      const cluster = clusters.get(target.cluster).until(AbortSignal.any([signal, late]));
      const plan = await planOn(cluster, target, order, run, clock);
      return isRefusal(plan) ? refused(plan.refused) : { type: 'PlanMade', at: clock(), run, plan };
    } catch (error) {
      if (signal.aborted || !(error instanceof KubeError)) throw error;
      if (late.aborted) return refused(tooLate(target, patience));
      const passes = ['network', 'server', 'ambiguous', 'throttled', 'webhook', 'conflict'].includes(error.kind);
      if (!passes || attempt >= attempts) return refused(error.message);
      if (error.kind === 'throttled') throw new Throttled(error.message, error.retryAfter ?? 1_000, { cause: error });
      throw error;
    }
  };
}

const tooLate = ({ cluster }: Target, patience: Duration): string =>
  `Cluster ${cluster} did not answer within ${spokenSpan(patience)}, so there is no plan. Ask again when it does`;

async function planOn(
  cluster: Cluster,
  target: Target,
  order: Order,
  run: string,
  clock: () => Instant,
): Promise<Plan | Refusal> {
  const recipe = recipeFor(order);
  if (!recipe.kinds.includes(target.kind)) {
    return { refused: `${order.verb} is not for a ${target.kind}, only for: ${recipe.kinds.join(', ')}` };
  }
  const workload = await readObserved(cluster, target);
  if (isRefusal(workload)) return workload;
  const at = clock();
  const [around, past] = await Promise.all([
    lookAround(cluster, target, workload),
    optional(() => readPast(cluster, target.kind, workload)),
  ]);
  const scene = { cluster, target, workload, around, past, now: at };
  const draft = await recipe.draft(scene);
  if (isRefusal(draft)) return draft;
  const bound = boundPlan(scene, order, draft);
  const tried = await tryOut(cluster, target, recipe, bound, draft, run);
  if (isRefusal(tried)) return tried;
  const { notes, warnings } = preflight(scene, order, draft);
  const plan = {
    ...bound,
    differences: tried.differences,
    notes: [...draft.notes, ...notes, ...tried.notes].slice(0, most).map((note) => line(note, 300)),
    warnings: [...draft.warnings, ...warnings]
      .toSorted((a, b) => Number(b.blocks) - Number(a.blocks))
      .slice(0, most)
      .map((warning) => ({ ...warning, text: line(warning.text, 300) })),
  };
  return { ...plan, digest: digestOfPlan(plan) };
}

/** Reads a workload whose controller knows all that is written. Otherwise what is current would be a guess. */
async function readObserved(cluster: Cluster, target: Target): Promise<JsonObject | Refusal> {
  for (let attempt = 1; ; attempt += 1) {
    const workload = await readWorkload(cluster, target);
    if (isRefusal(workload)) return workload;
    const observed = number(workload, 'status', 'observedGeneration') ?? 0;
    if (observed >= (number(workload, 'metadata', 'generation') ?? 0)) return workload;
    if (attempt === 8) {
      return { refused: `The cluster has not taken the last change of ${target.name} up yet: try again in a moment` };
    }
    await sleep(attempt * 100);
  }
}

async function readWorkload(cluster: Cluster, target: Target): Promise<JsonObject | Refusal> {
  try {
    return await cluster.get(workloadPath(target));
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== 'missing') throw error;
    return {
      refused: `There is no ${target.kind} ${target.name} in namespace ${target.namespace} of cluster ${target.cluster}`,
    };
  }
}

/** What a run is bound to; the rest is for people. */
function boundPlan({ now, past, target, workload }: Scene, order: Order, draft: Draft): Omit<Plan, 'digest'> {
  return {
    target: nameOfTarget(target),
    order,
    at: now,
    uid: text(workload, 'metadata', 'uid'),
    generation: number(workload, 'metadata', 'generation') ?? 0,
    templateHash: hashOf(object(workload, 'spec', 'template')),
    replicas: target.kind === 'DaemonSet' ? null : (number(workload, 'spec', 'replicas') ?? 1),
    paused: object(workload, 'spec')['paused'] === true,
    pinned: draft.pinned,
    deployedAt: past === null ? null : deployedAt(workload, past),
    object: draft.object,
    inverse: draft.inverse,
    differences: [],
    notes: [],
    warnings: [],
  };
}

/** Tries the very write that would be sent. During a rollout the status changes all the time: then once more. */
async function tryOut(
  cluster: Cluster,
  target: Target,
  recipe: Recipe,
  bound: Omit<Plan, 'digest'>,
  draft: Draft,
  run: string,
): Promise<Pick<Plan, 'differences' | 'notes'> | Refusal> {
  const plan: Plan = { ...bound, digest: '' };
  const path = recipe.path(plan, target);
  const template = await recipe.template(plan, target, cluster);
  if (template !== null && isRefusal(template)) return { refused: `Not now: ${template.refused}` };
  const isRemoval = plan.order.verb === 'delete-pod';
  for (let round = 1; ; round += 1) {
    const subject = round === 1 && !isRemoval ? draft.subject : await cluster.get(path);
    const fit = recipe.fits(plan, subject);
    if (fit !== 'fits') {
      return 'already' in fit ? { differences: [], notes: [] } : { refused: `It changes right now: ${fit.drifted}` };
    }
    const write = recipe.write({ plan, target, sign: { run, by: '' }, subject, template });
    try {
      const { notes, object: after } = await rehearse(cluster, write, subject);
      const removed = { what: 'pod', from: plan.object?.name ?? '', to: 'deleted' };
      return { differences: isRemoval ? [removed] : differencesOf(subject, after), notes };
    } catch (error) {
      if (!(error instanceof KubeError) || error.kind !== 'conflict' || round === 10) throw error;
    }
    await sleep(50 * round);
  }
}
