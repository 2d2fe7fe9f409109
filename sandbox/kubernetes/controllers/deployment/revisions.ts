/** Which ReplicaSet is the new one, and the revision numbers and annotations that Deployments and ReplicaSets carry. */

import { meaningOf, sameJson, without, type JsonObject } from '../../json.ts';
import type { Deployment, ReplicaSet, Strings, Template } from '../../kinds.ts';
import { hashName } from '../../ids.ts';
import { resolved } from '../../quantity.ts';
import { deployments, replicaSets } from '../../store/resources.ts';
import { create, update } from '../../store/write.ts';
import type { World } from '../../world.ts';
import { controlledBy, controller, ownedBy } from '../owned.ts';

/** The label that tells the ReplicaSets of a Deployment apart. */
const hashLabel = 'pod-template-hash';

const prefix = 'deployment.kubernetes.io/';
/** The annotation with the revision's number. */
export const revisionKey = `${prefix}revision`;
const historyKey = `${prefix}revision-history`;
/** The annotation with the Deployment's replicas. */
export const desiredKey = `${prefix}desired-replicas`;
const maximumKey = `${prefix}max-replicas`;

/** Annotations of a Deployment that are not copied onto its ReplicaSets. */
const notCopied = [
  ...['kubectl.kubernetes.io/last-applied-configuration', revisionKey, historyKey, desiredKey, maximumKey],
  'deprecated.deployment.rollback.to',
];

function plain({ metadata, spec }: Template): JsonObject {
  const labels = without(metadata?.labels ?? {}, hashLabel);
  return { metadata: { ...metadata, labels }, spec };
}

const plains = new WeakMap<Template, JsonObject>();

/** What a template means besides its hash. */
function versionOf(template: Template): string {
  const known = plains.get(template) ?? plain(template);
  plains.set(template, known);
  return meaningOf(known);
}

/** A ReplicaSet's revision; 0 when it has none. */
export function revisionOf({ metadata }: ReplicaSet | Deployment): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0);
}

/** How many pods a Deployment may have beyond its replicas, and how many may be missing. Both 0 means that 1 may be. */
export function leeway({ spec }: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (spec.strategy.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const { rollingUpdate } = spec.strategy;
  const surge = resolved(rollingUpdate?.maxSurge, spec.replicas, 'up');
  const unavailable = Math.min(resolved(rollingUpdate?.maxUnavailable, spec.replicas, 'down'), spec.replicas);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** The ReplicaSets of a Deployment: the one of its present template, if it is there, and the others, oldest first. */
export type Sets = { readonly current: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] };

/** Looks up a Deployment's ReplicaSets. */
export function setsOf(world: World, deployment: Deployment): Sets {
  const all = ownedBy(world, replicaSets, deployment);
  const wanted = versionOf(deployment.spec.template);
  const current = all.find(({ spec }) => versionOf(spec.template) === wanted);
  return { current, old: all.filter((set) => set !== current) };
}

/** The annotations about size that a ReplicaSet of the Deployment carries. */
export function sizeAnnotations(deployment: Deployment): Strings {
  const { replicas } = deployment.spec;
  return { [desiredKey]: String(replicas), [maximumKey]: String(replicas + leeway(deployment).surge) };
}

function copied({ metadata }: Deployment): Strings {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !notCopied.includes(key)));
}

/** The annotations of the current ReplicaSet: the Deployment's, and the highest revision number. */
function annotationsOf(deployment: Deployment, set: ReplicaSet, revision: number): Strings {
  const annotations = set.metadata.annotations ?? {};
  const merged = { ...annotations, ...copied(deployment) };
  if (revisionOf(set) >= revision) return merged;
  const replaced = annotations[revisionKey];
  const history = [annotations[historyKey], replaced].filter((part) => part !== undefined).join(',');
  return { ...merged, [revisionKey]: String(revision), ...(replaced === undefined ? {} : { [historyKey]: history }) };
}

/** Brings annotations and minReadySeconds of the current ReplicaSet up to date. */
function refreshed(world: World, deployment: Deployment, set: ReplicaSet, revision: number): ReplicaSet {
  const annotations = annotationsOf(deployment, set, revision);
  const { minReadySeconds } = deployment.spec;
  const same = sameJson(annotations, set.metadata.annotations) && set.spec.minReadySeconds === minReadySeconds;
  if (same) return set;
  const spec = minReadySeconds === undefined ? set.spec : { ...set.spec, minReadySeconds };
  return update(world, replicaSets, set, { ...set, spec, metadata: { ...set.metadata, annotations } }, controller);
}

function made(world: World, deployment: Deployment, revision: number, replicas: number): ReplicaSet {
  const { spec, metadata } = deployment;
  const hash = hashName(versionOf(spec.template));
  const name = `${metadata.name}-${hash}`;
  const label = { [hashLabel]: hash };
  const labels = { ...spec.template.metadata?.labels, ...label };
  const annotations = { ...copied(deployment), ...sizeAnnotations(deployment), [revisionKey]: String(revision) };
  const { minReadySeconds } = spec;
  const draft = {
    metadata: { name, labels, annotations, ownerReferences: [controlledBy(deployments, deployment)] },
    spec: {
      replicas,
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, ...label } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    },
  };
  return create(world, replicaSets, metadata.namespace ?? '', draft, controller);
}

/** The current ReplicaSet with its revision number, made when it is missing. `replicas` is for a new one. */
export function currentSet(
  world: World,
  deployment: Deployment,
  sets: Sets,
  replicas: number,
): { readonly set: ReplicaSet; readonly created: boolean } {
  const revision = Math.max(0, ...sets.old.map(revisionOf)) + 1;
  if (sets.current) return { set: refreshed(world, deployment, sets.current, revision), created: false };
  return { set: made(world, deployment, revision, replicas), created: true };
}
