/** The catalogue: for each verb, how it is done. A new deed in the cluster is a new recipe, and a line here. */
import type { Order } from '../action/action.ts';
import { deletePod } from './actions/delete-pod.ts';
import { pause } from './actions/pause.ts';
import { restart } from './actions/restart.ts';
import { resume } from './actions/resume.ts';
import { rollback } from './actions/rollback.ts';
import { scale } from './actions/scale.ts';
import { setAutoscalerBounds } from './actions/set-autoscaler-bounds.ts';
import type { Recipe } from './recipe.ts';

/** The recipe for an order. */
export function recipeFor(order: Order): Recipe {
  switch (order.verb) {
    case 'restart':
      return restart;
    case 'scale':
      return scale(order.to);
    case 'rollback':
      return rollback(order.to);
    case 'pause':
      return pause;
    case 'resume':
      return resume;
    case 'delete-pod':
      return deletePod(order.pod);
    case 'set-autoscaler-bounds':
      return setAutoscalerBounds(order);
  }
}
