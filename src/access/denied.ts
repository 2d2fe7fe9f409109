/** Refusals for want of a right: the timeline keeps the attempt, while whoever only comes too late is merely told. */
import type { Refusal } from '../incident/event.ts';

/** Marks a refusal as one that the timeline keeps. */
export const denied = (refusal: Refusal | null): Refusal | null =>
  refusal === null ? null : { ...refusal, denied: true };
