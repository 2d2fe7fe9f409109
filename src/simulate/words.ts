/** What a simulated walk shows: what was asked of neighbours, and the runbook card as plain text. */
import { spokenOrder } from '../action/action.ts';
import type { Effect } from '../incident/effect.ts';
import type { Facts } from '../incident/facts.ts';
import type { Incident, Instant } from '../incident/incident.ts';
import { counted, spoken } from '../incident/timeline.ts';
import type { Standing } from '../runbook/advance.ts';
import { stepChoicesOf } from '../runbook/choices.ts';
import type { StepChoice } from '../runbook/choices.ts';
import { expand, expandAsk, expandPlace, scopeOf } from '../runbook/expand.ts';
import type { Scope } from '../runbook/expand.ts';
import type { Action, Ask, Step, Verify } from '../runbook/runbook.ts';
import { stepAt } from '../runbook/walk.ts';

/** Time since the beginning: `+0:05`, `+1:05:00`. */
export function elapsed(since: Instant, at: Instant): string {
  const seconds = Math.round((at - since) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (count: number): string => String(count).padStart(2, '0');
  const short = `${minutes}:${two(seconds % 60)}`;
  return hours === 0 ? `+${short}` : `+${hours}:${two(minutes)}:${two(seconds % 60)}`;
}

/** What is asked of a neighbour, with nothing left to expand; null for what only redraws or waits. */
export function askedOf(effect: Effect): string | null {
  switch (effect.type) {
    case 'checks.ask':
      return questionOf(effect.ask);
    case 'kubernetes.diagnose':
    case 'kubernetes.examine':
      return `look at the pods of ${effect.target}`;
    case 'kubernetes.plan':
      return `plan: ${spokenOrder(effect.order)} of ${effect.target}`;
    case 'kubernetes.run':
      return `${spokenOrder(effect.plan.order)} of ${effect.target}`;
    case 'kubernetes.watch':
      return effect.seen === null
        ? `watch ${effect.target}, for ${spoken(effect.until - effect.mark.serverTime)} at most`
        : null;
    case 'pagerduty.trigger':
      return `page: ${effect.summary}`;
    default:
      return null;
  }
}

const levelOf = (level: string): string => (level === 'next' ? 'the next level' : `level ${level}`);

function questionOf(ask: Ask): string {
  switch (ask.type) {
    case 'http': {
      const holds = ask.contains === null ? '' : ` with "${ask.contains}"`;
      return `${ask.method} ${ask.url}, which must answer ${ask.expect.join(' or ')}${holds}`;
    }
    case 'promql': {
      const over = ask.range === null ? '' : ` over ${spoken(ask.range.over)}`;
      return `${ask.query.trim()}${over}, which must be ${ask.expect.sign} ${ask.expect.value}`;
    }
    case 'kubernetes':
      return `look at the pods of ${ask.diagnose}`;
  }
}

function deedOf(action: Action): string {
  switch (action.type) {
    case 'restart':
    case 'pause':
    case 'resume':
      return action.type;
    case 'scale':
      return `scale to ${action.to}:`;
    case 'rollback':
      return action.to === 'previous' ? 'roll back to the previous version:' : `roll back to revision ${action.to}:`;
  }
}

/** The runbook card as people see it when it waits for them. */
export function cardOf(incident: Incident, standing: Standing, facts: Facts, at: Instant): readonly string[] {
  const { walk, cursor, step } = standing;
  const scope = scopeOf(incident);
  const { title } = stepAt(walk, cursor).book;
  const failed = cursor.stand.is === 'failed' ? [`Failed: ${cursor.stand.says}`] : [];
  const body = cursor.stand.is === 'failed' ? [] : doesOf(step, scope);
  const buttons = stepChoicesOf(incident, at, facts).map((choice) => `[${nameOf(choice, step)}]`);
  return [
    `${title} · ${cursor.step}`,
    expand(step.title, scope),
    ...[...failed, ...body].flatMap((text) => text.trimEnd().split('\n')),
    buttons.join(' '),
  ];
}

function doesOf(step: Step, scope: Scope): readonly string[] {
  const { does } = step;
  switch (does.kind) {
    case 'instruction':
      return [expand(does.text, scope), ...proofOf(step.verify, scope)];
    case 'decision':
      return [expand(does.question, scope)];
    case 'check': {
      const ask = expandAsk(does.check.ask, scope);
      return 'missing' in ask ? [lacking(ask.missing)] : [`Asks: ${questionOf(ask)}`];
    }
    case 'action': {
      const target = expandPlace(does.action.target, scope);
      if ('missing' in target) return [lacking(target.missing)];
      const agree = step.approvals ?? 0;
      const others = agree === 0 ? [] : [`${counted(agree, 'other person')} must agree.`];
      return [`Will ${deedOf(does.action)} ${target.text}`, ...proofOf(step.verify, scope), ...others];
    }
    case 'escalate':
      return [`Will page ${levelOf(does.level)}: ${expand(does.note, scope)}`];
    case 'wait':
    case 'runbook':
      return [];
  }
}

const lacking = (names: readonly string[]): string =>
  `Can't be asked: ${names.map((name) => `{{${name}}}`).join(', ')} has no value here.`;

function proofOf(verify: Verify | null, scope: Scope): readonly string[] {
  if (verify === null) return [];
  const { rollout, alertClears, check } = verify;
  const ask = check === null ? null : expandAsk(check.ask, scope);
  const parts = [
    ...(rollout === null ? [] : [`the rollout is complete within ${spoken(rollout)}`]),
    ...(alertClears === null ? [] : [`the alerts clear within ${spoken(alertClears)}`]),
    ...(ask === null ? [] : ['missing' in ask ? lacking(ask.missing) : questionOf(ask)]),
  ];
  return [`It helped if ${parts.join(', and ')}.`];
}

function nameOf(choice: StepChoice, { does }: Step): string {
  if (typeof choice === 'object') return does.kind === 'decision' ? (does.options[choice.answer]?.label ?? '?') : '?';
  return { run: 'Run', retry: 'Try again', done: 'Done', skip: 'Skip', assign: 'Assign', 'go-to': 'Go to' }[choice];
}
