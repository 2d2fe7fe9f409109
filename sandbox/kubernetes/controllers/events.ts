/** Events: what happened to an object, with equal ones counted together. */

import { sha256 } from '../../counting.ts';
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
  // The same remark has the same name, so that it is found without looking through all of them.
  const said = sha256(JSON.stringify([about.metadata.uid, reason, message])).slice(0, 16);
  const name = `${about.metadata.name}.${said}`;
  const same = world.store.get(events, namespace, name);
  if (same) {
    update(world, events, same, { ...same, count: same.count + 1, lastTimestamp: now }, writing);
    return;
  }
  const draft = {
    metadata: { name },
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
  const oldest = timestamp(world.now() - world.pace.keepEvents);
  for (const event of world.store.list(events)) {
    if (event.lastTimestamp < oldest) remove(world, events, event);
  }
}
