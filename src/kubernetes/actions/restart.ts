/** Restart: a new time in an annotation of the template rolls the pods. */
import { number, object, texts } from '../json.ts';
import { restartedAt, workloadPath } from '../names.ts';
import type { Recipe } from '../recipe.ts';
import { readPast } from '../revisions.ts';
import { emptyDraft, fitsTemplate, isPaused, mergeWrite, onWorkload } from './written.ts';

/** The value is the plan's time, so that a second attempt changes nothing. */
const valueOf = (at: number): string => new Date(at).toISOString();

/** How a workload is restarted. */
export const restart: Recipe = {
  ...onWorkload,
  kinds: ['Deployment', 'StatefulSet', 'DaemonSet'],
  draft: async ({ target, workload }) => {
    if (isPaused(workload))
      return { refused: `${target.name} is paused, so a restart would do nothing: resume it first` };
    const replicas = number(workload, 'spec', 'replicas') ?? 1;
    const isIdle = target.kind !== 'DaemonSet' && replicas === 0;
    const some = replicas === 1 ? 'Its pod is replaced' : `Its ${replicas} pods are replaced, a few at a time`;
    return {
      ...emptyDraft(workload),
      notes: [
        isIdle
          ? 'It has 0 replicas: nothing runs, so nothing restarts'
          : target.kind === 'DaemonSet'
            ? 'Its pods are replaced, node by node'
            : some,
      ],
      fields: [['spec', 'template', 'metadata', 'annotations', restartedAt]],
      rolls: true,
    };
  },
  fits: (plan, workload) =>
    isPaused(workload) ? { drifted: 'it was paused since the plan was made' } : fitsTemplate(plan, workload),
  write: (material) =>
    mergeWrite(workloadPath(material.target), material, {
      template: { metadata: { annotations: { [restartedAt]: valueOf(material.plan.at) } } },
    }),
  trace: async ({ at }, { kind }, cluster, workload) => {
    const past = await readPast(cluster, kind, workload);
    const templates = [object(workload, 'spec', 'template'), ...past.map(({ template }) => template)];
    return templates.some((template) => texts(template, 'metadata', 'annotations')[restartedAt] === valueOf(at));
  },
};
