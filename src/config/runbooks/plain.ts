/** A runbook's plain tree, whatever its shape: its steps. */
import type { Complaint } from '../fault.ts';
import { isMapping, valueAt } from '../tree.ts';
import { kinds } from './steps.ts';

/** Keys and indexes that lead to a value. */
export type Path = Complaint['path'];

/** One of the kinds of step. */
export type Kind = (typeof kinds)[number];

/** A step that is at least a mapping. */
export interface PlainStep {
  readonly path: Path;
  readonly written: Readonly<Record<string, unknown>>;
  /** Empty when it is not a text. */
  readonly id: string;
  /** What it is; null when it is nothing, or several things. */
  readonly kind: Kind | null;
}

/** The steps of a tree that are mappings. */
export function stepsOf(root: unknown): readonly PlainStep[] {
  const all = valueAt(root, ['steps']);
  if (!Array.isArray(all)) return [];
  return all.flatMap((written: unknown, index) => {
    if (!isMapping(written)) return [];
    const [kind = null, ...more] = keysAmong(kinds, written);
    return [{ path: ['steps', index], written, id: textOf(written['id']), kind: more.length > 0 ? null : kind }];
  });
}

/** Those of some keys that a mapping has. */
export const keysAmong = <T extends string>(keys: readonly T[], written: unknown): readonly T[] =>
  keys.filter((key) => valueAt(written, [key]) !== undefined);

/** A text, or the empty one for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
