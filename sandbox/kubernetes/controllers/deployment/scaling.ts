/** How many pods each ReplicaSet of a Deployment gets: rolling, recreating, and scaling. */

import type { Deployment, ReplicaSet } from '../../kinds.ts';
import { replicaSets } from '../../store/resources.ts';
import { update } from '../../store/write.ts';
import type { World } from '../../world.ts';
import { remark } from '../events.ts';
import { controller, podsOf } from '../owned.ts';
import { desiredKey, leeway, sizeAnnotations, type Sets } from './revisions.ts';

function total(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number {
  return sets.reduce((sum, set) => sum + count(set), 0);
}

const wanted = ({ spec }: ReplicaSet): number => spec.replicas;
const available = ({ status }: ReplicaSet): number => status.availableReplicas ?? 0;

/** Sets a ReplicaSet's replicas and says so in an event of the Deployment. */
function resize(world: World, deployment: Deployment, set: ReplicaSet, replicas: number): ReplicaSet {
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
  const { name } = set.metadata;
  const before = set.spec.replicas;
  const next = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
  const after = update(world, replicaSets, set, next, controller);
  if (before !== replicas) {
    const direction = replicas > before ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`;
    const reason = 'ScalingReplicaSet';
    remark(world, deployment, { type: 'Normal', reason, message, from: 'deployment-controller' });
  }
  return after;
}

/** The replicas that a new ReplicaSet begins with. */
export function firstReplicas(deployment: Deployment, old: readonly ReplicaSet[]): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return total(old, wanted) === 0 ? replicas : 0;
  return Math.max(0, Math.min(replicas, replicas + leeway(deployment).surge - total(old, wanted)));
}

function growCurrent(world: World, deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): boolean {
  const { replicas } = deployment.spec;
  if (current.spec.replicas === replicas) return false;
  const room = replicas + leeway(deployment).surge - total([current, ...old], wanted);
  const next =
    current.spec.replicas > replicas ? replicas : Math.min(replicas, current.spec.replicas + Math.max(0, room));
  if (next === current.spec.replicas) return false;
  resize(world, deployment, current, next);
  return true;
}

/** Old pods that are not available anyway go first, then as many available ones as may be missing. */
function shrinkOld(world: World, deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): void {
  const least = deployment.spec.replicas - leeway(deployment).unavailable;
  const all = [current, ...old];
  const starting = current.spec.replicas - available(current);
  let unhealthy = total(all, wanted) - least - starting;
  const trimmed = old.map((set) => {
    const cut = Math.min(Math.max(0, unhealthy), Math.max(0, set.spec.replicas - available(set)));
    unhealthy -= cut;
    return cut === 0 ? set : resize(world, deployment, set, set.spec.replicas - cut);
  });
  let spare = total(all, available) - least;
  for (const set of trimmed) {
    const cut = Math.min(Math.max(0, spare), set.spec.replicas);
    spare -= cut;
    if (cut > 0) resize(world, deployment, set, set.spec.replicas - cut);
  }
}

/** One step of a rolling update. */
export function roll(world: World, deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): void {
  if (growCurrent(world, deployment, current, old)) return;
  if (total(old, wanted) > 0) shrinkOld(world, deployment, current, old);
}

/** One step of recreating: all old pods go, and only then the new ones come. */
export function recreate(world: World, deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): void {
  for (const set of old) if (set.spec.replicas > 0) resize(world, deployment, set, 0);
  const ending = old.some((set) => podsOf(world, set).length > 0);
  if (!ending && current.spec.replicas !== deployment.spec.replicas) {
    resize(world, deployment, current, deployment.spec.replicas);
  }
}

/** Whether the Deployment's replicas were changed since its ReplicaSets were sized. */
export function isScaled(deployment: Deployment, { current, old }: Sets): boolean {
  const active = [...(current ? [current] : []), ...old].filter((set) => set.spec.replicas > 0);
  const desired = String(deployment.spec.replicas);
  return active.some(({ metadata }) => (metadata.annotations?.[desiredKey] ?? desired) !== desired);
}

/** Spreads a new size over several ReplicaSets, in proportion to what they have; the largest gets the remainder. */
function spread(world: World, deployment: Deployment, active: readonly ReplicaSet[]): void {
  const { replicas } = deployment.spec;
  const allowed = replicas === 0 ? 0 : replicas + leeway(deployment).surge;
  const before = total(active, wanted);
  const largest = active.toSorted((a, b) => b.spec.replicas - a.spec.replicas);
  const shares = largest.map((set) => Math.floor((set.spec.replicas * allowed) / before));
  const rest = allowed - shares.reduce((sum, share) => sum + share, 0);
  for (const [index, set] of largest.entries()) {
    resize(world, deployment, set, (shares[index] ?? 0) + (index === 0 ? rest : 0));
  }
}

/** Fits the ReplicaSets to the Deployment's size, without going on with a rollout. */
export function scale(world: World, deployment: Deployment, { current, old }: Sets): void {
  const active = [...(current ? [current] : []), ...old].filter((set) => set.spec.replicas > 0);
  const [only = current ?? old.at(-1), second] = active;
  const { replicas, strategy } = deployment.spec;
  if (!only) return;
  if (second === undefined) {
    if (only.spec.replicas !== replicas || isScaled(deployment, { current, old }))
      resize(world, deployment, only, replicas);
  } else if (strategy.type === 'RollingUpdate') {
    const saturated = current && current.spec.replicas === replicas && available(current) === replicas;
    if (!saturated) return spread(world, deployment, active);
    for (const set of active) resize(world, deployment, set, set === current ? replicas : 0);
  }
}
