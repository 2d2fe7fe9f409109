/** What the server says about itself: its version and what it serves. */

import type { JsonObject } from '../json.ts';
import { groupVersion, resources, type Resource } from '../store/resources.ts';
import { reviewKinds } from './reviews.ts';

const version: JsonObject = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  gitVersion: 'v1.36.0',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-04-22T00:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const groups = ['apps', 'autoscaling', 'policy', 'authorization.k8s.io', 'authentication.k8s.io'];

function versionOf(group: string): string {
  return resources.find((each) => each.group === group)?.version ?? 'v1';
}

function groupOf(name: string): JsonObject {
  const preferred = { groupVersion: `${name}/${versionOf(name)}`, version: versionOf(name) };
  return { name, versions: [preferred], preferredVersion: preferred };
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const subVerbs = ['get', 'patch', 'update'];

function entries(resource: Resource): readonly JsonObject[] {
  const { plural, singular, namespaced, kind, shortNames } = resource;
  const all = plural === 'pods' || resource.group === 'apps' || kind === 'HorizontalPodAutoscaler';
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(all && kind !== 'ControllerRevision' ? { categories: ['all'] } : {}),
  };
  const sub = { singularName: '', namespaced };
  const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return [
    own,
    ...(plural === 'pods' ? [{ ...sub, name: 'pods/log', kind: 'Pod', verbs: ['get'] }] : []),
    ...(resource.scale ? [{ ...sub, name: `${plural}/scale`, ...scale, verbs: subVerbs }] : []),
    ...(resource.status ? [{ ...sub, name: `${plural}/status`, kind, verbs: subVerbs }] : []),
  ];
}

function resourceList(wanted: string): JsonObject | null {
  const stored = resources.filter((each) => groupVersion(each) === wanted).flatMap(entries);
  const reviews = reviewKinds
    .filter(({ group }) => `${group}/v1` === wanted)
    .map(({ plural, kind }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced: false,
      kind,
      verbs: ['create'],
    }));
  const list = [...stored, ...reviews];
  if (list.length === 0) return null;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: wanted, resources: list };
}

/** The answer to a discovery path, or null when this is not one. */
export function discovery(path: string): JsonObject | null {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '/version') return version;
  if (trimmed === '/api') {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  }
  if (trimmed === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) };
  const group = groups.find((each) => trimmed === `/apis/${each}`);
  if (group !== undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
  const listed = /^\/(?:api|apis)\/([^/]+(?:\/[^/]+)?)$/.exec(trimmed)?.[1];
  return listed === undefined ? null : resourceList(listed);
}
