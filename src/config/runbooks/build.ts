/** A checked file as the runbook that incidents freeze. */
import type { Action, Does, Next, OnFailure, Runbook, Verify, WrittenStep } from '../../runbook/runbook.ts';
import type { FileValues } from './schema.ts';

type FileStep = FileValues['steps'][number];

/** The runbook of a file's values; `hash` is the SHA-256 of the file. */
export function buildRunbook(values: FileValues, hash: string): Runbook {
  const { id, title, about = '', match = [], services = [], kind, schedule = null, steps } = values;
  return { id, title, about, match, services, kind, schedule, steps: steps.map(buildStep), hash };
}

function buildStep(step: FileStep): WrittenStep {
  const { id, title, when, next, auto, approvals, assign, remind } = step;
  const does = buildDoes(step);
  return {
    id,
    title,
    does,
    match: when?.match ?? [],
    after: when?.after ?? {},
    next: next === undefined ? null : nextOf(next),
    onFailure: failureOf(step.on_failure ?? (does.kind === 'check' ? 'next' : 'stop')),
    auto,
    approvals: approvals ?? null,
    verify: buildVerify(step.verify),
    assign: assign ?? null,
    remind: remind ?? null,
  };
}

const nextOf = (name: string): Next => (name === 'end' ? { to: 'end' } : { to: 'step', id: name });

const failureOf = (name: string): OnFailure =>
  name === 'next' || name === 'escalate' || name === 'stop' ? name : { step: name };

/** What a step does; `relations.ts` has made sure that it is exactly one thing. */
function buildDoes({ instruction, check, decision, action, wait, escalate, runbook }: FileStep): Does {
  if (instruction !== undefined) return { kind: 'instruction', text: instruction };
  const asked = check?.http ?? check?.promql ?? check?.kubernetes;
  if (asked !== undefined) return { kind: 'check', check: asked };
  if (decision !== undefined) {
    const options = decision.options.map(({ label, next }) => ({ label, next: nextOf(next) }));
    return { kind: 'decision', question: decision.question, options };
  }
  if (action !== undefined) return { kind: 'action', action: buildAction(action) };
  if (wait !== undefined) return { kind: 'wait', duration: wait };
  if (escalate !== undefined) return { kind: 'escalate', level: escalate.level, note: escalate.note ?? '' };
  if (runbook !== undefined) return { kind: 'runbook', runbook };
  throw new TypeError('a step that does nothing was not refused');
}

function buildAction({ restart, scale, rollback, pause, resume }: NonNullable<FileStep['action']>): Action {
  if (restart !== undefined) return { type: 'restart', ...restart };
  if (scale !== undefined) return { type: 'scale', ...scale };
  if (rollback !== undefined) return { type: 'rollback', ...rollback };
  if (pause !== undefined) return { type: 'pause', ...pause };
  if (resume !== undefined) return { type: 'resume', ...resume };
  throw new TypeError('an action that does nothing was not refused');
}

function buildVerify(verify: FileStep['verify']): Verify | null {
  if (verify === undefined) return null;
  const { rollout, alert_clears: alertClears, http, promql } = verify;
  return { rollout: rollout ?? null, alertClears: alertClears ?? null, check: http ?? promql ?? null };
}
