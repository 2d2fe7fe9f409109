/** Rules between keys of a runbook. They read the plain tree, so that a fault elsewhere never hides one of these. */
import { basename, extname } from 'node:path';
import { readDuration } from '../duration.ts';
import type { Complaint } from '../fault.ts';
import { quote, ValueFault } from '../fault.ts';
import { nearest } from '../nearest.ts';
import { isMapping, keysAt, valueAt } from '../tree.ts';
import { listOf } from '../values.ts';
import { asks, proofs, usualStep } from './checks.ts';
import { complain } from '../complain.ts';
import { keysAmong, stepsOf } from './plain.ts';
import type { Kind, Path, PlainStep } from './plain.ts';
import { actions, kinds } from './steps.ts';
import { isRunbookId } from './values.ts';

/** Every rule between keys that the file breaks, except those about where steps lead. */
export const checkRelations = (root: unknown, file: string): readonly Complaint[] => [
  ...fileName(root, file),
  ...checklist(root),
  ...stepsOf(root).flatMap(checkStep),
];

function fileName(root: unknown, file: string): readonly Complaint[] {
  const id = valueAt(root, ['id']);
  const name = basename(file, extname(file));
  if (typeof id !== 'string' || id === name || !isRunbookId(id)) return [];
  const remedy = `rename the file to ${quote(`${id}.yaml`)}, or write ${quote(`id: ${name}`)}`;
  return [complain(['id'], `the id ${quote(id)} is not the file's name`, remedy)];
}

/** Only a checklist has a schedule, and only an incident is chosen by alerts. */
function checklist(root: unknown): readonly Complaint[] {
  const kind = valueAt(root, ['kind']) ?? 'incident';
  if (kind === 'incident' && valueAt(root, ['schedule']) !== undefined) {
    return [complain(['schedule'], 'only a checklist has a schedule', 'write `kind: checklist`, or remove it', 'key')];
  }
  if (kind === 'checklist' && valueAt(root, ['match']) !== undefined) {
    return [complain(['match'], 'a checklist is not chosen by alerts', 'remove it, or `kind: checklist`', 'key')];
  }
  return [];
}

const checkStep = (step: PlainStep): readonly Complaint[] => [
  ...exactlyOne(step.path, step.written, kinds, 'the step'),
  ...exactlyOne([...step.path, 'check'], step.written['check'], asks, 'the check'),
  ...exactlyOne([...step.path, 'action'], step.written['action'], actions, 'the action'),
  ...misplaced(step),
  ...decisive(step),
  ...proof(step),
  ...condition(step),
  ...[['check'], ['verify']].flatMap((way) =>
    range([...step.path, ...way, 'promql'], valueAt(step.written, [...way, 'promql'])),
  ),
];

function exactlyOne(path: Path, written: unknown, keys: readonly string[], what: string): readonly Complaint[] {
  if (!isMapping(written)) return [];
  const found = keysAmong(keys, written);
  if (found.length === 1) return [];
  if (found.length === 0) {
    // A misspelt one is told as an unknown key.
    if (Object.keys(written).some((key) => key.length < 100 && nearest(key, keys) !== null)) return [];
    return [complain(path, `${what} says nothing to do`, `write ${listOf(keys)} in it`)];
  }
  const both = listOf(found).replace(/ or (?=[^ ]*$)/, ' and ');
  return [
    complain([...path, found[1] ?? ''], `${what} has ${both}`, 'keep one, and make a step of each other one', 'key'),
  ];
}

/** Keys that mean something on some kinds of step only. */
const places: readonly { readonly key: string; readonly on: readonly Kind[]; readonly why: string }[] = [
  { key: 'auto', on: ['check', 'action'], why: "can't run by itself" },
  { key: 'verify', on: ['action', 'instruction'], why: 'changes nothing that could be verified' },
  { key: 'approvals', on: ['action'], why: 'needs no approval' },
  {
    key: 'next',
    on: ['instruction', 'check', 'action', 'wait', 'escalate'],
    why: 'says itself where it leads',
  },
  { key: 'on_failure', on: ['instruction', 'check', 'action', 'escalate'], why: "can't fail" },
];

function misplaced({ path, written, kind }: PlainStep): readonly Complaint[] {
  if (kind === 'instruction' && written['on_failure'] !== undefined && written['verify'] === undefined) {
    const remedy = 'add `verify`, or remove `on_failure`';
    return [complain([...path, 'on_failure'], "an instruction that is not verified can't fail", remedy, 'key')];
  }
  return places.flatMap(({ key, on, why }) => {
    const value = written[key];
    if (kind === null || value === undefined || value === false || on.includes(kind)) return [];
    return [complain([...path, key], `a step of kind \`${kind}\` ${why}`, `remove \`${key}\``, 'key')];
  });
}

/** What an action's failure leads to must be said, and answers that people can't tell apart are none. */
function decisive({ path, written, kind }: PlainStep): readonly Complaint[] {
  if (kind === 'action' && written['on_failure'] === undefined) {
    const remedy = "add `on_failure`: `next`, `escalate`, `stop`, or a step's id";
    return [complain([...path, 'action'], 'it is not said what follows if the action fails', remedy, 'key')];
  }
  const options = valueAt(written, ['decision', 'options']);
  if (!Array.isArray(options)) return [];
  const labels = options.map((option: unknown) => valueAt(option, ['label']));
  return labels.flatMap((label, index) => {
    if (typeof label !== 'string' || labels.indexOf(label) === index) return [];
    const problem = `the option ${quote(label)} is there twice`;
    return [complain([...path, 'decision', 'options', index, 'label'], problem, 'rename or remove one of them')];
  });
}

function proof({ path, written }: PlainStep): readonly Complaint[] {
  const verify = written['verify'];
  if (!isMapping(verify)) return [];
  const here = [...path, 'verify'];
  if (Object.keys(verify).length === 0) {
    const remedy = 'write `rollout`, `alert_clears`, `http` or `promql`, or remove it';
    return [complain(here, 'nothing is verified', remedy, 'key')];
  }
  if (keysAmong(proofs, verify).length < 2) return [];
  const remedy = 'keep one, and make a check of the other in the next step';
  return [complain([...here, 'promql'], '`verify` has both `http` and `promql`', remedy, 'key')];
}

function condition({ path, written }: PlainStep): readonly Complaint[] {
  const when = written['when'];
  const empty = isMapping(when) && (Object.keys(when).length === 0 || emptyAfter(when));
  return empty
    ? [complain([...path, 'when'], 'there is no condition', 'write `match` or `after`, or remove it', 'key')]
    : [];
}

const emptyAfter = (when: Readonly<Record<string, unknown>>): boolean =>
  when['match'] === undefined && isMapping(when['after']) && keysAt(when, ['after']).length === 0;

/** Prometheus answers at most so many samples a series (web/api/v1/api.go). */
const mostSamples = 11_000;

function range(path: Path, written: unknown): readonly Complaint[] {
  if (!isMapping(written)) return [];
  const { over, step } = written;
  if (over === undefined && step !== undefined) {
    return [complain([...path, 'step'], 'a step is only for ranges', 'add `over`, or remove it', 'key')];
  }
  const samples = durationOf(over) / durationOf(step ?? usualStep);
  if (!(samples > mostSamples)) return [];
  const problem = `the range has ${Math.round(samples)} samples, more than Prometheus gives`;
  return [complain([...path, 'over'], problem, `shorten it, or lengthen \`step\`: at most ${mostSamples} fit`)];
}

/** Not a number, so that no comparison holds, when it is malformed. */
function durationOf(text: unknown): number {
  try {
    return typeof text === 'string' ? readDuration(text) : Number.NaN;
  } catch (error) {
    if (error instanceof ValueFault) return Number.NaN;
    throw error;
  }
}
