/** What a step will do, and how it is proved that it did: said before anybody presses anything. */
import type { RichTextBlockElement, RichTextElement } from '@slack/types';
import { spoken } from '../../incident/timeline.ts';
import { expand, expandAsk, expandPlace } from '../../runbook/expand.ts';
import type { Scope } from '../../runbook/expand.ts';
import type { Action, Ask, Step } from '../../runbook/runbook.ts';
import { markdownOf } from './markdown.ts';
import { code, joined, row, said, words } from './rich.ts';

/** Units of an instruction or a question on a card. */
const longest = 3500;

/** What the step at hand is about. */
export function doesOf({ does }: Step, scope: Scope): RichTextBlockElement[] {
  switch (does.kind) {
    case 'instruction':
      return markdownOf(does.text, scope, longest);
    case 'decision':
      return markdownOf(does.question, scope, longest);
    case 'check':
      return [row(...askOf(does.check.ask, scope))];
    case 'action':
      return [row(words(`${verbs[does.action.type]} `), target(does.action, scope), words(toOf(does.action)))];
    case 'wait':
      return [row(words(`Wait ${spoken(does.duration)}.`))];
    case 'escalate': {
      const level = does.level === 'next' ? 'the next level' : `level ${does.level}`;
      const note = does.note.trim() === '' ? [words('.')] : [words(': '), said(expand(does.note, scope), 500)];
      return [row(said(`Page ${level}`, 100), ...note)];
    }
    case 'runbook':
      return [row(said(`Goes on in the runbook ${does.runbook}.`, 150))];
  }
}

/** How it is proved afterwards that the step helped; null when nothing is. */
export function proofOf({ verify }: Step, scope: Scope): RichTextElement[] | null {
  if (verify === null) return null;
  const { rollout, alertClears, check } = verify;
  const parts = [
    ...(rollout === null ? [] : [words(`the rollout is complete within ${spoken(rollout)}`)]),
    ...(alertClears === null ? [] : [words(`all alerts clear within ${spoken(alertClears)}`)]),
  ];
  const asked = check === null ? [] : askOf(check.ask, scope);
  const shown = joined(parts, ', ');
  if (shown.length + asked.length === 0) return null;
  const comma = shown.length > 0 && asked.length > 0 ? [words(', ')] : [];
  return [words('Counts as done when: '), ...shown, ...comma, ...asked];
}

/** The verbs of the actions, as buttons and sentences begin. */
export const verbs: Readonly<Record<Action['type'], string>> = {
  restart: 'Restart',
  pause: 'Pause',
  resume: 'Resume',
  scale: 'Scale',
  rollback: 'Roll back',
};

/** What an action makes of its target: ` to 6 replicas`; empty when the verb says it all. */
export function toOf(action: Action): string {
  switch (action.type) {
    case 'restart':
    case 'pause':
    case 'resume':
      return '';
    case 'scale':
      return ` to ${action.to} replica${action.to === 1 ? '' : 's'}`;
    case 'rollback':
      return action.to === 'previous' ? ' to the previous version' : ` to revision ${action.to}`;
  }
}

function target({ target: place }: Action, scope: Scope): RichTextElement {
  const expanded = expandPlace(place, scope);
  return 'missing' in expanded ? words('a workload that this incident does not name') : code(expanded.text);
}

/** A question as it is asked, and the answer that passes. */
function askOf(ask: Ask, scope: Scope): RichTextElement[] {
  const asked = expandAsk(ask, scope);
  if ('missing' in asked) {
    const names = asked.missing.map((name) => `{{${name}}}`).join(', ');
    return [said(`Can't be asked: ${names} has no value here.`, 300)];
  }
  switch (asked.type) {
    case 'http': {
      const statuses = asked.expect.slice(0, 6).join(' or ');
      const more = asked.expect.length > 6 ? ' or another accepted status' : '';
      const holds = asked.contains === null ? [] : [words(' with '), code(asked.contains, 100), words(' in it')];
      return [code(`${asked.method} ${asked.url}`), words(` answers ${statuses}${more}`), ...holds];
    }
    case 'promql': {
      const { range, expect } = asked;
      const over = range === null ? '' : `, over the last ${spoken(range.over)}`;
      return [code(asked.query, 600), words(` is ${expect.sign} ${expect.value}${over}`)];
    }
    case 'kubernetes':
      return [words('Look at the pods of '), code(asked.diagnose)];
  }
}
