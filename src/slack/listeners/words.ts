/** Reads what was typed after the command. Pure; what can't be read becomes a question for help. */
import { severities } from '../../incident/incident.ts';
import type { Severity } from '../../incident/incident.ts';
import { subcommandNames } from '../views/help.ts';

/** An incident as somebody names it. `marked` when written `#12`, which can't be a part of a sentence. */
export interface Named {
  readonly number: number;
  readonly marked: boolean;
}

/** What somebody asks for. A null incident is that of the channel. */
export type Asked =
  | { readonly is: 'form'; readonly title: string; readonly severity: Severity }
  | { readonly is: 'declare'; readonly title: string; readonly severity: Severity }
  | { readonly is: 'list' }
  | { readonly is: 'status' | 'ack' | 'commander'; readonly incident: Named | null }
  | { readonly is: 'resolve'; readonly incident: Named | null; readonly reason: string }
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
    case 'status':
    case 'ack':
    case 'commander': {
      const incident = named(rest);
      return rest === '' || incident !== null ? { is: subcommand, incident } : { is: 'help', unknown: text.trim() };
    }
    case 'resolve': {
      const [first = ''] = rest.split(/\s/u, 1);
      const incident = named(first);
      return { is: 'resolve', incident, reason: incident === null ? rest : rest.slice(first.length).trim() };
    }
    case 'help':
      return { is: 'help', unknown: null };
    default:
      return { is: 'help', unknown: word };
  }
}

function declare(rest: string): Asked {
  const [first = ''] = rest.split(/\s/u, 1);
  const severity = severities.find((known) => known === first.toLowerCase());
  const title = severity === undefined ? rest : rest.slice(first.length).trim();
  return { is: title === '' ? 'form' : 'declare', title, severity: severity ?? usualSeverity };
}

function named(word: string): Named | null {
  const [, mark = '', digits = ''] = /^(#?)(\d{1,9})$/u.exec(word) ?? [];
  return digits === '' ? null : { number: Number(digits), marked: mark === '#' };
}

/** The subcommand that was probably meant by a word: one within two edits, the closest first. Null when none is. */
export function meant(word: string): string | null {
  const typed = word.slice(0, 20).toLowerCase();
  const near = subcommandNames.map((name) => ({ name, edits: editsBetween(typed, name) }));
  const closest = near.filter(({ edits }) => edits <= 2).toSorted((a, b) => a.edits - b.edits)[0];
  return closest?.name ?? null;
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
