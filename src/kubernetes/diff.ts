/** What is different between two versions of a workload, as people want to see it. Environment shows keys, never values. */
import type { Difference } from '../action/action.ts';
import { dig, type Json, list, object, text } from './json.ts';
import { digestOf, restartlessHash } from './template.ts';
import { line } from './words.ts';

/** The most that is shown; what is left out is counted. */
const most = 20;

/** The differences of two workloads (replicas, pausing, templates), or of two autoscalers (bounds). */
export function differencesOf(before: Json, after: Json): readonly Difference[] {
  const scalar = (what: string, from: string, to: string): readonly Difference[] =>
    from === to ? [] : [{ what, from, to }];
  const replicas = (one: Json): string => print(dig(one, 'spec', 'replicas') ?? 1);
  const paused = (one: Json): string => (dig(one, 'spec', 'paused') === true ? 'yes' : 'no');
  const templates = templateDifferences(object(before, 'spec', 'template'), object(after, 'spec', 'template'));
  const bound = (one: Json, key: string): string => print(dig(one, 'spec', key));
  const all = [
    ...scalar('minimum of the autoscaler', bound(before, 'minReplicas'), bound(after, 'minReplicas')),
    ...scalar('maximum of the autoscaler', bound(before, 'maxReplicas'), bound(after, 'maxReplicas')),
    ...scalar('replicas', replicas(before), replicas(after)),
    ...scalar('paused', paused(before), paused(after)),
    ...templates,
  ];
  return all.length <= most
    ? all
    : [...all.slice(0, most - 1), { what: 'more', from: '', to: `${all.length - most + 1} other differences` }];
}

/** The differences of two pod templates. */
export function templateDifferences(before: Json, after: Json): readonly Difference[] {
  if (restartlessHash(before) === restartlessHash(after)) return [];
  const found = (['initContainers', 'containers'] as const).flatMap((part) =>
    pairs(list(before, 'spec', part), list(after, 'spec', part)).flatMap(([name, from, to]) =>
      containerDifferences(part === 'containers' ? name : `init container ${name}`, from, to),
    ),
  );
  const rest = ['volumes', 'serviceAccountName', 'nodeSelector', 'affinity', 'tolerations', 'securityContext'];
  const others = rest.filter((key) => isOther(dig(before, 'spec', key), dig(after, 'spec', key)));
  const labels = isOther(dig(before, 'metadata', 'labels'), dig(after, 'metadata', 'labels')) ? ['pod labels'] : [];
  const shown = [...found, ...[...others, ...labels].map((what) => ({ what, from: 'before', to: 'changed' }))];
  return shown.length > 0 ? shown : [{ what: 'pod template', from: 'before', to: 'changed' }];
}

function containerDifferences(name: string, before: Json | null, after: Json | null): readonly Difference[] {
  if (before === null) return [{ what: `container ${name}`, from: 'none', to: imageOf(after) }];
  if (after === null) return [{ what: `container ${name}`, from: imageOf(before), to: 'none' }];
  const image =
    imageOf(before) === imageOf(after) ? [] : [{ what: `image of ${name}`, from: imageOf(before), to: imageOf(after) }];
  const keys = [...new Set([...Object.keys(object(before, 'resources')), ...Object.keys(object(after, 'resources'))])];
  const resources = keys.flatMap((key) => {
    const [from, to] = [before, after].map((one) => print(dig(one, 'resources', key)));
    return from === to || from === undefined || to === undefined ? [] : [{ what: `${key} of ${name}`, from, to }];
  });
  const parts = [
    'command',
    'args',
    'livenessProbe',
    'readinessProbe',
    'startupProbe',
    'ports',
    'volumeMounts',
    'envFrom',
  ];
  const changed = parts.filter((key) => isOther(dig(before, key), dig(after, key)));
  return [
    ...image,
    ...environment(name, list(before, 'env'), list(after, 'env')),
    ...resources,
    ...changed.map((what) => ({ what: `${what} of ${name}`, from: 'before', to: 'changed' })),
  ];
}

function environment(name: string, before: readonly Json[], after: readonly Json[]): readonly Difference[] {
  return pairs(before, after).flatMap(([key, from, to]) => {
    const what = `${key} in the environment of ${name}`;
    if (from === null) return [{ what, from: 'none', to: 'set' }];
    if (to === null) return [{ what, from: 'set', to: 'none' }];
    return isOther(from, to) ? [{ what, from: 'set', to: 'another value' }] : [];
  });
}

/** The images of a template, one a container. */
export const imagesOf = (template: Json): readonly string[] =>
  list(template, 'spec', 'containers').map((container) => imageOf(container));

const imageOf = (container: Json): string => line(text(container, 'image'), 160);

const isOther = (before: Json | undefined, after: Json | undefined): boolean =>
  digestOf(before ?? null) !== digestOf(after ?? null);

const print = (value: Json | undefined): string =>
  value === undefined ? 'none' : line(typeof value === 'string' ? value : JSON.stringify(value), 120);

/** What two lists have under each name; null on the side that lacks it. */
function pairs(
  before: readonly Json[],
  after: readonly Json[],
): readonly (readonly [name: string, before: Json | null, after: Json | null])[] {
  const byName = (all: readonly Json[]): ReadonlyMap<string, Json> =>
    new Map(all.map((one) => [text(one, 'name'), one]));
  const [from, to] = [byName(before), byName(after)];
  const names = [...new Set([...from.keys(), ...to.keys()])];
  return names.map((name) => [line(name, 80), from.get(name) ?? null, to.get(name) ?? null]);
}
