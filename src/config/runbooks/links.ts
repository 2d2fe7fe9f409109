/** Where the steps of a runbook lead: every name must be that of a step. */
import type { Complaint } from '../fault.ts';
import { quote } from '../fault.ts';
import { keysAt, valueAt } from '../tree.ts';
import { listOf } from '../values.ts';
import { complain, remedyFor } from '../complain.ts';
import { stepsOf } from './plain.ts';
import type { Path, PlainStep } from './plain.ts';
import { ways } from './values.ts';

/** Ids that are there twice, names of no step, and conditions that can't hold. */
export function checkLinks(root: unknown): readonly Complaint[] {
  const steps = stepsOf(root);
  const ids = new Set(steps.map(({ id }) => id));
  return [...twice(steps), ...steps.flatMap((step) => [...ahead(step, [...ids]), ...behind(step, steps)])];
}

function twice(steps: readonly PlainStep[]): readonly Complaint[] {
  const seen = new Set<string>();
  return steps.flatMap(({ id, path }) => {
    const again = id !== '' && seen.has(id);
    seen.add(id);
    if (!again) return [];
    return [complain([...path, 'id'], `there is another step ${quote(id)} before`, 'rename one of them')];
  });
}

/** Every name of a step that a step may go to, with where it stands and what may stand there besides. */
export function linksOf({ path, written }: PlainStep): readonly { readonly path: Path; readonly name: unknown }[] {
  const options = valueAt(written, ['decision', 'options']);
  const paths = Array.isArray(options) ? options.map((_, index) => ['decision', 'options', index, 'next']) : [];
  return [['next'], ['on_failure'], ...paths].map((way) => {
    return { path: [...path, ...way], name: valueAt(written, way) };
  });
}

function ahead(step: PlainStep, ids: readonly string[]): readonly Complaint[] {
  return linksOf(step).flatMap(({ path, name }) => {
    const words: readonly string[] = path.at(-1) === 'next' ? ways.next : ways.onFailure;
    if (typeof name !== 'string' || words.includes(name) || ids.includes(name)) return [];
    const remedy = remedyFor(name, [...ids, ...words], `write the id of a step, or ${listOf(words)}`);
    return [complain(path, `there is no step ${quote(name)}`, remedy)];
  });
}

function behind({ path, written }: PlainStep, steps: readonly PlainStep[]): readonly Complaint[] {
  return keysAt(written, ['when', 'after']).flatMap((name) => {
    const here = [...path, 'when', 'after', name];
    const other = steps.find(({ id }) => id === name);
    if (other === undefined) {
      const remedy = remedyFor(
        name,
        steps.map(({ id }) => id),
        'write the id of a step',
      );
      return [complain(here, `there is no step ${quote(name)}`, remedy, 'key')];
    }
    const possible = resultsOf(other);
    const wanted = valueAt(written, ['when', 'after', name]);
    if (possible === null || typeof wanted !== 'string' || possible.includes(wanted)) return [];
    if (!['done', 'passed', 'failed', 'skipped'].includes(wanted)) return [];
    const problem = `${quote(name)} never ends as ${quote(wanted)}`;
    const remedy = possible.length === 0 ? 'remove it: the walk does not come back' : `write ${listOf(possible)}`;
    return [complain(here, problem, remedy)];
  });
}

/** How a step may end; null when it is not known what it is. A person may skip any step that waits. */
function resultsOf({ kind, written }: PlainStep): readonly string[] | null {
  switch (kind) {
    case null:
      return null;
    case 'check':
      return ['passed', 'failed', 'skipped'];
    case 'action':
    case 'escalate':
      return ['done', 'failed', 'skipped'];
    case 'instruction':
      return written['verify'] === undefined ? ['done', 'skipped'] : ['done', 'failed', 'skipped'];
    case 'decision':
    case 'wait':
      return ['done', 'skipped'];
    case 'runbook':
      return [];
  }
}
