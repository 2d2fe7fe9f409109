/** A colleague: somebody with kubectl who writes to the same workloads all the time, and knows nothing of Vigie. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { list, number, text } from '../../../src/kubernetes/json.ts';
import type { Chance } from '../chance.ts';
import { imageOf } from './estate.ts';
import type { Workload } from './estate.ts';

/** A version that the colleague rolled out. No image is ever used for two of them. */
export interface Deploy {
  readonly at: number;
  readonly target: string;
  readonly image: string;
  /** The version of the object that came of it. */
  readonly resourceVersion: number;
}

/** A colleague at work. */
export interface Colleague {
  readonly deploys: readonly Deploy[];
  /** How often each thing was done. */
  readonly deeds: Readonly<Record<string, number>>;
  /** Rolls a new version out. */
  readonly deploy: (workload: Workload, isGood: boolean) => void;
  /** Makes a workload one on which this verb can do something. */
  readonly prepare: (workload: Workload, verb: Workload['verbs'][number]) => void;
  /** Gets every workload going again: nothing paused, no version that crashes, no pod in the way. */
  readonly mendAll: () => void;
  /** Every few milliseconds a label, sometimes more; until the signal. */
  readonly meddle: (chance: Chance, until: AbortSignal) => Promise<void>;
}

/** Whether the version of a workload never gets ready. */
export const isBroken = (object: JsonObject | undefined): boolean =>
  list(object, 'spec', 'template', 'spec', 'containers').some((container) =>
    text(container, 'image').includes(':crash'),
  );

/** A workload as JSON. */
export const readObject = (cluster: KubernetesSandbox, { kind, name }: Workload['target']): JsonObject =>
  JSON.parse(JSON.stringify(cluster.get(kind, 'shop', name))) as JsonObject;

/** Somebody who works on an estate. */
export function employ(cluster: KubernetesSandbox, estate: readonly Workload[]): Colleague {
  const deploys: Deploy[] = [];
  const deeds: Record<string, number> = {};
  const count = (deed: string): void => void (deeds[deed] = (deeds[deed] ?? 0) + 1);
  const change = ({ target: { kind, name } }: Workload, patch: JsonObject): void =>
    void cluster.change(kind, 'shop', name, patch);

  const deploy = (workload: Workload, isGood: boolean): void => {
    const { kind, name } = workload.target;
    const image = imageOf(workload, `${isGood ? 'v' : 'crash-'}${deploys.length + 3}`);
    const { metadata } = cluster.deploy(kind, 'shop', name, image);
    deploys.push({ at: Date.now(), target: name, image, resourceVersion: Number(metadata.resourceVersion) });
    // The controllers must see a version before the next one, or it never becomes a revision.
    cluster.tick();
  };
  const unpause = (workload: Workload): void => {
    if (readObject(cluster, workload.target)['spec'] === undefined) return;
    if (!isPaused(readObject(cluster, workload.target))) return;
    change(workload, { spec: { paused: null } });
    // What was deployed while it was paused becomes a revision now, or never; then the one before it would be the broken one.
    cluster.tick();
  };
  const free = ({ target }: Workload): void => {
    // A pod that never gets ready keeps an ordered StatefulSet waiting; people delete it.
    if (target.kind !== 'StatefulSet' || isBroken(readObject(cluster, target))) return;
    for (const pod of cluster.list('Pod', 'shop')) {
      const image = JSON.stringify(pod.spec);
      if (pod.metadata.name.startsWith(`${target.name}-`) && image.includes(':crash')) {
        cluster.remove('Pod', 'shop', pod.metadata.name);
      }
    }
  };
  const prepare: Colleague['prepare'] = (workload, verb) => {
    const paused = isPaused(readObject(cluster, workload.target));
    if (verb === 'resume') return paused ? undefined : change(workload, { spec: { paused: true } });
    unpause(workload);
    if (isBroken(readObject(cluster, workload.target))) deploy(workload, true);
    free(workload);
    // A pod that is broken is what people delete; a version that is broken is what they roll back.
    if (verb === 'rollback') deploy(workload, false);
  };
  const mendAll = (): void => {
    for (const workload of estate) {
      unpause(workload);
      if (isBroken(readObject(cluster, workload.target))) deploy(workload, true);
      free(workload);
    }
  };
  /** Deletes it and makes it again, as a person does who is at their wits' end: another object of the same name. */
  const makeAgain = ({ target: { kind, name } }: Workload): void => {
    const { metadata, spec } = cluster.get(kind, 'shop', name);
    const { annotations = {}, labels = {}, namespace = '' } = metadata;
    cluster.remove(kind, 'shop', name);
    cluster.tick();
    const kept = Object.entries(annotations).filter(([key]) => !key.startsWith('vigie.dev/'));
    const draft = { kind, metadata: { name, namespace, labels, annotations: Object.fromEntries(kept) }, spec };
    cluster.create(JSON.parse(JSON.stringify(draft)) as JsonObject);
    cluster.tick();
  };
  const meddleOnce = (chance: Chance): void => {
    const workload = chance.pick(estate);
    const dice = chance.next();
    if (dice < 0.987) {
      count('labels');
      return change(workload, { metadata: { labels: { touched: String(deeds['labels']) } } });
    }
    if (dice < 0.99) {
      count('marks removed');
      return change(workload, { metadata: { annotations: { 'vigie.dev/last-action': null } } });
    }
    if (dice < 0.995 || workload.scaled) {
      count('versions');
      return deploy(workload, true);
    }
    if (dice > 0.999) {
      count('made again');
      return makeAgain(workload);
    }
    count('replicas');
    const replicas = number(readObject(cluster, workload.target), 'spec', 'replicas') ?? 2;
    change(workload, { spec: { replicas: (replicas % 4) + 1 } });
  };
  return {
    ...{ deploys, deeds, deploy, prepare, mendAll },
    meddle: async (chance, until) => {
      while (!until.aborted) {
        meddleOnce(chance);
        await pause(chance.between(2, 20));
      }
    },
  };
}

/** Whether a Deployment takes changes in without rolling them out. */
const isPaused = (object: JsonObject): boolean => {
  const { spec } = object;
  return typeof spec === 'object' && spec !== null && 'paused' in spec && spec['paused'] === true;
};
