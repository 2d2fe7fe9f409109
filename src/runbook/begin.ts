/** Beginning what a step does: the question or the deed is asked for, with its references replaced. */
import { ask, change, tell } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Effect } from '../incident/effect.ts';
import type { Able, Facts } from '../incident/facts.ts';
import type { Refusal } from '../incident/event.ts';
import { askRun } from '../action/asking.ts';
import type { Order } from '../action/action.ts';
import type { Incident, Instant, Person } from '../incident/incident.ts';
import type { Standing } from './advance.ts';
import { expand, expandAsk, expandPlace, scopeOf } from './expand.ts';
import type { Scope } from './expand.ts';
import type { Action, Check, Does, Step } from './runbook.ts';
import { stepAt } from './walk.ts';

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

/** The same for a step that acts: it is asked for as a run. */
type Acting = { readonly order: Order; readonly target: string };

/** The same for a step that calls people. */
type Calling = { readonly level: string; readonly note: string };

/** Who begins a step, when, and what follows when nothing can be asked. */
export interface Beginning {
  readonly by: Person;
  readonly at: Instant;
  readonly fail: (draft: Draft, says: string) => Draft;
  readonly facts: Facts;
}

/** Begins the step at hand. Asks nothing when a reference has no value: then the step has failed. */
export function begin(
  draft: Draft,
  { walk, cursor, step }: Standing,
  { by, at, fail, facts }: Beginning,
): Draft | Refusal {
  const scope = scopeOf(draft.incident);
  const { visit, runbook } = cursor;
  const title = expand(step.title, scope);
  const place = { at, visit, runbook, step: step.id, title };
  const begun = change(draft, {}, { type: 'StepBegun', by, kind: step.does.kind, ...place });
  const asking = askingOf(step.does, visit, scope);
  const put = (stand: typeof cursor.stand): Draft => change(begun, { walk: { ...walk, cursor: { ...cursor, stand } } });
  if (asking === null) return put({ is: 'offered' });
  const running = put({ is: 'running', by, attempt: 1, since: at });
  if ('says' in asking) return fail(running, asking.says);
  if ('effect' in asking) return ask(running, asking.effect);
  if ('level' in asking) return call(running, visit, asking, fail);
  const wanted = {
    approvals: step.approvals ?? 0,
    rollout: step.verify?.rollout ?? null,
    undoes: null,
    breakGlass: null,
  };
  return askRun(running, { ...asking, ...wanted, visit }, { by, at, follow: (after) => after }, facts);
}

/** Somebody is called: the step waits for what becomes of the page. */
function call(draft: Draft, visit: number, { level, note }: Calling, fail: Beginning['fail']): Draft {
  const { policy } = draft.incident;
  if (policy.levels.length > 0) return tell(draft, { type: 'Asked', level, visit, note });
  return fail(draft, `The policy ${policy.name} has no levels, so nobody was called. Call somebody by hand.`);
}

function askingOf(does: Does, visit: number, scope: Scope): Asking | Acting | Calling | null {
  switch (does.kind) {
    case 'check':
      return askOf(does.check, visit, 1, 'step', scope);
    case 'action': {
      const target = expandPlace(does.action.target, scope);
      return 'missing' in target ? missing(target.missing) : { order: orderOf(does.action), target: target.text };
    }
    case 'escalate':
      return { level: does.level, note: expand(does.note, scope) };
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
    return { effect: { type: 'kubernetes.diagnose', visit, attempt, of, target: expanded.diagnose } };
  }
  return { effect: { type: 'checks.ask', visit, attempt, of, ask: expanded } };
}

const missing = (references: readonly string[]): { readonly says: string } => ({
  says: `Nothing was asked: ${references.map((name) => `{{${name}}}`).join(', ')} has no value here.`,
});

function orderOf(action: Action): Order {
  switch (action.type) {
    case 'scale':
      return { verb: 'scale', to: action.to };
    case 'rollback':
      return { verb: 'rollback', to: action.to };
    case 'restart':
    case 'pause':
    case 'resume':
      return { verb: action.type };
  }
}

/** The workload that the step at hand acts on; null when it acts on none. */
export function targetAtHand(incident: Incident): string | null {
  const { walk } = incident;
  const cursor = walk?.cursor ?? null;
  if (walk === null || cursor === null) return null;
  const { does } = stepAt(walk, cursor).step;
  const target = does.kind === 'action' ? expandPlace(does.action.target, scopeOf(incident)) : { missing: [] };
  return 'text' in target ? target.text : null;
}
