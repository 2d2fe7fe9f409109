/** The card of an action: one living message from the plan to the outcome, and for as long as something stays changed. */
import type { RichTextElement } from '@slack/types';
import { fullStop } from '../../access/spoken.ts';
import { undoerOf } from '../../action/choices.ts';
import type { Run, RunStand } from '../../action/run.ts';
import type { Facts } from '../../incident/facts.ts';
import type { Incident, Instant } from '../../incident/incident.ts';
import { doneOf, orderOf, shortTarget, wholeTarget } from './orders.ts';
import { planOf } from './plan.ts';
import { bold, joined, person, rowsOf, said, time, told, words } from './rich.ts';
import { rolloutOf } from './rollout.ts';
import { runButtonsOf } from './run-buttons.ts';
import { at, escape, line, mrkdwn, plain } from './text.ts';
import type { Message } from './text.ts';

/** When a run is drawn, and by which rules. */
export interface RunScene {
  readonly now: Instant;
  readonly facts: Facts;
}

/** Draws a run as it is. */
export function actionCardOf(incident: Incident, run: Run, { now, facts }: RunScene): Message {
  const { sign, word } = wordOf(run);
  const title = orderOf(run.order, shortTarget(run.target));
  const plan = 'plan' in run.stand ? planOf(run.stand.plan) : [];
  return {
    text: escape(line(`Action ${run.id}, ${word}: ${title}`, 400)),
    blocks: [
      { type: 'header', text: plain(`${sign} ${title}`, 150) },
      ...told(...rowsOf(...aboutOf(incident, run))),
      ...told(...plan),
      ...told(...rowsOf(...happening(run), ...staysOf(incident, run))),
      ...runButtonsOf(incident, run, facts, now),
      { type: 'context', elements: [mrkdwn(`Run ${run.id} · ${word} · updated ${at(now, '{time_secs}')}`)] },
    ],
  };
}

/** A sign and a word for where a run is: colours alone tell some people nothing. */
export function wordOf({ stand, breakGlass }: Pick<Run, 'stand' | 'breakGlass'>): {
  readonly sign: string;
  readonly word: string;
} {
  switch (stand.is) {
    case 'planning':
      return { sign: '📝', word: 'being planned' };
    case 'planned':
      return stand.needed === 0
        ? { sign: '⏸', word: 'waits for a confirmation' }
        : { sign: '⏸', word: 'waits for approval' };
    case 'running':
      return { sign: breakGlass === null ? '▶️' : '🔨', word: 'running' };
    case 'watching':
      return { sign: breakGlass === null ? '▶️' : '🔨', word: 'rolling out' };
    case 'ended':
      return outcomes[stand.outcome];
  }
}

type Ended = Extract<RunStand, { is: 'ended' }>;

const outcomes: Readonly<Record<Ended['outcome'], { readonly sign: string; readonly word: string }>> = {
  succeeded: { sign: '✅', word: 'succeeded' },
  failed: { sign: '❌', word: 'failed' },
  superseded: { sign: '↪️', word: 'superseded' },
  drifted: { sign: '🚫', word: 'drifted, not done' },
  expired: { sign: '⌛', word: 'expired, not done' },
  unknown: { sign: '❓', word: 'unknown, ask a human' },
  refused: { sign: '⛔', word: 'refused, not done' },
  cancelled: { sign: '✖️', word: 'called off' },
  rehearsed: { sign: '🧪', word: 'rehearsed, not done' },
};

/** What each outcome means, before what the worker says of it. */
const meanings: Readonly<Record<Ended['outcome'], string>> = {
  succeeded: 'Done.',
  failed: 'It did not work.',
  superseded: 'It is not watched any more.',
  drifted: 'The workload is no longer what the plan was made for.',
  expired: 'Not done.',
  unknown: 'A person must look at the workload before anything else is done to it.',
  refused: 'Not done.',
  cancelled: 'Called off.',
  rehearsed: 'Not done.',
};

/** What it is done to, who asked, and why it may be done without asking others. */
function aboutOf(incident: Incident, run: Run): RichTextElement[][] {
  const { breakGlass, undoes, visit, walk } = { ...run, walk: incident.walk };
  const step = visit === null || walk?.cursor?.visit !== visit ? null : walk.cursor;
  const parts = [
    ...(undoes === null ? [] : [said(`puts back what run ${undoes} changed`, 80)]),
    ...(step === null ? [] : [words('for the step of the runbook')]),
  ];
  return [
    [said(wholeTarget(run.target), 500)],
    [
      words('Asked by '),
      person(run.by),
      words(' at '),
      time(run.at),
      ...(parts.length === 0 ? [] : [words(' · '), ...joined(parts)]),
    ],
    ...(breakGlass === null ? [] : [[bold('🔨 Broke the glass:'), words(' '), said(breakGlass, 500)]]),
  ];
}

/** What is happening, or what came of it. */
function happening({ stand }: Run): RichTextElement[][] {
  switch (stand.is) {
    case 'planning':
      return [[words('The plan is being made: nothing changes before somebody has seen it.')]];
    case 'planned':
      return waiting(stand);
    case 'running':
      return [
        [words('Approved, and being sent to the cluster since '), time(stand.since, '{time_secs}'), words('.')],
        [words('What is not sent by '), time(stand.expires), words(' is not done.')],
      ];
    case 'watching':
      return [
        [bold('It landed:'), words(' '), ...rolloutOf(stand.progress)],
        [words('Watched until '), time(stand.until), words('.')],
      ];
    case 'ended': {
      const says = stand.says.trim() === '' ? [] : [words(' '), said(stand.says, 1000)];
      const stuck =
        stand.stuck === null
          ? []
          : [[words('Pod '), said(stand.stuck, 253), words(' is stuck and keeps the others waiting.')]];
      return [[bold(meanings[stand.outcome]), ...says], ...stuck];
    }
  }
}

/** How many must agree, who did, and until when. */
function waiting({ needed, approvals, until }: Extract<RunStand, { is: 'planned' }>): RichTextElement[][] {
  const lapses = [words('Without that it lapses at '), time(until), words('.')];
  if (needed === 0) return [[words('Nobody else must agree: a confirmation is enough.')], lapses];
  const agreed = [...new Map(approvals.map(({ by }) => [by.id, by])).values()];
  const missing = Math.max(0, needed - agreed.length);
  const people = `${needed} other ${needed === 1 ? 'person' : 'people'} must agree to exactly this plan`;
  const so =
    agreed.length === 0
      ? [words('; nobody has yet.')]
      : [words('. Agreed: '), ...joined(agreed.slice(0, 10).map(person), ', '), words(`; ${missing} to go.`)];
  return [[words(people), ...so], lapses];
}

/** What the run has left changed, and what was decided about it. */
function staysOf(incident: Incident, run: Run): RichTextElement[][] {
  const { left, stand, order } = run;
  if (stand.is !== 'ended') return [];
  if (stand.lost !== undefined) return [[bold('⚠️ It does not stand any more:'), said(` ${stand.lost}`, 400)]];
  if (left === null) return [];
  const undoer = undoerOf(incident, run);
  const back = undoer === undefined ? [] : [[said(`Run ${undoer.id} is to put it back.`, 80)]];
  switch (left.is) {
    case 'changed':
      return [
        [bold('⚠️ Still changed:'), words(` ${doneOf(order)}. Revert it, or keep it with an owner and a date.`)],
        ...back,
      ];
    case 'reverted':
      return [[said(`↩️ Put back by run ${left.by}.`, 80)]];
    case 'replaced':
      return left.by === null ? [] : [[said(`↪️ Changed again by run ${left.by}, which says what is left.`, 80)]];
    case 'kept':
      return [
        [
          bold('📌 Kept:'),
          words(` ${doneOf(order)}. It is `),
          person(left.owner),
          words("'s until "),
          time(left.until, '{date_short_pretty} {time}'),
          words(': '),
          said(fullStop(left.why), 400),
        ],
        ...back,
      ];
  }
}
