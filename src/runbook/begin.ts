/** Beginning what a step does: the question or the deed is asked for, with its references replaced. */
import { ask, change } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Effect } from '../incident/effect.ts';
import type { Able } from '../incident/facts.ts';
import type { Instant, Person } from '../incident/incident.ts';
import type { Standing } from './advance.ts';
import { expand, expandAsk, expandPlace, scopeOf } from './expand.ts';
import type { Scope } from './expand.ts';
import type { Check, Does, Step } from './runbook.ts';

/** Why this Vigie can't do what a step asks for, as a sentence; null when it can. */
export function inability({ does }: Step, able: Able): string | null {
  switch (does.kind) {
    case 'action':
      return able.act
        ? null
        : `No cluster is configured, so Vigie can't ${does.action.type} anything. Do it by hand, then skip this step and say what you did.`;
    case 'check':
      return does.check.ask.type !== 'kubernetes' || able.diagnose
        ? null
        : 'No cluster is configured, so Vigie can’t look at pods. Look by hand, then skip this step and say what you saw.';
    case 'escalate':
      return able.page
        ? null
        : "No pager is configured, so Vigie can't page anybody. Call them, then skip this step and say who comes.";
    case 'instruction':
    case 'decision':
    case 'wait':
    case 'runbook':
      return null;
  }
}

/** Whether a step can be begun here at all. */
export const canBegin = (step: Step, able: Able): boolean => inability(step, able) === null;

/** What to ask for; or why nothing can be asked. */
export type Asking = { readonly effect: Effect } | { readonly says: string };

/** Who begins a step, when, and what follows when nothing can be asked. */
export interface Beginning {
  readonly by: Person;
  readonly at: Instant;
  readonly fail: (draft: Draft, says: string) => Draft;
}

/** Begins the step at hand. Asks nothing when a reference has no value: then the step has failed. */
export function begin(draft: Draft, { walk, cursor, step }: Standing, { by, at, fail }: Beginning): Draft {
  const scope = scopeOf(draft.incident);
  const { visit, runbook } = cursor;
  const title = expand(step.title, scope);
  const place = { at, visit, runbook, step: step.id, title };
  const begun = change(draft, {}, { type: 'StepBegun', by, kind: step.does.kind, ...place });
  const asking = askingOf(step.does, step, visit, scope);
  const put = (stand: typeof cursor.stand): Draft => change(begun, { walk: { ...walk, cursor: { ...cursor, stand } } });
  if (asking === null) return put({ is: 'offered' });
  const running = put({ is: 'running', by, attempt: 1, since: at });
  return 'says' in asking ? fail(running, asking.says) : ask(running, asking.effect);
}

function askingOf(does: Does, { verify }: Step, visit: number, scope: Scope): Asking | null {
  switch (does.kind) {
    case 'check':
      return askOf(does.check, visit, 1, 'step', scope);
    case 'action': {
      const target = expandPlace(does.action.target, scope);
      if ('missing' in target) return missing(target.missing);
      const action = { ...does.action, target: target.text };
      return { effect: { type: 'kubernetes.run', visit, attempt: 1, action, rollout: verify?.rollout ?? null } };
    }
    case 'escalate':
      return {
        effect: { type: 'pagerduty.page', visit, attempt: 1, level: does.level, note: expand(does.note, scope) },
      };
    case 'instruction':
    case 'decision':
    case 'wait':
    case 'runbook':
      return null;
  }
}

/** One asking of a check. */
export function askOf(check: Check, visit: number, attempt: number, of: 'step' | 'verify', scope: Scope): Asking {
  const expanded = expandAsk(check.ask, scope);
  if ('missing' in expanded) return missing(expanded.missing);
  if (expanded.type === 'kubernetes') {
    return { effect: { type: 'kubernetes.diagnose', visit, attempt, target: expanded.diagnose } };
  }
  return { effect: { type: 'checks.ask', visit, attempt, of, ask: expanded } };
}

const missing = (references: readonly string[]): { readonly says: string } => ({
  says: `Nothing was asked: ${references.map((name) => `{{${name}}}`).join(', ')} has no value here.`,
});
