/** Label and field selectors. */

import { isObject, listAt, objectsAt, stringAt, stringsAt, type JsonObject, type JsonValue } from '../json.ts';
import type { KubernetesObject, Strings } from '../kinds.ts';
import { badRequest } from './status.ts';

/** Whether an object is wanted. */
export type Selects = (object: KubernetesObject) => boolean;

type LabelTest = (labels: Strings) => boolean;

/** Parts between commas that stand in no parentheses. */
function parts(text: string): readonly string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelTest(part: string): LabelTest {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in');
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(part);
  if (equality) {
    const [, key = '', operator, value] = equality;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const existence = /^(!?)\s*([^\s=!]+)$/.exec(part);
  if (!existence) throw badRequest(`unable to parse requirement: found '${part}', expected: ',' or 'end of string'`);
  const [, not, key = ''] = existence;
  return (labels) => Object.hasOwn(labels, key) === (not === '');
}

/** The test that a `labelSelector` asks for. Throws 400 when it can't be read. */
export function labelSelector(text: string): Selects {
  const tests = parts(text).map(labelTest);
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}));
}

const anywhere = ['metadata.name', 'metadata.namespace'];
const fields: { readonly [kind: string]: RegExp } = {
  Pod: /^(spec\.(nodeName|restartPolicy|schedulerName|serviceAccountName|hostNetwork)|status\.(phase|podIP|nominatedNodeName))$/,
  Event: /^(involvedObject\.\w+|reason|type|source|reportingComponent)$/,
  ReplicaSet: /^status\.replicas$/,
  Namespace: /^status\.phase$/,
  Node: /^spec\.unschedulable$/,
};

function fieldOf(object: JsonObject, path: string): string {
  const found = path
    .split('.')
    .reduce<JsonValue | undefined>((value, key) => (isObject(value) ? value[key] : undefined), object);
  if (path === 'source' && isObject(found)) return stringAt(found, 'component');
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : '';
}

/** The test that a `fieldSelector` asks for. Throws 400 when it can't be read, or for a field that can't be selected by. */
export function fieldSelector(text: string, kind: string): Selects {
  const tests = parts(text).map((part): Selects => {
    const [, path = '', operator, value] = /^([\w.]+)\s*(==|=|!=)\s*(.*)$/.exec(part) ?? [];
    if (path === '') throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    if (!anywhere.includes(path) && !(Object.hasOwn(fields, kind) && fields[kind]?.test(path))) {
      throw badRequest(`field label not supported: ${path}`);
    }
    return (object) => (fieldOf(object, path) === value) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

/** Whether labels match the selector of a workload or budget. */
export function matchesSelector(selector: JsonObject, labels: Strings): boolean {
  const equal = Object.entries(stringsAt(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    objectsAt(selector, 'matchExpressions').every((each) => {
      const [key, values] = [stringAt(each, 'key'), listAt(each, 'values')];
      const has = Object.hasOwn(labels, key);
      switch (stringAt(each, 'operator')) {
        case 'In':
          return has && values.includes(labels[key] ?? '');
        case 'NotIn':
          return !has || !values.includes(labels[key] ?? '');
        case 'Exists':
          return has;
        default:
          return !has;
      }
    })
  );
}
