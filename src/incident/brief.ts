/** The brief: what somebody reads who takes over. Deterministic, oldest first, shortened where it matters least. */
import { spokenOrder } from '../action/action.ts';
import { leftChanged } from '../action/run.ts';
import type { Run } from '../action/run.ts';
import { expand, scopeOf } from '../runbook/expand.ts';
import { stepAt } from '../runbook/walk.ts';
import { clip, keepsFiring } from './alerts.ts';
import type { Incident, Instant } from './incident.ts';
import type { Brief, Page } from './pager.ts';
import { levelNames } from './pager-sentences.ts';
import { counted } from './timeline.ts';

/** What is known of an incident, for whoever takes over. */
export function briefOf(incident: Incident): Brief {
  const { walk, runs, pager, lastHeld } = incident;
  const past = walk?.past ?? [];
  const cursor = walk?.cursor ?? null;
  const next = walk === null || cursor === null ? null : expand(stepAt(walk, cursor).step.title, scopeOf(incident));
  const answered = lastHeld === null ? [] : [`${clock(lastHeld.at)} ${lastHeld.by.name} had it last`];
  return {
    state: stateOf(incident),
    called: [...pager.pages.map((page) => `${clock(page.at)} ${levelNames(page.levels)}: ${came(page)}`), ...answered],
    tried: past.map(({ title, result, says }) => ({ title, outcome: result, evidence: says })),
    actions: Object.values(runs).flatMap(actionOf),
    ruledOut: past.filter(({ kind, result }) => kind === 'check' && result === 'passed').map(({ title }) => title),
    running: Object.values(runs)
      .filter(({ stand }) => stand.is === 'running' || stand.is === 'watching')
      .map((run) => `${spokenRun(run)}, by ${run.by.name}`),
    changed: leftChanged(runs).map((run) => `${spokenRun(run)} (run ${run.id})`),
    next,
    link: null,
  };
}

function stateOf({ severity, title, alerts, human, openedAt, commander, handoff }: Incident): string {
  const firing = Object.values(alerts).filter(keepsFiring);
  const names = [...new Set(firing.map(({ labels }) => labels['alertname'] ?? ''))].filter((name) => name !== '');
  const which = names.length === 0 ? '' : ` (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''})`;
  const held =
    human.is === 'acknowledged'
      ? `${human.by.name} has it until ${clock(human.until)}`
      : human.is === 'closed'
        ? `closed by ${human.by.name}`
        : 'nobody has it';
  const leads = commander === null ? 'Nobody commands it' : `${commander.name} commands it`;
  const given = handoff === null || handoff.note === '' ? '' : ` ${handoff.by.name} says: ${handoff.note}`;
  const since = `since ${new Date(openedAt).toISOString().slice(0, 10)} ${clock(openedAt)}`;
  return `${severity} ${since}: ${title}. ${counted(firing.length, 'alert')} firing${which}, ${held}. ${leads}.${given}`;
}

/** `03:15 UTC`. */
const clock = (at: Instant): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

function came({ byPager, stand, instead }: Page): string {
  const how = instead === 0 ? '' : ', by the fallback list';
  switch (stand) {
    case 'asked':
      return `no answer yet${how}`;
    case 'sent':
      return `taken in, not confirmed yet${how}`;
    case 'done':
      return byPager && instead === 0 ? 'PagerDuty has it' : `called${how}`;
    case 'failed':
      return 'it reached nobody';
  }
}

const spokenRun = ({ order, target }: Run): string => `${spokenOrder(order)} of ${target}`;

const actionOf = (run: Run): readonly string[] =>
  run.stand.is === 'ended'
    ? [`${spokenRun(run)}: ${run.stand.outcome}${run.stand.says.trim() === '' ? '' : `. ${run.stand.says}`}`]
    : [];

/** One thing said of a step must not crowd out the others. */
const mostOfOne = 400;

/** Controls that show nothing, and those that reverse the direction of what follows. */
const invisible = /[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Text from outside on one line; the patterns would be slow on all of a hostile text. */
const line = (text: string, max: number): string =>
  clip(
    text
      .slice(0, max * 8)
      .replace(/\s+/gu, ' ')
      .replace(invisible, ''),
    max,
  );

/** Writes the brief, in at most `max` characters. What is left out is the oldest of what was tried, and it says so. */
export function writeBrief(brief: Brief, max: number): string {
  const { state, tried, next, link } = brief;
  const first = [
    line(state, 1_000),
    ...(next === null ? [] : [`Next: ${line(next, mostOfOne)}`]),
    ...section('Still changed', brief.changed),
    ...section('Under way', brief.running),
    ...section('Actions', brief.actions),
    ...section('Ruled out', brief.ruledOut),
    ...section('Called', brief.called),
  ];
  const last = link === null ? [] : [`All of it: ${line(link, 500)}`];
  const lines = tried.map(
    ({ title, outcome, evidence }) =>
      `- ${line(title, mostOfOne)}: ${line(outcome, 100)}${evidence.trim() === '' ? '' : `. ${line(evidence, mostOfOne)}`}`,
  );
  for (let left = 0; left <= lines.length; left += 1) {
    const shown = lines.slice(left);
    const omitted = left === 0 ? [] : [`- ${left} earlier ${left === 1 ? 'step' : 'steps'} left out`];
    const body = lines.length === 0 ? ['Nothing was tried yet.'] : ['Tried:', ...omitted, ...shown];
    const text = [...first, ...body, ...last].join('\n');
    if (text.length <= max) return text;
  }
  const text = [...first, ...last].join('\n').toWellFormed();
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** The newest ten, and how many came before. */
function section(title: string, items: readonly string[]): readonly string[] {
  const shown = items.slice(-10).map((item) => `- ${line(item, mostOfOne)}`);
  const more = items.length - shown.length;
  return items.length === 0 ? [] : [`${title}:`, ...(more === 0 ? [] : [`- ${more} more before`]), ...shown];
}
