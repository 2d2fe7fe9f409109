/** The scene after a run: what passed the door, what Vigie kept, what people were told; and the story of each action in it. */
import type { Mark, Plan, RunEffect } from '../../../src/action/action.ts';
import { readTarget } from '../../../src/action/action.ts';
import type { RunLine } from '../../../src/action/events.ts';
import type { Run } from '../../../src/action/run.ts';
import type { Line } from '../../../src/incident/event.ts';
import type { Facts } from '../../../src/incident/facts.ts';
import type { Incident } from '../../../src/incident/incident.ts';
import { vigie } from '../../../src/incident/incident.ts';
import type { Json, JsonObject } from '../../../src/kubernetes/json.ts';
import { isObject, list, number, text, texts } from '../../../src/kubernetes/json.ts';
import { readMarker } from '../../../src/kubernetes/marker.ts';
import { single, workloadPath } from '../../../src/kubernetes/names.ts';
import type { Observation } from '../observe.ts';
import type { Deploy } from './colleague.ts';
import type { Told } from './crew.ts';
import type { Audit, Write } from './door.ts';

/** A process that stood still: what it had begun before it goes on afterwards. */
export interface Frozen {
  readonly worker: string;
  readonly from: number;
  readonly to: number;
}

/** Everything that the check looks at. */
export interface Scene {
  readonly observation: Observation;
  readonly audit: Audit;
  readonly told: readonly Told[];
  readonly deploys: readonly Deploy[];
  readonly frozen: readonly Frozen[];
  /** The configuration, for drawing cards as they should be. */
  readonly facts: Facts;
}

/** An order on its way to the cluster. */
type Order = Extract<RunEffect, { type: 'kubernetes.run' }>;

/** A write that the cluster took and that changed something. */
export interface Landed extends Write {
  readonly answer: NonNullable<Write['answer']>;
}

/** What is known of one run. */
export interface Story {
  readonly incident: Incident;
  readonly run: Run;
  readonly plan: Plan | null;
  /** Digests that people said yes to. */
  readonly approved: readonly string[];
  /** What was sent to the worker; null when nothing was. */
  readonly order: Order | null;
  readonly begun: readonly number[];
  readonly marks: readonly { readonly at: number; readonly mark: Mark }[];
  /** Its ends, in order; a person may free a workload after an unknown end. */
  readonly ends: readonly {
    readonly at: number;
    readonly outcome: string;
    readonly says: string;
    readonly byPerson: boolean;
  }[];
  /** How often it was watched again after its end, because the pod that it waited for is gone. */
  readonly resumed: number;
  /** What it changed in the cluster. */
  readonly landed: readonly Landed[];
  /** What was sent for it at all, other than to call it off. */
  readonly sent: readonly Write[];
}

/** The stories of all runs, and the writes that belong to none. */
export interface Stories {
  readonly stories: readonly Story[];
  readonly strays: readonly Write[];
}

/** Tells the stories. */
export function storiesOf({ audit, observation }: Scene): Stories {
  const bare = observation.incidents.flatMap(({ incident, timeline }) =>
    Object.values(incident.runs).map((run) =>
      bareStory(
        observation,
        incident,
        run,
        timeline.map(({ line }) => line),
      ),
    ),
  );
  const deeds = audit.writes.filter((write) => !isCallOff(write));
  const owners = new Map(deeds.map((write) => [write, ownerOf(bare, write)?.run.id]));
  const effective: ReadonlySet<Write> = new Set(landedOf(deeds));
  const stories = bare.map((story): Story => {
    const sent = deeds.filter((write) => owners.get(write) === story.run.id);
    return { ...story, sent, landed: sent.filter((write): write is Landed => effective.has(write)) };
  });
  return { stories, strays: deeds.filter((write) => owners.get(write) === undefined) };
}

type Bare = Omit<Story, 'landed' | 'sent'>;

function bareStory({ outbox }: Observation, incident: Incident, run: Run, lines: readonly Line[]): Bare {
  const own = lines.filter((line): line is RunLine => 'run' in line && line.run === run.id);
  const row = outbox.find(({ effect }) => effect.type === 'kubernetes.run' && effect.run === run.id);
  return {
    ...{ incident, run },
    plan: own.find((line) => line.type === 'PlanMade')?.plan ?? null,
    approved: own.flatMap((line) => (line.type === 'ActionApproved' ? [line.digest] : [])),
    order: row?.effect.type === 'kubernetes.run' ? row.effect : null,
    resumed: own.filter(({ type }) => type === 'WatchResumed').length,
    begun: own.flatMap((line) => (line.type === 'ActionBegun' ? [line.at] : [])),
    marks: own.flatMap((line) => (line.type === 'ActionLanded' ? [{ at: line.at, mark: line.mark }] : [])),
    ends: own.flatMap((line) =>
      line.type === 'RunEnded'
        ? [
            {
              at: line.at,
              outcome: line.outcome,
              says: line.says,
              byPerson: line.outcome === 'cancelled' && line.by.id !== vigie.id,
            },
          ]
        : [],
    ),
  };
}

/** Taking the place of a write that may be under way: a mark, and nothing else. */
const isCallOff = ({ body }: Write): boolean => isObject(body) && (readMarker(body)?.id ?? '').startsWith('cancelled:');

/** Whose write it is: by its mark, by the pod's uid, or else the run that was under way on that workload. */
function ownerOf(stories: readonly Bare[], { at, body, path }: Write): Bare | undefined {
  const marked = runInMark(body);
  if (marked !== null) return stories.find(({ run }) => run.id === marked);
  const uid = text(body, 'preconditions', 'uid');
  const fits = stories.filter(({ begun, plan, run }) => {
    const target = readTarget(run.target);
    const place = target === null || plan === null ? '' : pathOf(plan);
    return place === path && (begun[0] ?? Infinity) <= at && (uid === '' || plan?.object?.uid === uid);
  });
  return fits.toSorted((a, b) => (a.begun[0] ?? 0) - (b.begun[0] ?? 0)).at(-1);
}

/** A rollback's mark is in a JSON patch, the others' in what is merged. */
function runInMark(body: Json): string | null {
  const operations = list(body);
  const value = operations.map((each) => text(each, 'value')).find((each) => each.startsWith('{"id":'));
  const annotations =
    value === undefined ? undefined : { metadata: { annotations: { 'vigie.dev/last-action': value } } };
  const id = readMarker(annotations ?? body)?.id;
  return id === undefined ? null : (id.split('.')[0] ?? null);
}

/** Where the write of a plan must go. */
export function pathOf({ object, order, target: name }: Plan): string {
  const target = readTarget(name);
  if (target === null) return '';
  switch (order.verb) {
    case 'delete-pod':
      return single('v1', target.namespace, 'pods', order.pod);
    case 'set-autoscaler-bounds':
      return single('autoscaling/v2', target.namespace, 'horizontalpodautoscalers', object?.name ?? '');
    default:
      return workloadPath(target);
  }
}

/** Writes that changed something, in the order in which they did. */
function landedOf(writes: readonly Write[]): readonly Landed[] {
  const taken = writes
    .filter((write): write is Landed => write.answer !== null && write.answer.status < 300)
    .toSorted((a, b) => versionIn(a.answer.object) - versionIn(b.answer.object));
  const gone = new Set<string>();
  return taken.filter(({ body, method, answer }) => {
    if (method !== 'DELETE') return versionAsked(body) !== versionIn(answer.object);
    // Deleting what is being deleted already changes nothing.
    const uid = text(answer.object, 'metadata', 'uid');
    const isFirst = !gone.has(uid);
    gone.add(uid);
    return isFirst;
  });
}

/** The version that an object has. */
export const versionIn = (object: JsonObject): number => Number(text(object, 'metadata', 'resourceVersion'));

/** The version that a write insists on; NaN when it takes any. */
function versionAsked(body: Json): number {
  const operations = list(body);
  const replaced = operations.find((each) => text(each, 'path') === '/metadata/resourceVersion');
  return Number(
    (replaced === undefined ? text(body, 'metadata', 'resourceVersion') : text(replaced, 'value')) || Number.NaN,
  );
}

/** Generation and annotations of what a write left, for the check. */
export const generationIn = (object: JsonObject): number => number(object, 'metadata', 'generation') ?? 0;
/** The restart that a template asks for. */
export const restartIn = (object: JsonObject): string =>
  texts(object, 'spec', 'template', 'metadata', 'annotations')['kubectl.kubernetes.io/restartedAt'] ?? '';
