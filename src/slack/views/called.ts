/** Who was called, what came of it, and who is called next: lines of the card, while that matters. */
import type { RichTextElement } from '@slack/types';
import type { Step } from '../../escalation/climb.ts';
import { phaseOf } from '../../incident/incident.ts';
import type { Incident } from '../../incident/incident.ts';
import { comingOf } from '../../incident/ladder.ts';
import type { Page } from '../../incident/pager.ts';
import { levelNames } from '../../incident/pager-sentences.ts';
import { link, said, time, words } from './rich.ts';

/** The lines; none for an incident that called nobody, or is over. */
export function calledOf(incident: Incident): readonly RichTextElement[][] {
  const { pager } = incident;
  const last = pager.pages.at(-1);
  const phase = phaseOf(incident);
  if (last === undefined || phase === 'resolved' || phase === 'closed') return [];
  const theirs = pager.url === null ? [] : [words(' · '), link(pager.url, "PagerDuty's incident")];
  const called = [
    words('📟 Called '),
    said(levelNames(last.levels), 200),
    words(' at '),
    time(last.at),
    words(came(last)),
  ];
  return [[...called, ...theirs], ...nextOf(incident)];
}

function came({ byPager, stand, instead }: Page): string {
  const other = instead === 0 ? '' : ', by the fallback list';
  switch (stand) {
    case 'asked':
      return byPager ? `${other}; PagerDuty has not answered yet` : other;
    case 'sent':
      return `${other}; PagerDuty has not confirmed it yet`;
    case 'done':
      return byPager && instead === 0 ? '; PagerDuty has it' : other;
    case 'failed':
      return '; it reached nobody';
  }
}

function nextOf(incident: Incident): RichTextElement[][] {
  const coming = comingOf(incident);
  if (incident.ladder.is === 'exhausted') return [[words('⚠️ Nobody answered, and nobody is called any more.')]];
  if (coming === null) return [];
  return [[words('⏭️ '), ...soon(coming.step), words(' at '), time(coming.at), words(' unless somebody acknowledges')]];
}

function soon(step: Step): RichTextElement[] {
  switch (step.is) {
    case 'level':
      return [words('Next: '), said(levelNames([step.level]), 120)];
    case 'trial':
      return [words('The automation has time; the next level is called')];
    case 'again':
    case 'repeat':
      return [words('Everybody is called again')];
    case 'end':
      return [words('The policy ends')];
  }
}
