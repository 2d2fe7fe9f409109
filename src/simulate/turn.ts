/** What happens next on the stage: a neighbour answers, a person acts, or time passes. */
import type { RunEffect } from '../action/action.ts';
import type { Effect } from '../incident/effect.ts';
import type { StepDeed } from '../runbook/events.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { spoken } from '../incident/timeline.ts';
import { standingOf } from '../runbook/advance.ts';
import type { Standing } from '../runbook/advance.ts';
import type { Answer, Meets } from './answers.ts';
import { ana, clearing } from './opening.ts';
import { approver, bo, markAt, plannedAt } from './cluster.ts';
import { advance, record, untilWoken } from './stage.ts';
import type { Stage } from './stage.ts';
import { cardOf } from './words.ts';

/** How long things take here. */
const takes = { person: 60_000, check: 2_000, action: 45_000, worker: 1_000, page: 5_000, clearing: 60_000 } as const;

/** One thing happens: a neighbour answers, a person acts, or time passes. */
export function turn(stage: Stage): void {
  const standing = standingOf(stage.incident.walk);
  if (standing === null) return;
  const [asked, ...others] = stage.asks;
  if (asked !== undefined) {
    stage.asks = others;
    return reply(stage, standing, asked);
  }
  switch (standing.cursor.stand.is) {
    case 'offered':
      return act(stage, standing);
    case 'failed':
      return react(stage, standing);
    case 'running':
      return untilWoken(stage);
    case 'waiting':
      return wait(stage, standing, standing.cursor.stand.until);
    case 'verifying': {
      const { holds, until } = standing.cursor.stand;
      return holds.alerts ? untilWoken(stage) : mend(stage, standing, until);
    }
  }
}

/** What the visit at hand meets; null when nothing was written for it. */
function answerAt(stage: Stage, { cursor }: Standing): Answer | null {
  if (stage.visit.number !== cursor.visit) {
    stage.visit = { number: cursor.visit, answer: next(stage, cursor) };
  }
  return stage.visit.answer;
}

/** Takes the next answer to a step from those that were written. */
function next({ answers }: Stage, { runbook, step }: Standing['cursor']): Answer | null {
  const key = [`${runbook}/${step}`, step].find((name) => (answers.get(name) ?? []).length > 0);
  if (key === undefined) return null;
  const [first = null, ...rest] = answers.get(key) ?? [];
  answers.set(key, rest);
  return first;
}

/** A neighbour answers. */
function reply(stage: Stage, standing: Standing, effect: Effect): void {
  const answer = answerAt(stage, standing);
  const { meets } = answer ?? {};
  const fails = meets?.is === 'fails';
  const says = meets?.is === 'fails' || meets?.is === 'succeeds' ? meets.says : '';
  const soon = (duration: Duration): Instant => stage.now + duration;
  switch (effect.type) {
    case 'checks.ask':
    case 'kubernetes.diagnose': {
      const of = effect.type === 'checks.ask' ? effect.of : 'step';
      const known = of === 'step' ? { passed: !fails, says } : (answer?.proof ?? { passed: true, says: '' });
      const written = of === 'step' ? (meets ?? null) : (answer?.proof ?? null);
      advance(stage, soon(takes.check));
      const { visit, attempt } = effect;
      const event = { type: 'CheckAnswered', at: stage.now, visit, attempt, of, ...known } as const;
      return record(stage, event, written === null ? ' (assumed: passed)' : '');
    }
    case 'kubernetes.plan':
    case 'kubernetes.run':
    case 'kubernetes.watch':
    case 'kubernetes.recheck':
      return work(stage, effect, { fails, says, assumed: (meets ?? null) === null });
    case 'pagerduty.trigger': {
      // A page because of a failure has no answer of its own: it arrives.
      const own = standing.step.does.kind === 'escalate';
      advance(stage, soon(takes.page));
      const { page, dedupKey } = effect;
      const of = { at: stage.now, page, dedupKey, way: 'trigger' } as const;
      if (own && fails) return record(stage, { type: 'PageFailed', ...of, says, hopeless: true });
      return record(stage, { type: 'PageSent', ...of }, own && (meets ?? null) === null ? ' (assumed: done)' : '');
    }
    default:
      throw new Error(`nobody answers ${effect.type}`);
  }
}

/** The worker answers, and others say yes: what the step meets is how the rollout ends. */
function work(
  stage: Stage,
  effect: RunEffect,
  { fails, says, assumed }: { readonly fails: boolean; readonly says: string; readonly assumed: boolean },
): void {
  const { run, target } = effect;
  const at = stage.now + takes.worker;
  switch (effect.type) {
    case 'kubernetes.plan': {
      const plan = plannedAt(target, effect.order, at);
      advance(stage, at);
      record(stage, { type: 'PlanMade', at, run, plan });
      if (stage.incident.runs[run]?.stand.is !== 'planned') return;
      advance(stage, at + takes.worker);
      return record(
        stage,
        { type: 'ActionApproved', at: stage.now, by: bo, run, digest: plan.digest },
        ' (assumed)',
        approver,
      );
    }
    case 'kubernetes.run':
      advance(stage, at);
      return record(stage, { type: 'ActionLanded', at, run, mark: markAt(at), says: 'the cluster took it.' });
    case 'kubernetes.watch': {
      const until = stage.now + takes.action;
      advance(stage, until);
      const outcome = fails ? 'failed' : 'succeeded';
      const told = says === '' ? 'The rollout is complete.' : says;
      return record(
        stage,
        { type: 'RunEnded', at: until, run, outcome, says: told, stuck: null },
        assumed ? ' (assumed: done)' : '',
      );
    }
    case 'kubernetes.recheck':
      return;
  }
}

/** A person does what the card asks for. */
function act(stage: Stage, standing: Standing): void {
  const answer = answerAt(stage, standing);
  const { cursor, step } = standing;
  draw(stage, standing);
  advance(stage, stage.now + (answer?.after ?? takes.person));
  const deed = { at: stage.now, by: ana, visit: cursor.visit };
  const meets = answer?.meets ?? null;
  const other = elsewhere(meets, deed);
  if (other !== null) return record(stage, other);
  switch (step.does.kind) {
    case 'instruction': {
      if (meets?.is === 'fails')
        throw new Error(`${step.id} is done by a person: write \`skip: why\`, or \`clears: false\``);
      const note = meets?.is === 'succeeds' ? meets.says : '';
      return record(stage, { type: 'StepDone', ...deed, note }, meets === null ? ' (assumed: done)' : '');
    }
    case 'decision': {
      const { options } = step.does;
      const labels = options.map(({ label }) => label);
      const option = meets?.is === 'answered' ? labels.indexOf(meets.label) : 0;
      const known = meets === null || (meets.is === 'answered' && option >= 0);
      if (!known) throw new Error(`${step.id} is answered with one of: ${labels.join(' | ')}`);
      return record(stage, { type: 'StepAnswered', ...deed, option }, meets === null ? ` (assumed: ${labels[0]})` : '');
    }
    case 'check':
    case 'action':
    case 'escalate':
    case 'wait':
    case 'runbook':
      return record(stage, { type: 'StepBegun', ...deed });
  }
}

/** A person decides what follows a failure: what the next answer says, or else the step is skipped. */
function react(stage: Stage, standing: Standing): void {
  const { cursor, step } = standing;
  const answer = next(stage, cursor);
  draw(stage, standing);
  advance(stage, stage.now + (answer?.after ?? takes.person));
  const deed = { at: stage.now, by: ana, visit: cursor.visit };
  const meets = answer?.meets ?? null;
  const other = elsewhere(meets, deed);
  if (other !== null) return record(stage, other);
  if (answer === null) {
    return record(stage, { type: 'StepSkipped', ...deed, reason: 'it is done by hand' }, ' (assumed: skipped)');
  }
  // Trying again is another visit, and what it meets is this answer, unless it only said to try again.
  stage.visit = { number: cursor.visit + 1, answer: meets?.is === 'retried' ? next(stage, cursor) : answer };
  if (step.does.kind !== 'instruction') return record(stage, { type: 'StepBegun', ...deed });
  stage.visit = { ...stage.visit, number: cursor.visit };
  record(stage, { type: 'StepDone', ...deed, note: meets?.is === 'succeeds' ? meets.says : '' });
}

/** Where a person may go instead of doing what the step asks for; null when they do that. */
function elsewhere(meets: Meets | null, deed: Pick<StepDeed, 'at' | 'by' | 'visit'>): StepDeed | null {
  if (meets?.is === 'skipped') return { type: 'StepSkipped', ...deed, reason: meets.reason };
  return meets?.is === 'left' ? { type: 'StepChosen', ...deed, step: meets.to } : null;
}

/** The walk waits by itself, unless a person cuts it short. */
function wait(stage: Stage, standing: Standing, until: Instant): void {
  const answer = answerAt(stage, standing);
  stage.lines.push(`         … waits ${spoken(until - stage.now)}`);
  if (answer?.meets?.is !== 'skipped' && answer?.meets?.is !== 'left') return advance(stage, until);
  advance(stage, Math.min(until, stage.now + (answer.after ?? takes.person)));
  const other = elsewhere(answer.meets, { at: stage.now, by: ana, visit: standing.cursor.visit });
  if (other !== null) record(stage, other);
}

/** The deed is done: the alerts clear, or they don't. */
function mend(stage: Stage, standing: Standing, until: Instant | null): void {
  const clears = answerAt(stage, standing)?.clears ?? null;
  const alerts = Object.keys(stage.incident.alerts).length;
  if (clears === false || alerts === 0) return until === null ? untilWoken(stage) : advance(stage, until);
  advance(stage, stage.now + takes.clearing);
  record(stage, clearing(stage.incident, stage.now), clears === null ? ' (assumed: clears)' : '');
}

/** Draws the card when it waits for a person. */
function draw(stage: Stage, standing: Standing): void {
  const [head = '', ...rest] = cardOf(stage.incident, standing, stage.facts, stage.now);
  stage.lines.push('', `         ┌ ${head}`, ...rest.map((line) => `         │ ${line}`), '');
}
