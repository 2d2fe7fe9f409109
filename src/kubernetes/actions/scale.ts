/** Scale: another number of replicas, as far as no autoscaler stands against it. */
import type { Plan, Warning } from '../../action/action.ts';
import type { Refusal } from '../../incident/event.ts';
import { dig, type JsonObject, number, text } from '../json.ts';
import { workloadPath } from '../names.ts';
import type { Recipe, Scene } from '../recipe.ts';
import { line } from '../words.ts';
import { boundsOf, isKeda } from './autoscaler.ts';
import { emptyDraft, fitsTemplate, isPaused, mergeWrite, onWorkload } from './written.ts';

/** How a workload is scaled to `to`. */
export const scale = (to: number): Recipe => ({
  ...onWorkload,
  kinds: ['Deployment', 'StatefulSet'],
  draft: async (scene) => {
    const from = replicasOf(scene.workload);
    const scaled = autoscaled(scene, from, to);
    if ('refused' in scaled) return scaled;
    return {
      ...emptyDraft(scene.workload),
      inverse: from === to ? null : { verb: 'scale', to: from },
      notes: [
        ...(from === to ? [`It has ${to} replicas already`] : []),
        ...(to === 0 ? ['Nothing will run'] : []),
        ...(isPaused(scene.workload) ? ['It is paused: it is scaled all the same, with the version that it has'] : []),
      ],
      warnings: [...scaled.warnings, ...bigStep(from, to), ...budgets(scene, from, to)],
      fields: [['spec', 'replicas']],
      morePods: Math.max(0, to - from),
    };
  },
  fits: (plan, workload) => fits(plan, workload, to),
  write: (material) => mergeWrite(workloadPath(material.target), material, { replicas: to }),
});

const replicasOf = (workload: JsonObject): number => number(workload, 'spec', 'replicas') ?? 1;

function fits(plan: Plan, workload: JsonObject, to: number): ReturnType<Recipe['fits']> {
  const now = replicasOf(workload);
  if (now === to) return { already: `It has ${to} replicas already` };
  if (now !== plan.replicas) {
    return { drifted: `it has ${now} replicas, and ${String(plan.replicas)} when the plan was made` };
  }
  return fitsTemplate(plan, workload);
}

/** What an autoscaler would do about it; a refusal where it would take the change back at once. */
function autoscaled(
  { around, target }: Scene,
  from: number,
  to: number,
): Refusal | { readonly warnings: readonly Warning[] } {
  const [autoscaler, ...others] = around.autoscalers ?? [];
  if (autoscaler === undefined || from === to) return { warnings: [] };
  if (others.length > 0)
    return { refused: `${target.name} has several autoscalers, which fight each other: remove all but one` };
  const { max, min } = boundsOf(autoscaler);
  const name = `autoscaler ${line(text(autoscaler, 'metadata', 'name'), 80)} (${min} to ${max})`;
  const instead = isKeda(autoscaler)
    ? 'annotate its ScaledObject with autoscaling.keda.sh/paused-replicas instead'
    : `set the autoscaler's bounds instead`;
  const warns = (text_: string): { readonly warnings: readonly Warning[] } => ({
    warnings: [{ text: text_, blocks: false }],
  });
  if (to === 0) {
    return min === 0
      ? warns(`Its ${name} may start it again`)
      : warns(`This switches its ${name} off until somebody scales it up again`);
  }
  if (to > max) return { refused: `Its ${name} takes it back to ${max} at once: ${instead}` };
  if (to < min) return { refused: `Its ${name} takes it back to ${min} at once: ${instead}` };
  if (from === 0) return warns(`This switches its ${name} on again`);
  return to > from
    ? warns(`Its ${name} may take this back within minutes; a higher minimum of the autoscaler lasts`)
    : warns(`Its ${name} may take this back within seconds`);
}

/** Three times as many, or 20 more, is what an incident may need; beyond that it is rather a slip of the finger. */
function bigStep(from: number, to: number): readonly Warning[] {
  const most = Math.max(3 * from, from + 20);
  return to > most
    ? [{ text: `That is a large step: from ${from} to ${to}, and ${most} is the most at once`, blocks: true }]
    : [];
}

/** Budgets limit evictions only, never scaling down. */
const budgets = ({ around }: Scene, from: number, to: number): readonly Warning[] =>
  to >= from
    ? []
    : around.budgets.flatMap((budget) => {
        const least = dig(budget, 'spec', 'minAvailable');
        if (typeof least !== 'number' || to >= least) return [];
        const name = line(text(budget, 'metadata', 'name'), 80);
        return [{ text: `Disruption budget ${name} wants ${least} pods, and does not hold here`, blocks: false }];
      });
