/** Roll back: the template of an earlier revision, pinned by uid and contents when the plan was made. */
import type { Order, Plan, Target } from '../../action/action.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Cluster } from '../cluster.ts';
import { imagesOf } from '../diff.ts';
import { type Json, type JsonObject, list, number, object, text, texts } from '../json.ts';
import { KubeError } from '../kube-error.ts';
import { idOfRun, printMarker } from '../marker.ts';
import { marker, single, workloadPath } from '../names.ts';
import type { FieldPath } from '../ownership.ts';
import { type Operation, pointer } from '../patching.ts';
import type { Draft, Material, Recipe, Scene, Write } from '../recipe.ts';
import { type Past, readPast } from '../revisions.ts';
import { bareTemplate, digestOf, hashOf } from '../template.ts';
import { line, spokenSpan } from '../words.ts';
import { choose } from './rollback-target.ts';
import { emptyDraft, fitsTemplate, isPaused, onWorkload } from './written.ts';

/** How a workload is rolled back. */
export const rollback = (to: Extract<Order, { verb: 'rollback' }>['to']): Recipe => ({
  ...onWorkload,
  kinds: ['Deployment', 'StatefulSet', 'DaemonSet'],
  draft: async (scene) => draft(scene, to),
  fits: (plan, workload) => {
    const hash = hashOf(object(workload, 'spec', 'template'));
    if (plan.pinned?.templateHash === hash)
      return { already: `It has the version of revision ${plan.pinned.revision} already` };
    return isPaused(workload) ? { drifted: 'it was paused since the plan was made' } : fitsTemplate(plan, workload);
  },
  template: pinnedTemplate,
  write,
  // The controllers give a revision that is used again the highest number.
  trace: async ({ pinned }, { kind }, cluster, workload) => {
    const past = await readPast(cluster, kind, workload);
    return past.some(({ number: now, uid }) => uid === pinned?.uid && now > pinned.revision);
  },
});

function draft(scene: Scene, to: 'previous' | number): Draft | Refusal {
  const { now, past, target, workload } = scene;
  if (isPaused(workload))
    return { refused: `${target.name} is paused, so a rollback would do nothing: resume it first` };
  if (past === null) return { refused: `Vigie may not list the revisions of ${target.name}: add this to its Role` };
  const current = past.find(({ isCurrent }) => isCurrent);
  if (current === undefined) {
    return {
      refused: `The revision that ${target.name} has now is not among its revisions yet: try again in a moment`,
    };
  }
  const chosen = choose(past, to, now);
  if ('refused' in chosen) return chosen;
  const { pick } = chosen;
  const isSameImage = digestOf([...imagesOf(pick.template)]) === digestOf([...imagesOf(current.template)]);
  return {
    ...emptyDraft(workload),
    pinned: {
      ...{ uid: pick.uid, name: pick.name, revision: pick.number, templateHash: pick.templateHash },
      returns: pick.left !== null,
    },
    inverse: current.number === 0 ? null : { verb: 'rollback', to: current.number },
    notes: [
      `From revision ${current.number} to revision ${pick.number}${livedText(pick, now)}`,
      ...chosen.notes,
      ...(isSameImage ? ['The images are the same: other parts of the pods differ'] : []),
      'ConfigMaps, Secrets and the number of replicas stay as they are',
    ],
    warnings: [...chosen.warnings, ...waits(target, workload)],
    fields: changedFields(object(workload, 'spec', 'template'), pick.template),
    rolls: true,
  };
}

const livedText = ({ lived }: Past, now: number): string =>
  lived === null ? '' : `, which was live for ${spokenSpan(lived.span)} until ${spokenSpan(now - lived.until)} ago`;

/** An ordered StatefulSet waits for a pod that never gets ready, even when it is to be replaced. */
function waits({ kind }: Target, workload: JsonObject): Draft['warnings'] {
  const isOrdered = kind === 'StatefulSet' && text(workload, 'spec', 'podManagementPolicy') !== 'Parallel';
  const missing = (number(workload, 'spec', 'replicas') ?? 1) - (number(workload, 'status', 'readyReplicas') ?? 0);
  return isOrdered && missing > 0
    ? [
        {
          text: 'A pod is not ready: the StatefulSet waits for it, so it may have to be deleted afterwards',
          blocks: false,
        },
      ]
    : [];
}

/** The containers that change, or the whole pod when it is something else. */
function changedFields(before: Json, after: Json): readonly FieldPath[] {
  const containers = list(before, 'spec', 'containers');
  const changed = containers.filter((container) => {
    const other = list(after, 'spec', 'containers').find((one) => text(one, 'name') === text(container, 'name'));
    return digestOf(other ?? null) !== digestOf(container);
  });
  return changed.length === 0
    ? [['spec', 'template', 'spec']]
    : changed.map((one) => [
        ...['spec', 'template', 'spec', 'containers'],
        `k:${JSON.stringify({ name: text(one, 'name') })}`,
      ]);
}

async function pinnedTemplate({ pinned }: Plan, target: Target, cluster: Cluster): Promise<JsonObject | Refusal> {
  const gone = { refused: `revision ${pinned?.revision ?? 0} was cleared away since the plan was made` };
  if (pinned === null) return gone;
  const isDeployment = target.kind === 'Deployment';
  const plural = isDeployment ? 'replicasets' : 'controllerrevisions';
  try {
    const revision = await cluster.get(single('apps/v1', target.namespace, plural, pinned.name));
    const template = bareTemplate(
      isDeployment ? object(revision, 'spec', 'template') : object(revision, 'data', 'spec', 'template'),
    );
    const isPinned = text(revision, 'metadata', 'uid') === pinned.uid && hashOf(template) === pinned.templateHash;
    return isPinned ? template : { refused: `revision ${pinned.revision} is another one since the plan was made` };
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'missing') return gone;
    throw error;
  }
}

/** Unlike kubectl's, it keeps the workload's annotations. The template gets no mark: it must be the old one exactly. */
function write({ plan, sign, subject, target, template }: Material): Write {
  const annotation = (key: string, value: string): Operation => ({
    op: 'add',
    path: `/metadata/annotations/${pointer(key)}`,
    value,
  });
  const cause = `vigie: rollback to revision ${plan.pinned?.revision ?? 0} (action ${idOfRun(sign.run, plan)}, requested by ${line(sign.by, 80)})`;
  const hasAnnotations = Object.keys(texts(subject, 'metadata', 'annotations')).length > 0;
  const body: readonly Operation[] = [
    { op: 'replace', path: '/metadata/resourceVersion', value: text(subject, 'metadata', 'resourceVersion') },
    { op: 'replace', path: '/spec/template', value: template },
    ...(hasAnnotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} } as const]),
    annotation(marker, printMarker(plan, sign)),
    annotation('kubernetes.io/change-cause', cause),
  ];
  return { path: workloadPath(target), patch: { type: 'json', body } };
}
