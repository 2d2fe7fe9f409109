/** The modal that breaks the glass: an admin does it alone, with a reason that everybody reads. */
import type { ModalView } from '@slack/types';
import type { Run } from '../../action/run.ts';
import { callbackIds } from '../ids.ts';
import { aboutRun, reasonInput } from './run-form.ts';
import { plain } from './text.ts';

const warning =
  'A new plan is made and done at once, without anybody’s approval and past freezes and warnings that stop others. Your name and your reason are announced and kept.';

/** The form. */
export const glassForm = (run: Run, metadata: string): ModalView => ({
  type: 'modal',
  callback_id: callbackIds['break-glass'],
  private_metadata: metadata,
  title: plain('Break the glass', 24),
  submit: plain('Break the glass', 24),
  close: plain('Cancel', 24),
  blocks: [
    aboutRun(run),
    { type: 'section', text: plain(`⚠️ ${warning}`, 400) },
    reasonInput('Why can’t it wait for others?', true),
  ],
});
