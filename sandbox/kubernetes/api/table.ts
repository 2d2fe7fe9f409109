/** Objects as a table: what `kubectl get` asks for instead of the objects themselves. */

import { without, type JsonObject } from '../json.ts';
import type { KubernetesObject } from '../kinds.ts';
import { columnsOf } from './columns.ts';

/** How a client wants to see objects. */
export type View = {
  readonly table: boolean;
  /** What a table's rows carry: metadata when left out by the client. */
  readonly include: 'Metadata' | 'Object' | 'None';
};

/** What the Accept header and the query ask for. */
export function viewOf(accept: string, query: URLSearchParams): View {
  const asked = query.get('includeObject');
  const include = asked === 'Object' || asked === 'None' ? asked : 'Metadata';
  return { table: /\bas=Table\b/.test(accept), include };
}

function rowObject(object: KubernetesObject, include: View['include']): JsonObject | null {
  if (include === 'None') return null;
  if (include === 'Object') return object;
  const metadata = without(object.metadata, 'managedFields');
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

/** The table of these objects. `headed` is false for the later events of a watch, which bring no columns. */
export function tableOf(
  kind: string,
  objects: readonly KubernetesObject[],
  metadata: JsonObject,
  { include, now, headed = true }: { include: View['include']; now: number; headed?: boolean },
): JsonObject {
  const columns = columnsOf(kind);
  const columnDefinitions = columns.map(({ name, type, wide }) => ({
    name,
    type: type ?? 'string',
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: wide ? 1 : 0,
  }));
  const rows = objects.map((object) => ({
    cells: columns.map(({ cell }) => cell(object, now)),
    object: rowObject(object, include),
  }));
  const head = headed ? columnDefinitions : null;
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: head, rows };
}
