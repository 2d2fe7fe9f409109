/** What is read of a HorizontalPodAutoscaler. */
import { type Json, list, number, text } from '../json.ts';

/** The bounds of an autoscaler. A minimum that is not written is 1. */
export const boundsOf = (autoscaler: Json): { readonly min: number; readonly max: number } => ({
  min: number(autoscaler, 'spec', 'minReplicas') ?? 1,
  max: number(autoscaler, 'spec', 'maxReplicas') ?? 0,
});

/** Whether KEDA made it, and would make it anew. */
export const isKeda = (autoscaler: Json): boolean =>
  list(autoscaler, 'metadata', 'ownerReferences').some((owner) => text(owner, 'kind') === 'ScaledObject');
