/** Performs `kubernetes.diagnose` and `kubernetes.examine`: the question of a runbook's step or of a person, answered by a diagnosis. */
import { readTarget } from '../../action/action.ts';
import type { Diagnosed, DiagnosisEffect } from '../../action/diagnosis.ts';
import type { Effect } from '../../incident/effect.ts';
import type { StepOutcome } from '../../runbook/events.ts';
import { explain } from '../../incident/fault.ts';
import type { Instant } from '../../incident/incident.ts';
import type { Clusters } from '../cluster.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { cut, shown } from './plain.ts';

/** The effect. */
export type DiagnoseEffect = Extract<Effect, { type: 'kubernetes.diagnose' }>;

/** The answer of a check. */
export type Answered = Extract<StepOutcome, { type: 'CheckAnswered' }>;

/** The longest text about one check, in UTF-16 units. */
const longestSaying = 600;

/**
 * Diagnoses. Whatever the cluster does is an answer: a check must not hold its lane up. Throws only when the lease on the
 * lane is lost.
 */
export const performDiagnose =
  (clusters: Pick<Clusters, 'get'>, clock: () => Instant) =>
  async ({ attempt, of, target, visit }: DiagnoseEffect, signal: AbortSignal): Promise<Answered> => {
    const { passed, says } = await answer(clusters, target, clock, signal);
    if (signal.aborted) throw new Error(`diagnosing ${target}: it was stopped`, { cause: signal.reason });
    return { type: 'CheckAnswered', at: clock(), visit, attempt, of, passed, says: cut(says, longestSaying) };
  };

/** Diagnoses for somebody who asked. */
export const performExamine =
  (clusters: Pick<Clusters, 'get'>, clock: () => Instant) =>
  async ({ target, by }: DiagnosisEffect, signal: AbortSignal): Promise<Diagnosed> => {
    const { says } = await answer(clusters, target, clock, signal);
    if (signal.aborted) throw new Error(`diagnosing ${target}: it was stopped`, { cause: signal.reason });
    return { type: 'Diagnosed', at: clock(), by, target, says: cut(says, longestSaying) };
  };

async function answer(
  clusters: Pick<Clusters, 'get'>,
  target: string,
  clock: () => Instant,
  signal: AbortSignal,
): Promise<{ readonly passed: boolean; readonly says: string }> {
  const found = readTarget(target);
  if (found === null)
    return { passed: false, says: `${shown(target, 200)} is not a workload: cluster/namespace/kind/name` };
  try {
    const diagnosis = await diagnose(clusters.get(found.cluster), found, { now: clock(), signal });
    return { passed: diagnosis.verdict === 'healthy', says: saidOf(diagnosis) };
  } catch (error) {
    // What breaks would break each time it is retried; people must hear of it and go on.
    return { passed: false, says: `The diagnosis could not be made: ${shown(explain(error), 300)}` };
  }
}

/** The headline, and for what is not well the first lines of what may explain it. */
function saidOf({ headline, sections, verdict }: Diagnosis): string {
  if (verdict === 'healthy') return headline;
  const first = (title: string, count: number): readonly string[] =>
    (sections.find((section) => section.title === title)?.lines ?? [])
      // What the kubelet says about a crash or an image is in the headline already.
      .filter((line) => !/^(?:BackOff|Failed) /.test(line))
      .slice(0, count)
      .map((line) => cut(line.trim(), 160));
  const more = verdict === 'unknown' ? first('Workload', 1) : [...first('Last change', 2), ...first('Warnings', 1)];
  return [headline, ...more].reduce((said, line) => `${said}${/[.:]$/.test(said) ? '' : '.'} ${line}`);
}
