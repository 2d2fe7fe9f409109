/** Rules between the keys that decide about actions. They read the plain tree, as those of `../relations.ts` do. */
import { shippedPermissions } from '../../access/permissions.ts';
import { roles } from '../../access/roles.ts';
import type { Role } from '../../access/roles.ts';
import { complain, remedyFor } from '../complain.ts';
import type { Complaint } from '../fault.ts';
import { quote } from '../fault.ts';
import { isMapping, keysAt, valueAt } from '../tree.ts';
import { isClusterName, isDay } from './values.ts';

/** Every rule about actions that the file breaks. What is missing counts as its default; what is malformed is passed over. */
export const checkAccess = (root: unknown): readonly Complaint[] => [
  ...clusters(root),
  ...targets(root),
  ...environments(root),
  ...freezes(root),
  ...given(root),
];

function clusters(root: unknown): readonly Complaint[] {
  const first = new Map<string, string>();
  return keysAt(root, ['clusters']).flatMap((name) => {
    const path = ['clusters', name];
    const at = (key: string): unknown => valueAt(root, [...path, key]);
    const found: Complaint[] = [];
    if (!isClusterName(name)) {
      const remedy = 'use lower-case letters, digits, `-` and `.`, at most 63';
      found.push(complain(path, `${quote(name)} can't be the name of a cluster`, remedy, 'key'));
    }
    if (!isMapping(valueAt(root, path))) return found;
    const [kubeconfig, context, inside] = [at('kubeconfig'), at('context'), at('in_cluster')];
    if (kubeconfig === undefined && inside === undefined) {
      const remedy = 'write `kubeconfig: file:/etc/vigie/eu-1.yaml` and `context: eu-1`, or `in_cluster: true`';
      found.push(complain(path, 'nothing says how the cluster is reached', remedy, 'key'));
    } else if (kubeconfig !== undefined && inside !== undefined) {
      const remedy = 'keep one of them, and make another cluster of the other';
      found.push(complain([...path, 'in_cluster'], 'a kubeconfig is there as well', remedy, 'key'));
    } else if (kubeconfig !== undefined && context === undefined) {
      const remedy = 'add `context: …`: the current one of a kubeconfig changes unnoticed';
      found.push(complain([...path, 'kubeconfig'], 'nothing says which of its contexts is meant', remedy));
    } else if (inside !== undefined && context !== undefined) {
      found.push(complain([...path, 'context'], 'a context belongs to a kubeconfig', 'remove it', 'key'));
    }
    if (found.length > 0 || inside === false) return found;
    const same = inside === undefined ? `${String(kubeconfig)} ${String(context)}` : 'in_cluster';
    const other = first.get(same);
    first.set(same, other ?? name);
    if (other !== undefined) {
      const remedy = 'remove one of them: with two names, two actions could run on one workload at once';
      found.push(complain(path, `this is the same cluster as ${quote(other)}`, remedy, 'key'));
    }
    return found;
  });
}

function targets(root: unknown): readonly Complaint[] {
  const known = keysAt(root, ['clusters']);
  return keysAt(root, ['services']).flatMap((service) => {
    const path = ['services', service, 'target', 'cluster'];
    const name = valueAt(root, path);
    if (typeof name !== 'string' || !isClusterName(name) || known.includes(name)) return [];
    const remedy = remedyFor(name, known, 'define it under `clusters`, or remove the target');
    return [complain(path, `there is no cluster ${quote(name)}`, remedy)];
  });
}

/** A misspelt environment would leave the real one with fewer approvals than meant. */
function environments(root: unknown): readonly Complaint[] {
  const known = keysAt(root, ['services']).flatMap((service) => {
    const name = valueAt(root, ['services', service, 'environment']);
    return typeof name === 'string' ? [name] : [];
  });
  return keysAt(root, ['approvals'])
    .filter((name) => name !== 'expire' && !known.includes(name))
    .map((name) => {
      const remedy = remedyFor(name, ['expire', ...new Set(known)], 'write the environment of a service');
      return complain(['approvals', name], `no service has the environment ${quote(name)}`, remedy, 'key');
    });
}

function freezes(root: unknown): readonly Complaint[] {
  const all = valueAt(root, ['freeze']);
  if (!Array.isArray(all)) return [];
  return all.flatMap((_: unknown, index) => {
    const [from, to] = [valueAt(root, ['freeze', index, 'from']), valueAt(root, ['freeze', index, 'to'])];
    if (typeof from !== 'string' || typeof to !== 'string' || !isDay(from) || !isDay(to) || from < to) return [];
    const remedy = 'write the first day on which work goes on again';
    return [
      complain(['freeze', index, 'to'], `${quote(to)} is not after ${quote(from)}, when the freeze begins`, remedy),
    ];
  });
}

/** Whatever a role is needed for, somebody must have it. */
function given(root: unknown): readonly Complaint[] {
  const acting = keysAt(root, ['clusters']).length > 0;
  const written = valueAt(root, ['roles']);
  if (written === undefined) {
    const remedy = 'add `roles: {admin: {groups: [S0SRE]}, responder: {groups: [S0ENG]}}`';
    const problem = 'nothing says who may act on these clusters';
    return acting ? [complain(['clusters'], problem, remedy, 'key')] : [];
  }
  if (!isMapping(written)) return [];
  const empty = roles.flatMap((role, index) => {
    const words = wordsOf(root, role);
    const above = roles.slice(index).some((other) => isGiven(written, other));
    if (above || words.length === 0) return [];
    const named = words.slice(0, 3).map(quote).join(', ') + (words.length > 3 ? ' and more' : '');
    const remedy = `write \`${role}: {groups: [${role === 'admin' ? 'S0SRE' : 'S0ENG'}]}\`${role === 'admin' ? '' : ` or \`${role}: everyone\``}`;
    return [complain(roleAt(written, role), `nobody has the role ${quote(role)}, which ${named} need`, remedy, 'key')];
  });
  return [...empty, ...(acting ? agreement(root) : [])];
}

/** Some approvals are always asked for: of workloads without an environment, and where nothing is written. */
function agreement(root: unknown): readonly Complaint[] {
  if (roles.some((role) => wordsOf(root, role).includes('approve'))) return [];
  const problem = 'no role may `approve`, and actions ask for approvals';
  return [complain(['permissions'], problem, 'add `approve` to the list of `admin`', 'key')];
}

function wordsOf(root: unknown, role: Role): readonly string[] {
  const words = valueAt(root, ['permissions', role]) ?? shippedPermissions[role];
  return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
}

/** Anything but an empty mapping counts: what is malformed is told elsewhere. */
function isGiven(written: Readonly<Record<string, unknown>>, role: Role): boolean {
  const members = written[role];
  if (members === undefined) return role === 'viewer';
  return !isMapping(members) || Object.keys(members).length > 0;
}

const roleAt = (written: Readonly<Record<string, unknown>>, role: Role): readonly string[] =>
  written[role] === undefined ? ['roles'] : ['roles', role];
