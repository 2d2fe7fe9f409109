/** The steps that are behind: a line each for the last ones, the others counted. */
import type { RichTextElement } from '@slack/types';
import type { Result } from '../../runbook/runbook.ts';
import type { Visit, Walk } from '../../runbook/walk.ts';
import { counted } from '../../incident/timeline.ts';
import { bold, person, said, words } from './rich.ts';

/** A plain sign for each result, next to the word for it. */
const signs: Readonly<Record<Result, string>> = { done: '✓', passed: '✓', failed: '✗', skipped: '–' };

/** How many lines are shown, and how many of these tell what came out. */
interface Fold {
  readonly shown: number;
  readonly told: number;
}

/** Lines about the steps that were left, oldest first. The evidence of `except` stands elsewhere. */
export function visitsOf(
  { past, visits, cursor }: Walk,
  { shown, told }: Fold,
  except: Visit | null,
): RichTextElement[][] {
  const recent = past.slice(-shown);
  const folded = visits - recent.length - (cursor === null ? 0 : 1);
  const rows = recent.map((visit, index) => {
    const evidence = visit !== except && index >= recent.length - told ? visit.says.trim() : '';
    return lineOf(visit, evidence);
  });
  return folded > 0 ? [[words(counted(folded, 'earlier step'))], ...rows] : rows;
}

/** The last check, whose answer the next step is about; null when none was asked. */
export const lastCheck = ({ past }: Walk): Visit | null =>
  past.findLast(({ kind, says }) => kind === 'check' && says.trim() !== '') ?? null;

/** What the last check answered, in full. */
export function evidenceOf({ title, result, says }: Visit): RichTextElement[] {
  return [words('Last check, “'), said(title, 100), words(`”, ${result}: `), said(says, 900)];
}

/** How many steps ended how: `6 done, 1 failed, 2 skipped`; a check that passed is done. */
export function countedResults({ past }: Walk): string {
  const count = (...results: readonly Result[]): number => past.filter(({ result }) => results.includes(result)).length;
  const parts: [number, string][] = [
    [count('done', 'passed'), 'done'],
    [count('failed'), 'failed'],
    [count('skipped'), 'skipped'],
  ];
  const shown = parts.filter(([many]) => many > 0).map(([many, word]) => `${many} ${word}`);
  return shown.length === 0 ? 'no step was taken' : shown.join(', ');
}

const lineOf = ({ title, result, by }: Visit, evidence: string): RichTextElement[] => [
  words(`${signs[result]} `),
  bold(title, 100),
  words(` ${result} · `),
  person(by),
  ...(evidence === '' ? [] : [words(': '), said(evidence, 160)]),
];
