/** ControllerRevisions: the templates that a StatefulSet or DaemonSet has had. */

import { meaningOf, objectAt, type JsonObject } from '../json.ts';
import { hashName } from '../ids.ts';
import type { ControllerRevision, DaemonSet, StatefulSet, Template } from '../kinds.ts';
import { remove } from '../store/remove.ts';
import { controllerRevisions, type Resource } from '../store/resources.ts';
import { create, update } from '../store/write.ts';
import type { World } from '../world.ts';
import { controlledBy, controller, ownedBy } from './owned.ts';

/** The label of a pod that says which revision it was made from. */
export const revisionLabel = 'controller-revision-hash';

function dataOf(template: Template): JsonObject {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): JsonObject {
  const { $patch: _directive, ...template } = objectAt(objectAt(data, 'spec'), 'template');
  return template;
}

/** A workload's revisions, lowest number first. */
export function revisionsOf(world: World, owner: StatefulSet | DaemonSet): readonly ControllerRevision[] {
  return ownedBy(world, controllerRevisions, owner).toSorted((a, b) => a.revision - b.revision);
}

/** The revision of the present template: the newest one, an old one with a new number, or one made now. */
export function currentRevision<T extends StatefulSet | DaemonSet>(
  world: World,
  resource: Resource<T>,
  owner: T,
): ControllerRevision {
  const all = revisionsOf(world, owner);
  const data = dataOf(owner.spec.template);
  const same = all.findLast((each) => meaningOf(each.data) === meaningOf(data));
  const highest = all.at(-1)?.revision ?? 0;
  if (same && same.revision === highest) return same;
  if (same) return update(world, controllerRevisions, same, { ...same, revision: highest + 1 }, controller);
  const hash = hashName(meaningOf(data));
  const hashLabel = owner.kind === 'DaemonSet' ? revisionLabel : 'controller.kubernetes.io/hash';
  const { annotations } = owner.metadata;
  const metadata = {
    name: `${owner.metadata.name}-${hash}`,
    labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash },
    ...(annotations === undefined ? {} : { annotations }),
    ownerReferences: [controlledBy(resource, owner)],
  };
  const draft = { metadata, data, revision: highest + 1 };
  return create(world, controllerRevisions, owner.metadata.namespace ?? '', draft, controller);
}

/** Deletes the oldest revisions beyond the history limit, except those that are in use. */
export function trimRevisions(world: World, owner: StatefulSet | DaemonSet, used: readonly string[]): void {
  const idle = revisionsOf(world, owner).filter(({ metadata }) => !used.includes(metadata.name));
  const surplus = idle.length - owner.spec.revisionHistoryLimit;
  for (const each of idle.slice(0, Math.max(0, surplus))) remove(world, controllerRevisions, each);
}
