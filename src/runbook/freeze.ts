/** Freezing a runbook into an incident: with all that it may continue in, and its label conditions decided. */
import { matches } from '../incident/rules.ts';
import type { Book, Frozen, Runbook } from './runbook.ts';

/** The runbook as an incident with these labels keeps it. Other runbooks of the library that it never leads to are left out. */
export function freeze(
  runbook: Runbook,
  library: readonly Runbook[],
  labelSets: readonly Readonly<Record<string, string>>[],
): Frozen {
  const met = new Map<string, Runbook>();
  const meet = (one: Runbook): void => {
    if (met.has(one.id)) return;
    met.set(one.id, one);
    for (const { does } of one.steps) {
      const other = does.kind === 'runbook' ? library.find(({ id }) => id === does.runbook) : undefined;
      if (other !== undefined) meet(other);
    }
  };
  meet(runbook);
  const books = [...met.values()].map((book): Book => {
    const steps = book.steps.map(({ match, ...step }) => {
      return { ...step, applies: match.length === 0 || labelSets.some((labels) => matches(match, labels)) };
    });
    return { id: book.id, title: book.title, steps };
  });
  const applying = books.flatMap(({ steps }) => steps.map(({ applies }) => (applies ? '1' : '0'))).join('');
  const hash = [...[...met.values()].map((book) => book.hash), applying].join('-');
  return {
    id: runbook.id,
    title: runbook.title,
    hash,
    books: Object.fromEntries(books.map((book) => [book.id, book])),
  };
}
