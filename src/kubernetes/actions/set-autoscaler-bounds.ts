/** Set the bounds of the autoscaler: where it would fight a change of replicas, this is what lasts. */
import type { Order } from '../../action/action.ts';
import type { Refusal } from '../../incident/event.ts';
import { type JsonObject, number, text } from '../json.ts';
import { single } from '../names.ts';
import type { Draft, Recipe, Scene } from '../recipe.ts';
import { line } from '../words.ts';
import { boundsOf, isKeda } from './autoscaler.ts';
import { emptyDraft, mergeWrite, onWorkload } from './written.ts';

type BoundsOrder = Extract<Order, { verb: 'set-autoscaler-bounds' }>;

/** How the bounds of a workload's autoscaler are set. */
export const setAutoscalerBounds = (order: BoundsOrder): Recipe => {
  const path: Recipe['path'] = ({ object }, { namespace }) =>
    single('autoscaling/v2', namespace, 'horizontalpodautoscalers', object?.name ?? '');
  return {
    ...onWorkload,
    kinds: ['Deployment', 'StatefulSet'],
    path,
    uid: ({ object }) => object?.uid ?? '',
    draft: async (scene) => draft(scene, order),
    fits: ({ inverse }, autoscaler) => {
      const { max, min } = boundsOf(autoscaler);
      if (same(order.min, min) && same(order.max, max)) return { already: `It has these bounds already` };
      const planned = inverse?.verb === 'set-autoscaler-bounds' ? inverse : { min: null, max: null };
      return same(planned.min, min) && same(planned.max, max)
        ? 'fits'
        : { drifted: `its autoscaler has other bounds than when the plan was made: ${min} to ${max}` };
    },
    write: (material) => mergeWrite(path(material.plan, material.target), material, specOf(order)),
  };
};

const same = (wanted: number | null, found: number): boolean => wanted === null || wanted === found;

const specOf = ({ max, min }: BoundsOrder): JsonObject => ({
  ...(min === null ? {} : { minReplicas: min }),
  ...(max === null ? {} : { maxReplicas: max }),
});

function draft({ around, target, workload }: Scene, order: BoundsOrder): Draft | Refusal {
  if (order.min === null && order.max === null) return { refused: 'Neither a minimum nor a maximum is given' };
  if (around.autoscalers === null) {
    return { refused: `Vigie may not list autoscalers in ${target.namespace}: add this to its Role` };
  }
  const [autoscaler, ...others] = around.autoscalers;
  if (autoscaler === undefined) return { refused: `${target.name} has no autoscaler: scale it instead` };
  if (others.length > 0) {
    return { refused: `${target.name} has several autoscalers, which fight each other: remove all but one` };
  }
  const name = text(autoscaler, 'metadata', 'name');
  if (isKeda(autoscaler)) {
    return { refused: `KEDA made autoscaler ${line(name, 80)} and would take this back: change its ScaledObject` };
  }
  const old = boundsOf(autoscaler);
  const now = { min: order.min ?? old.min, max: order.max ?? old.max };
  if (now.min > now.max) return { refused: `The minimum ${now.min} would be above the maximum ${now.max}` };
  const replicas = number(workload, 'spec', 'replicas') ?? 1;
  const fewer = replicas > now.max ? `It has ${replicas} replicas: it goes down to ${now.max} at once` : '';
  const more =
    replicas < now.min && replicas > 0 ? `It has ${replicas} replicas: it goes up to ${now.min} at once` : '';
  const isSame = now.min === old.min && now.max === old.max;
  return {
    ...emptyDraft(autoscaler),
    object: { name, uid: text(autoscaler, 'metadata', 'uid') },
    inverse: isSame
      ? null
      : {
          verb: 'set-autoscaler-bounds',
          min: order.min === null ? null : old.min,
          max: order.max === null ? null : old.max,
        },
    notes: [isSame ? 'It has these bounds already' : '', more].filter((note) => note !== ''),
    warnings: fewer === '' ? [] : [{ text: fewer, blocks: false }],
    fields: [
      ['spec', 'minReplicas'],
      ['spec', 'maxReplicas'],
    ].filter(([, key]) => key !== undefined && key in specOf(order)),
    morePods: more === '' ? 0 : now.min - replicas,
  };
}
