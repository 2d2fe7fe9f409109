/** Events: what happened to an object, with equal ones counted together. */

import type { KubernetesObject } from '../kinds.ts';
import { events } from '../store/resources.ts';
import { create, update, type Writing } from '../store/write.ts';
import { remove } from '../store/remove.ts';
import { timestamp, type World } from '../world.ts';

/** What to say about an object. */
export type Remark = {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Who says so, such as `kubelet`. */
  readonly from: string;
};

function referenceTo({ apiVersion, kind, metadata }: KubernetesObject) {
  const { name, namespace = '', uid, resourceVersion } = metadata;
  return { kind, namespace, name, uid, apiVersion, resourceVersion };
}

/** Records an event about an object, or counts it up when the same was said before. */
export function remark(world: World, about: KubernetesObject, { type, reason, message, from }: Remark): void {
  const namespace = about.metadata.namespace ?? 'default';
  const now = timestamp(world.now());
  const writing: Writing = { manager: from, operation: 'Update' };
  const same = world.store
    .list(events, namespace)
    .find(
      (each) => each.involvedObject['uid'] === about.metadata.uid && each.reason === reason && each.message === message,
    );
  if (same) {
    update(world, events, same, { ...same, count: same.count + 1, lastTimestamp: now }, writing);
    return;
  }
  const draft = {
    metadata: { name: `${about.metadata.name}.${world.ids.uid().slice(0, 13).replace('-', '')}` },
    involvedObject: referenceTo(about),
    reason,
    message,
    source: { component: from },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: from,
    reportingInstance: '',
  };
  create(world, events, namespace, draft, writing);
}

/** Drops events that are too old. */
export function forgetEvents(world: World): void {
  const oldest = world.now() - world.pace.keepEvents;
  for (const event of world.store.list(events)) {
    if (Date.parse(event.lastTimestamp) < oldest) remove(world, events, event);
  }
}
