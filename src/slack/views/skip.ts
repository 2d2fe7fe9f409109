/** The modal that skips a step: it asks why. */
import type { ModalView } from '@slack/types';
import type { Incident } from '../../incident/incident.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { aboutStep } from './step-form.ts';
import { plain } from './text.ts';

/** The form. */
export const skipForm = (incident: Incident, metadata: string): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.skip,
  private_metadata: metadata,
  title: plain('Skip the step', 24),
  submit: plain('Skip', 24),
  close: plain('Cancel', 24),
  blocks: [
    ...aboutStep(incident),
    {
      type: 'input',
      block_id: inputIds.reason,
      label: plain('Why is it skipped?', 100),
      element: {
        type: 'plain_text_input',
        action_id: inputIds.reason,
        multiline: true,
        max_length: 500,
        focus_on_load: true,
      },
    },
  ],
});
