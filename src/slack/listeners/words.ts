/** Reads what was typed after the command. Pure; what can't be read becomes a question for help. */
import { severities } from '../../incident/incident.ts';
import type { Severity } from '../../incident/incident.ts';
import { subcommandNames } from '../views/help.ts';
import { named, split } from './reading.ts';
import type { Named } from './reading.ts';
import { aboutApproving, aboutDoing, aboutKeeping, aboutRun } from './run-words.ts';
import type { RunAsked } from './run-words.ts';
import { aboutSteering } from './steer-words.ts';
import type { SteerAsked } from './steer-words.ts';
import { aboutSilence } from './silence.ts';
import type { SilenceTyped } from './silence.ts';

/** What somebody asks for. A null incident is that of the channel. */
export type Asked =
  | { readonly is: 'form'; readonly title: string; readonly severity: Severity }
  | { readonly is: 'declare'; readonly title: string; readonly severity: Severity }
  | { readonly is: 'list' }
  | { readonly is: 'oncall'; readonly service: string | null }
  | { readonly is: 'automation'; readonly to: 'on' | 'off' }
  | { readonly is: 'status' | 'ack' | 'commander'; readonly incident: Named | null }
  | { readonly is: 'resolve'; readonly incident: Named | null; readonly reason: string }
  | { readonly is: 'runbook'; readonly incident: Named | null }
  | { readonly is: 'library' }
  | { readonly is: 'choose'; readonly runbook: string; readonly incident: Named | null; readonly reason: string }
  | { readonly is: 'start'; readonly runbook: string; readonly service: string | null }
  | {
      readonly is: 'step';
      readonly does: 'done' | 'skip' | 'run' | 'retry';
      readonly incident: Named | null;
      readonly text: string;
    }
  | RunAsked
  | SteerAsked
  | SilenceTyped
  | { readonly is: 'help'; readonly unknown: string | null };

/** What a declared incident is unless somebody says otherwise: somebody took the trouble to declare it. */
const usualSeverity: Severity = 'high';

/** Reads the text of a command. */
export function askedBy(text: string): Asked {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/su.exec(text) ?? [];
  const subcommand = word.toLowerCase();
  switch (subcommand) {
    case '':
      return { is: 'form', title: '', severity: usualSeverity };
    case 'declare':
      return declare(rest);
    case 'list':
      return { is: 'list' };
    case 'oncall':
      return { is: 'oncall', service: rest === '' ? null : rest };
    case 'status':
    case 'ack':
    case 'commander': {
      const incident = named(rest);
      return rest === '' || incident !== null ? { is: subcommand, incident } : { is: 'help', unknown: text.trim() };
    }
    case 'resolve': {
      const { first, after } = split(rest);
      const incident = named(first);
      return { is: 'resolve', incident, reason: incident === null ? rest : after };
    }
    case 'runbook':
      return aboutRunbooks(rest) ?? { is: 'help', unknown: text.trim() };
    case 'step':
      return aboutStep(rest) ?? { is: 'help', unknown: text.trim() };
    case 'do':
      return aboutDoing(rest) ?? { is: 'help', unknown: text.trim() };
    case 'approve':
      return aboutApproving(rest) ?? { is: 'help', unknown: text.trim() };
    case 'cancel':
    case 'revert':
      return aboutRun(subcommand, rest) ?? { is: 'help', unknown: text.trim() };
    case 'keep':
      return aboutKeeping(rest) ?? { is: 'help', unknown: text.trim() };
    case 'silence':
      return aboutSilence(rest) ?? { is: 'help', unknown: text.trim() };
    case 'page':
    case 'escalate':
    case 'handoff':
    case 'snooze':
    case 'unack':
    case 'catchup':
      return aboutSteering(subcommand, rest) ?? { is: 'help', unknown: text.trim() };
    case 'automation': {
      const to = rest.toLowerCase();
      return to === 'on' || to === 'off' ? { is: 'automation', to } : { is: 'help', unknown: text.trim() };
    }
    case 'help':
      return { is: 'help', unknown: null };
    default:
      return { is: 'help', unknown: word };
  }
}

function declare(rest: string): Asked {
  const { first, after } = split(rest);
  const severity = severities.find((known) => known === first.toLowerCase());
  const title = severity === undefined ? rest : after;
  return { is: title === '' ? 'form' : 'declare', title, severity: severity ?? usualSeverity };
}

/** `runbook`, `runbook 12`, `runbook list`, `runbook choose <id> [12] [reason]`, `runbook start <id> [service]`. */
function aboutRunbooks(rest: string): Asked | null {
  const { first, after } = split(rest);
  const { first: runbook, after: further } = split(after);
  const word = first.toLowerCase();
  if (word === 'choose' && runbook !== '') {
    const { first: number, after: reason } = split(further);
    const incident = named(number);
    return { is: 'choose', runbook, incident, reason: incident === null ? further : reason };
  }
  if (word === 'start' && runbook !== '' && !/\s/u.test(further)) {
    return { is: 'start', runbook, service: further === '' ? null : further };
  }
  // Without an id, people want to know which ones there are.
  if ((word === 'list' || word === 'choose' || word === 'start') && after === '') return { is: 'library' };
  const incident = named(rest);
  return rest === '' || incident !== null ? { is: 'runbook', incident } : null;
}

/** `step done all pods are back`. A number belongs to the text unless it is marked: `step done #12 all pods are back`. */
function aboutStep(rest: string): Asked | null {
  const { first, after } = split(rest);
  const does = (['done', 'skip', 'run', 'retry'] as const).find((known) => known === first.toLowerCase());
  if (does === undefined) return null;
  const { first: number, after: text } = split(after);
  const incident = named(number);
  return incident?.marked === true
    ? { is: 'step', does, incident, text }
    : { is: 'step', does, incident: null, text: after };
}

/** The subcommand that was probably meant by a word. */
export const meant = (word: string): string | null => nearestOf(word, subcommandNames) ?? null;

/** The known word that was probably meant: one within two edits that leave something of it, the closest first. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const typed = word.slice(0, 64).toLowerCase();
  const near = known.map((name) => ({ name, edits: editsBetween(typed, name) }));
  return near
    .filter(({ name, edits }) => edits <= Math.min(2, name.length - 1))
    .toSorted((a, b) => a.edits - b.edits)[0]?.name;
}

/** Letters to insert, delete or replace (Levenshtein's distance). */
function editsBetween(a: string, b: string): number {
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = cell(row, j) + (letter === other ? 0 : 1);
      next.push(Math.min(cell(row, j + 1) + 1, cell(next, j) + 1, replaced));
    }
    row = next;
  }
  return cell(row, b.length);
}

const cell = (row: readonly number[], index: number): number => row[index] ?? Infinity;
