/** Resume: what was changed while a Deployment was paused rolls out. */
import { workloadPath } from '../names.ts';
import type { Recipe } from '../recipe.ts';
import { emptyDraft, fitsTemplate, isPaused, mergeWrite, onWorkload } from './written.ts';

/** How a Deployment is resumed. */
export const resume: Recipe = {
  ...onWorkload,
  kinds: ['Deployment'],
  draft: async ({ workload }) => ({
    ...emptyDraft(workload),
    inverse: isPaused(workload) ? { verb: 'pause' } : null,
    notes: isPaused(workload) ? ['What was changed meanwhile rolls out now'] : ['It is not paused'],
    fields: [['spec', 'paused']],
    rolls: isPaused(workload),
  }),
  fits: (plan, workload) => (isPaused(workload) ? fitsTemplate(plan, workload) : { already: 'It is not paused' }),
  write: (material) => mergeWrite(workloadPath(material.target), material, { paused: null }),
};
