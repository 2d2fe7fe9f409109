/** The runbook card: the one living message that walks people through a runbook, one step at a time. */
import type { RichTextElement } from '@slack/types';
import type { StepStats } from '../../incident/contracts.ts';
import type { Facts } from '../../incident/facts.ts';
import type { Incident, Instant } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import { standingOf } from '../../runbook/advance.ts';
import type { Standing } from '../../runbook/advance.ts';
import { waysOf } from '../../runbook/choices.ts';
import { expand, scopeOf } from '../../runbook/expand.ts';
import type { Scope } from '../../runbook/expand.ts';
import { stepAt } from '../../runbook/walk.ts';
import type { Walk } from '../../runbook/walk.ts';
import { doesOf, proofOf } from './does.ts';
import { bold, rowsOf, said, told, words } from './rich.ts';
import { standOf } from './stand.ts';
import { stepButtonsOf } from './step-buttons.ts';
import { at, escape, line, mrkdwn, plain } from './text.ts';
import type { Message } from './text.ts';
import { countedResults, evidenceOf, lastCheck, visitsOf } from './visits.ts';

/** When a walk is drawn, and for whom. */
export interface WalkScene {
  readonly now: Instant;
  readonly facts: Facts;
  /** How the steps of the runbook at hand went in earlier incidents. */
  readonly stats: readonly StepStats[];
  /** The card of the channel has buttons; an answer to one person has none. */
  readonly buttons: boolean;
}

/** Draws a walk as it is. */
export function runbookCardOf(incident: Incident, walk: Walk, scene: WalkScene): Message {
  const standing = standingOf(walk);
  if (standing === null || incident.human.is === 'closed') return overOf(incident, walk, standing);
  const { step } = standing;
  const scope = scopeOf(incident);
  const title = line(expand(step.title, scope), 140);
  const check = lastCheck(walk);
  const rows = visitsOf(walk, { shown: 5, told: 3 }, check);
  return {
    text: summary(`Runbook ${walk.runbook.title}, ${progressOf(standing)}: ${title}`),
    blocks: [
      ...told(...rowsOf(headOf(standing), ...rows)),
      { type: 'header', text: plain(title, 150) },
      ...told(
        ...doesOf(step, scope),
        ...rowsOf(
          proofOf(step, scope),
          check === null ? null : evidenceOf(check),
          ...standOf(incident, standing, scene.facts.able, scene.stats),
        ),
      ),
      ...(scene.buttons ? stepButtonsOf(incident, standing, scene.facts, scene.now) : []),
      ...told(...rowsOf(...nextOf(incident, scope, scene.now))),
      { type: 'context', elements: [mrkdwn(`Updated ${at(scene.now, '{time_secs}')}`)] },
    ],
  };
}

/** `Service unreachable · step 3 of 7`, and the runbook that it went on in. */
function headOf(standing: Standing): RichTextElement[] {
  const { walk, cursor } = standing;
  const { book } = stepAt(walk, cursor);
  const inside = book.id === walk.runbook.id ? [] : [words(' › '), bold(book.title)];
  return [bold(walk.runbook.title), ...inside, words(` · ${progressOf(standing)}`)];
}

/** Where the walk is, among the steps that apply: `step 3 of 7, 2nd time`. */
export function progressOf({ walk, cursor, step }: Standing): string {
  const { book } = stepAt(walk, cursor);
  const steps = book.steps.filter(({ applies }) => applies);
  const before = walk.past.filter(({ runbook, step: id }) => runbook === cursor.runbook && id === cursor.step).length;
  return `step ${steps.indexOf(step) + 1} of ${steps.length}${before === 0 ? '' : `, ${ordinal(before + 1)} time`}`;
}

function ordinal(count: number): string {
  const teens = Math.floor((count % 100) / 10) === 1;
  return `${count}${(teens ? undefined : ['th', 'st', 'nd', 'rd'][count % 10]) ?? 'th'}`;
}

/** What comes next: after success, or after each answer. */
function nextOf(incident: Incident, scope: Scope, now: Instant): RichTextElement[][] {
  return waysOf(incident, now)
    .slice(0, 10)
    .map(({ answer, to }) => {
      const first = answer === null ? [words('Next: ')] : [words('After “'), said(answer, 75), words('”: ')];
      return [...first, to === null ? words('the end of the runbook') : said(expand(to.title, scope), 120)];
    });
}

/** What is left of a walk that nobody walks any more: a summary, and no buttons. */
function overOf(incident: Incident, walk: Walk, standing: Standing | null): Message {
  const end = walk.past.at(-1)?.at ?? walk.at;
  const results = `${countedResults(walk)} in ${spoken(end - walk.at)}`;
  const stopped =
    standing === null
      ? null
      : [
          words(`The incident was closed at ${progressOf(standing)}, “`),
          said(expand(standing.step.title, scopeOf(incident)), 120),
          words('”.'),
        ];
  const head = [bold(walk.runbook.title), words(` · ${standing === null ? 'at its end' : 'stopped'}: ${results}`)];
  return {
    text: summary(`Runbook ${walk.runbook.title}: ${results}`),
    blocks: told(...rowsOf(head, stopped, ...visitsOf(walk, { shown: 15, told: 15 }, null))),
  };
}

/** What notifications and screen readers say. */
const summary = (text: string): string => escape(line(text, 400));
