/** The door for the steps of a runbook: pressed buttons, menus and submitted forms, parsed once. */
import { z } from 'zod';
import { encodeStep, inputIds, stepValue } from '../ids.ts';
import type { StepSeen } from '../ids.ts';
import { formOf, personField, textField, user } from './door.ts';
import type { Claimed } from './door.ts';

/** A runbook card of ours, and what was pressed on it. */
export interface StepSpot {
  readonly seen: StepSeen;
  readonly channel: string;
  readonly ts: string;
}

/** A pressed button of a step, or an answer that was chosen in its menu. */
export interface StepPressed {
  readonly by: Claimed;
  readonly trigger: string;
  /** Null when the value is that of another release. */
  readonly spot: StepSpot | null;
}

const chosen = z.object({ value: z.string() }).optional();

const pressed = z
  .object({
    user,
    trigger_id: z.string(),
    container: z.object({ channel_id: z.string(), message_ts: z.string() }),
    actions: z.tuple([z.object({ value: z.string().optional(), selected_option: chosen })]),
  })
  .transform(
    ({ user: by, trigger_id: trigger, container, actions: [{ value, selected_option: option }] }): StepPressed => {
      const { data: seen } = stepValue.safeParse(value ?? option?.value ?? '');
      const place = { channel: container.channel_id, ts: container.message_ts };
      return { by, trigger, spot: seen === undefined ? null : { seen, ...place } };
    },
  );

/** Reads a press. */
export const stepPressOf = (body: unknown): StepPressed => pressed.parse(body);

/** Writes what a form must remember of the card. */
export const stepMetadata = ({ seen: { number, visit, choice }, channel, ts }: StepSpot): string =>
  JSON.stringify({ seen: encodeStep(number, visit, choice, null), channel, ts });

/** A submitted form about a step. */
export interface StepAnswer {
  readonly by: Claimed;
  readonly view: string;
  readonly spot: StepSpot;
  /** The reason, the id of the person, or the id of the step; empty when nothing was given. */
  readonly given: string;
}

const { reason: reasonId, person: personId, step: stepId } = inputIds;

const answer = formOf(stepValue, {
  [reasonId]: z.object({ [reasonId]: textField }).optional(),
  [personId]: z.object({ [personId]: personField }).optional(),
  [stepId]: z.object({ [stepId]: z.object({ selected_option: chosen.nullable() }) }).optional(),
}).transform(({ user: by, view: { id: view, private_metadata: spot, state } }): StepAnswer => {
  const { [reasonId]: reason, [personId]: person, [stepId]: step } = state.values;
  const given = reason?.[reasonId].value ?? person?.[personId].selected_user ?? step?.[stepId].selected_option?.value;
  return { by, view, spot, given: given ?? '' };
});

/** Reads a submitted form about a step. */
export const stepAnswerOf = (body: unknown): StepAnswer => answer.parse(body);
