/** One file of the library: its text becomes a runbook, or every fault at once. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Runbook } from '../../runbook/runbook.ts';
import { readYaml } from '../document.ts';
import type { Complaint, Fault } from '../fault.ts';
import { explainIssues } from '../issues.ts';
import { valueAt } from '../tree.ts';
import { buildRunbook } from './build.ts';
import { checkFlow, pointsOf } from './flow.ts';
import type { Point } from './flow.ts';
import { checkLinks } from './links.ts';
import { stepsOf, textOf } from './plain.ts';
import type { PlainStep } from './plain.ts';
import { checkRelations } from './relations.ts';
import { runbookSchema } from './schema.ts';

/** What is known of one file, before it is compared with others. */
export interface Reading {
  readonly file: string;
  /** As it is written; empty when it is not. */
  readonly id: string;
  /** Null when there are faults. */
  readonly runbook: Runbook | null;
  readonly faults: readonly Fault[];
  readonly steps: readonly PlainStep[];
  /** None when its steps don't hang together. */
  readonly points: readonly Point[];
  readonly locate: (complaint: Complaint) => Fault;
}

/** Half a megabyte of text is no runbook. */
const longest = 500_000;

/** Reads one file; what it says of other runbooks is not checked. */
export function examine(file: string, text: string): Reading {
  const nowhere = (problem: string, remedy: string): Fault => ({ file, line: 0, column: 0, path: '', problem, remedy });
  const unread = { file, id: '', runbook: null, steps: [], points: [] };
  const refuse = (...faults: readonly Fault[]): Reading => {
    return { ...unread, faults, locate: ({ problem, remedy }) => nowhere(problem, remedy) };
  };
  if (text.length > longest) return refuse(nowhere('the file is too long', `write at most ${longest} characters`));
  const { tree, faults } = readYaml(file, text);
  if (tree === null) return refuse(...faults);
  const { root, locate } = tree;
  if (root === null) return refuse(nowhere('the file is empty', 'write a runbook, or remove the file'));
  const id = textOf(valueAt(root, ['id']));
  const { values, complaints } = applySchema(root);
  const written = [...complaints, ...checkRelations(root, file), ...checkLinks(root)];
  const points = written.some(misleads) ? [] : pointsOf(id, root);
  const all = [...faults, ...[...written, ...checkFlow(points)].map(locate)];
  const sorted = all.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const hash = createHash('sha256').update(text).digest('hex');
  const runbook = values === null || all.length > 0 ? null : buildRunbook(values, hash);
  return { file, id, runbook, faults: sorted, steps: stepsOf(root), points, locate };
}

/** Whether a complaint leaves it open where steps lead: a loop that is found then may be none. */
function misleads({ path, at }: Complaint): boolean {
  const [top, , key] = path;
  if (top !== 'steps') return path.length === 0;
  const last = String(path.at(-1));
  return path.length < 3 || (path.length === 3 && at === 'key') || key === 'decision' || links.includes(last);
}

const links = ['id', 'next', 'on_failure', 'auto', 'runbook', 'when'];

/**
 * The schema's values, or its complaints. The tree stands under a key of its own: keys at the top of vigie.yaml that its
 * version does not know yet have nothing to do with a runbook's.
 */
function applySchema(root: unknown): {
  readonly values: z.output<typeof runbookSchema> | null;
  readonly complaints: readonly Complaint[];
} {
  const result = wrapped.safeParse({ runbook: root });
  if (result.success) return { values: result.data.runbook, complaints: [] };
  const complaints = explainIssues(result.error.issues, wrapped, { runbook: root });
  return { values: null, complaints: complaints.map(({ path, ...rest }) => ({ ...rest, path: path.slice(1) })) };
}

const wrapped = z.strictObject({ runbook: runbookSchema });
