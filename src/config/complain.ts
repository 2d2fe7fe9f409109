/** Complaints about values that are well-formed and still wrong, and what to write instead of an unknown word. */
import type { Complaint } from './fault.ts';
import { quote } from './fault.ts';
import { nearest } from './nearest.ts';
import { listOf } from './values.ts';

/** A complaint about the value at a path, or about its key. */
export const complain = (
  path: Complaint['path'],
  problem: string,
  remedy: string,
  at: Complaint['at'] = 'value',
): Complaint => ({ path, at, problem, remedy });

/** What to write instead of an unknown word. */
export function remedyFor(word: string, known: readonly string[], otherwise: string): string {
  const meant = word.length > 100 ? null : nearest(word, known);
  if (meant !== null) return `did you mean ${quote(meant)}?`;
  return known.length > 8 || known.length === 0 ? otherwise : `write ${listOf(known)}`;
}
