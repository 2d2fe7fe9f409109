/** What the forms about a run share: which run it is, and what it does to what. */
import type { InputBlock, KnownBlock } from '@slack/types';
import type { Run } from '../../action/run.ts';
import { inputIds } from '../ids.ts';
import { orderOf, wholeTarget } from './orders.ts';
import { plain } from './text.ts';

/** The run in a line. */
export const aboutRun = ({ id, order, target }: Run): KnownBlock => ({
  type: 'section',
  text: plain(`Run ${id}: ${orderOf(order, wholeTarget(target))}`, 600),
});

/** The input for a reason, which must be given. */
export const reasonInput = (label: string, focused: boolean): InputBlock => ({
  type: 'input',
  block_id: inputIds.reason,
  label: plain(label, 100),
  element: {
    type: 'plain_text_input',
    action_id: inputIds.reason,
    multiline: true,
    max_length: 500,
    focus_on_load: focused,
  },
});
