/** The stage of a simulated walk: the incident, a clock of its own, timers, and what neighbours were asked. */
import type { Actor } from '../access/actor.ts';
import type { Decision } from '../incident/draft.ts';
import type { Effect } from '../incident/effect.ts';
import { isRefusal } from '../incident/event.ts';
import type { Event, Wake } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import type { Incident, Instant } from '../incident/incident.ts';
import { sentence } from '../incident/timeline.ts';
import { transition } from '../incident/transition.ts';
import type { Answer } from './answers.ts';
import { askedOf, elapsed } from './words.ts';

/** A walk that is being simulated. */
export interface Stage {
  incident: Incident;
  now: Instant;
  wakes: readonly { readonly at: Instant; readonly wake: Wake }[];
  /** What neighbours were asked and have not answered. */
  asks: readonly Effect[];
  /** The visit at hand, and what it meets. */
  visit: { readonly number: number; readonly answer: Answer | null };
  /** What is left of the answers. */
  readonly answers: Map<string, readonly Answer[]>;
  readonly facts: Facts;
  readonly started: Instant;
  /** The transcript. */
  readonly lines: string[];
}

/** Writes a line, with the time. */
export const say = (stage: Stage, text: string): void =>
  void stage.lines.push(`${elapsed(stage.started, stage.now).padEnd(9)}${text}`);

/** Takes over what was decided: says it, and keeps what must follow. That a check has ended is told with its answer. */
export function take(stage: Stage, { incident, lines, effects }: Decision, assumed: string): void {
  stage.incident = incident;
  for (const [index, line] of lines.entries()) {
    const told =
      line.type === 'StepEnded' && lines.some((other) => other.type === 'CheckAnswered' && other.of === 'step');
    if (!told) say(stage, `${sentence(line)}${index === 0 ? assumed : ''}`);
  }
  for (const effect of effects) {
    const asked = askedOf(effect);
    if (asked !== null) stage.lines.push(`         → ${asked}`);
    if (asked !== null) stage.asks = [...stage.asks, effect];
    // What climbs by the clock is the policy's, and not what is tried here.
    if (effect.type === 'clock.wake' && effect.wake.type !== 'LadderDue')
      stage.wakes = [...stage.wakes, { at: effect.at, wake: effect.wake }];
  }
}

/** Records what happened now. A refusal to a person is said; a stale timer is not. */
export function record(stage: Stage, event: Event, assumed = '', actor?: Actor): void {
  const facts = actor === undefined ? stage.facts : { ...stage.facts, actor };
  const answer = transition(stage.incident, event, facts);
  if (!isRefusal(answer)) return take(stage, answer, assumed);
  if ('by' in event) throw new Error(`the answers ask for what Vigie refuses: ${answer.refused}`);
}

/** Lets time pass; timers that fall due meanwhile are told. */
export function advance(stage: Stage, to: Instant): void {
  for (;;) {
    const [next] = stage.wakes.filter(({ at }) => at <= to).toSorted((a, b) => a.at - b.at);
    if (next === undefined) break;
    stage.wakes = stage.wakes.filter((wake) => wake !== next);
    stage.now = Math.max(stage.now, next.at);
    record(stage, { ...next.wake, at: stage.now });
  }
  stage.now = Math.max(stage.now, to);
}

/** Lets time pass until the next timer. */
export function untilWoken(stage: Stage): void {
  const due = stage.wakes.map(({ at }) => at);
  if (due.length === 0) throw new Error('the walk waits for something that never comes');
  advance(stage, Math.min(...due));
}
