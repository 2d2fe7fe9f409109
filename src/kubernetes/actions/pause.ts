/** Pause: a paused Deployment takes changes in without rolling them out. */
import { workloadPath } from '../names.ts';
import type { Recipe } from '../recipe.ts';
import { emptyDraft, isPaused, mergeWrite, onWorkload } from './written.ts';

/** How a Deployment is paused. What it is paused in the middle of does not matter: stopping is the point. */
export const pause: Recipe = {
  ...onWorkload,
  kinds: ['Deployment'],
  draft: async ({ workload }) => ({
    ...emptyDraft(workload),
    inverse: isPaused(workload) ? null : { verb: 'resume' },
    notes: isPaused(workload)
      ? ['It is paused already']
      : ['Until it is resumed, only its replicas can be changed; restarts and rollbacks are refused'],
    fields: [['spec', 'paused']],
  }),
  fits: (_plan, workload) => (isPaused(workload) ? { already: 'It is paused already' } : 'fits'),
  write: (material) => mergeWrite(workloadPath(material.target), material, { paused: true }),
};
