/** The modal that leaves a change as it is: it asks who answers for it, until when, and why. */
import type { ModalView } from '@slack/types';
import type { Run } from '../../action/run.ts';
import type { Instant, Person } from '../../incident/incident.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { aboutRun, reasonInput } from './run-form.ts';
import { isSlackUser, plain, seconds } from './text.ts';

/** Tomorrow at this time, unless somebody says otherwise. */
const usually = 24 * 3_600_000;

/** The form, with whoever asks for it as the owner. */
export const keepForm = (run: Run, by: Person, now: Instant, metadata: string): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.keep,
  private_metadata: metadata,
  title: plain('Keep the change', 24),
  submit: plain('Keep', 24),
  close: plain('Cancel', 24),
  blocks: [
    aboutRun(run),
    {
      type: 'input',
      block_id: inputIds.person,
      label: plain('Who answers for it?', 100),
      element: {
        type: 'users_select',
        action_id: inputIds.person,
        ...(isSlackUser(by.id) ? { initial_user: by.id } : {}),
      },
    },
    {
      type: 'input',
      block_id: inputIds.until,
      label: plain('Until when?', 100),
      hint: plain('Then Vigie asks the owner to revert it or to keep it longer.', 150),
      element: { type: 'datetimepicker', action_id: inputIds.until, initial_date_time: seconds(now + usually) },
    },
    reasonInput('Why does it stay?', true),
  ],
});
