/** The modal that pages somebody: whom, and why. */
import type { ModalView } from '@slack/types';
import type { Incident } from '../../incident/incident.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { headlineOf } from './headline.ts';
import { plain } from './text.ts';

/** The form. `incident` is undefined when it could not be read in time. */
export const pageForm = (incident: Incident | undefined, metadata: string): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.page,
  private_metadata: metadata,
  title: plain('Page somebody', 24),
  submit: plain('Page', 24),
  close: plain('Cancel', 24),
  blocks: [
    ...(incident === undefined ? [] : [{ type: 'section', text: plain(headlineOf(incident), 200) } as const]),
    {
      type: 'input',
      block_id: inputIds.person,
      label: plain('Who is called?', 100),
      element: { type: 'users_select', action_id: inputIds.person, focus_on_load: true },
    },
    {
      type: 'input',
      block_id: inputIds.reason,
      optional: true,
      label: plain('Why?', 100),
      element: { type: 'plain_text_input', action_id: inputIds.reason, multiline: true, max_length: 300 },
    },
  ],
});
