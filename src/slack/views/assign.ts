/** The modal that gives a step to somebody. */
import type { ModalView } from '@slack/types';
import type { Incident } from '../../incident/incident.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { aboutStep } from './step-form.ts';
import { plain } from './text.ts';

/** The form. */
export const assignForm = (incident: Incident, metadata: string): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.assign,
  private_metadata: metadata,
  title: plain('Assign the step', 24),
  submit: plain('Assign', 24),
  close: plain('Cancel', 24),
  blocks: [
    ...aboutStep(incident),
    {
      type: 'input',
      block_id: inputIds.person,
      label: plain('Who does it?', 100),
      element: { type: 'users_select', action_id: inputIds.person, focus_on_load: true },
    },
  ],
});
