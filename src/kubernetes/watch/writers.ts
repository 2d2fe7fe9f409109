/** Who changed what: the last one who wrote a field of a workload, as a sentence begins. */
import type { Instant } from '../../incident/incident.ts';
import { isObject, type Json } from '../json.ts';
import { fieldManager } from '../names.ts';
import { line } from '../words.ts';
import type { Workload, Writing } from './objects.ts';

/** What may have been changed after us. */
export type Field = 'template' | 'replicas' | 'paused';

/** Who wrote a field last, at or after an instant: `argocd-controller`, `somebody`. Servers keep whole seconds. */
export function lastWriter({ writings }: Pick<Workload, 'writings'>, field: Field, since: Instant): string {
  const whole = since - (since % 1000);
  const newest = writings
    .filter(({ at, subresource }) => subresource !== 'status' && at >= whole)
    .toSorted((a, b) => b.at - a.at);
  const owners = newest.filter(({ fields }) => owns(fields, ['f:spec', `f:${field}`]));
  // A field that was removed has no owner; then it was whoever wrote last.
  const writing = owners.find(isAnother) ?? owners[0] ?? newest.find(isAnother);
  if (writing === undefined) return 'Somebody';
  if (!isAnother(writing)) return 'Another action of Vigie';
  const name = line(writing.manager, 60) || 'Somebody';
  const autoscales = writing.subresource === 'scale' && writing.manager.includes('controller-manager');
  return autoscales ? `An autoscaler (${name})` : name;
}

const isAnother = ({ manager }: Writing): boolean =>
  manager !== fieldManager && !manager.startsWith(`${fieldManager}-`);

function owns(fields: Json, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  const inner = isObject(fields) ? fields[first] : undefined;
  return inner !== undefined && owns(inner, rest);
}
