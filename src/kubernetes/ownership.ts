/** Who else writes a workload: GitOps tools, Helm, operators. Ownership of the very field decides; labels only name the tool. */
import { isObject, type Json, list, object, text, texts } from './json.ts';
import { fieldManager } from './names.ts';
import { line } from './words.ts';

/** A field of a workload: `['spec', 'replicas']`. */
export type FieldPath = readonly string[];

/** A tool that keeps a workload as it is written elsewhere. */
export interface Owner {
  readonly tool: 'argo' | 'flux' | 'flux-helm' | 'helm' | 'operator' | 'flagger' | 'apply';
  /** `Argo CD application shop`. */
  readonly name: string;
  /** Whether the field that would be changed is certainly its own, certainly not, or nobody can say. */
  readonly owns: 'yes' | 'no' | 'unknown';
}

/** Field managers of the tools that put back what they own. */
const keepers: readonly (readonly [RegExp, Owner['tool'], string])[] = [
  [/^argocd|^argo-cd/, 'argo', 'Argo CD'],
  [/^kustomize-controller$|^flux/, 'flux', 'Flux'],
  [/^helm-controller$/, 'flux-helm', 'Flux'],
];

/** Those who would take back a change of the fields. */
export function ownersOf(workload: Json, fields: readonly FieldPath[]): readonly Owner[] {
  const managed = list(workload, 'metadata', 'managedFields');
  const holders = managed.filter(
    (entry) => text(entry, 'subresource') === '' && fields.some((path) => holds(object(entry, 'fieldsV1'), path)),
  );
  const owns = (managers: RegExp): Owner['owns'] => {
    if (managed.length === 0) return 'unknown';
    return holders.some((entry) => managers.test(text(entry, 'manager'))) ? 'yes' : 'no';
  };
  const named = byLabels(workload, owns);
  const byField = holders.flatMap((entry): readonly Owner[] => {
    const manager = text(entry, 'manager');
    const known = keepers.find(([pattern]) => pattern.test(manager));
    if (known !== undefined) {
      const [, tool, name] = known;
      return named.some((owner) => owner.tool === tool) ? [] : [{ tool, name, owns: 'yes' }];
    }
    const isOurs = manager === fieldManager || manager.startsWith(`${fieldManager}-`);
    const applies = text(entry, 'operation') === 'Apply' && !isOurs;
    return applies ? [{ tool: 'apply', name: line(manager, 60) || 'somebody', owns: 'yes' }] : [];
  });
  return [...named, ...byField];
}

function byLabels(workload: Json, owns: (managers: RegExp) => Owner['owns']): readonly Owner[] {
  const labels = texts(workload, 'metadata', 'labels');
  const notes = texts(workload, 'metadata', 'annotations');
  const say = (tool: string, name: string | undefined): string => `${tool} ${line(name ?? '', 100)}`.trim();
  const tracking = notes['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  const flux = labels['kustomize.toolkit.fluxcd.io/name'];
  const helmRelease = labels['helm.toolkit.fluxcd.io/name'];
  const helm = notes['meta.helm.sh/release-name'];
  const owners: (Owner | null)[] = [
    tracking === undefined
      ? null
      : { tool: 'argo', name: say('Argo CD application', tracking), owns: owns(/^argocd|^argo-cd/) },
    flux === undefined || isLeftAlone(notes)
      ? null
      : { tool: 'flux', name: say('Flux Kustomization', flux), owns: owns(/^kustomize-controller$|^flux/) },
    helmRelease === undefined
      ? null
      : { tool: 'flux-helm', name: say('Flux HelmRelease', helmRelease), owns: owns(/^helm-controller$/) },
    helm === undefined || helmRelease !== undefined || labels['app.kubernetes.io/managed-by'] !== 'Helm'
      ? null
      : { tool: 'helm', name: say('Helm release', helm), owns: 'unknown' },
    operatorOf(workload, labels, notes),
  ];
  return owners.filter((owner) => owner !== null);
}

/** Flux' own ways of being told to keep away. */
const isLeftAlone = (notes: Readonly<Record<string, string>>): boolean =>
  notes['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled' ||
  ['Merge', 'Ignore', 'IfNotPresent'].includes(notes['kustomize.toolkit.fluxcd.io/ssa'] ?? '');

function operatorOf(
  workload: Json,
  labels: Readonly<Record<string, string>>,
  notes: Readonly<Record<string, string>>,
): Owner | null {
  const reference = list(workload, 'metadata', 'ownerReferences').find(
    (one) => isObject(one) && one['controller'] === true,
  );
  if (reference !== undefined) {
    const name = `${line(text(reference, 'kind'), 60)} ${line(text(reference, 'name'), 100)}`;
    return { tool: text(reference, 'kind') === 'Canary' ? 'flagger' : 'operator', name, owns: 'yes' };
  }
  const olm = labels['olm.owner'];
  if (olm !== undefined) return { tool: 'operator', name: `OLM ${line(olm, 100)}`, owns: 'yes' };
  const sync = notes['config.k8s.io/owning-inventory'];
  if (sync !== undefined) return { tool: 'operator', name: 'Config Sync', owns: 'yes' };
  const rancher = Object.keys({ ...labels, ...notes }).some((key) => key.startsWith('objectset.rio.cattle.io/'));
  return rancher ? { tool: 'operator', name: 'Rancher', owns: 'yes' } : null;
}

/** Whether a set of managed fields holds the path, or something inside it. */
function holds(fields: Json, path: FieldPath): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  if (!isObject(fields)) return false;
  // A list is keyed by what its items are called: k:{"name":"app"}.
  const key = first.startsWith('k:') ? first : `f:${first}`;
  const inner = fields[key];
  return inner !== undefined && holds(inner, rest);
}
