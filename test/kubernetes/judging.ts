/** Looks at a workload, judged: what a test gives, and what is usual otherwise. */
import { expect } from 'vitest';
import type { Kind, Order, Plan, Progress } from '../../src/action/action.ts';
import { readPod } from '../../src/kubernetes/diagnose/pods.ts';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { type Judgement, judge } from '../../src/kubernetes/watch/judge.ts';
import { readRevisions, readWorkload } from '../../src/kubernetes/watch/objects.ts';
import { deployment, landed, listOf, mark, planOf } from './objects.ts';

/** What is looked at. */
export interface Given {
  readonly order?: Order;
  readonly plan?: Partial<Plan>;
  readonly workload?: JsonObject | null;
  readonly pods?: readonly JsonObject[];
  readonly revisions?: readonly JsonObject[];
  readonly autoscaled?: boolean;
  readonly object?: Json | null;
  readonly seen?: Progress | null;
  /** Seconds after it landed. */
  readonly since?: number;
  readonly at?: number;
  readonly until?: number;
}

/** Judges, ten seconds after the change landed unless told otherwise. */
export function judged(given: Given): Judgement {
  const { workload = deployment(), pods = [], revisions = [], since = 0, at = 10, until = 660 } = given;
  const kind = (workload?.['kind'] ?? 'Deployment') as Kind;
  return judge(
    {
      workload: workload === null ? null : readWorkload(workload, kind),
      pods: pods.map(readPod),
      revisions: readRevisions(listOf(...revisions), 'uid-d'),
      autoscaled: given.autoscaled ?? false,
      object: given.object ?? null,
    },
    {
      plan: planOf(given.order ?? { verb: 'rollback', to: 'previous' }, given.plan),
      mark,
      seen: given.seen ?? null,
      since: landed + since * 1000,
      until: landed + until * 1000,
    },
    landed + at * 1000,
  );
}

/** A rollout that moved. */
export const moved = (state: Progress['state'], done: number, total: number, says = ''): Judgement => ({
  type: 'moved',
  progress: { state, done, total, says },
});
/** The end of a run. */
export const ended = (outcome: string, says: unknown, stuck: string | null = null) => ({
  type: 'ended',
  outcome,
  says,
  stuck,
});
/** Matches a text with this in it. */
export const saying = (part: string): unknown => expect.stringContaining(part);
