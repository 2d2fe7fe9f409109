/** The modal that declares an incident, and what it becomes once that is done. */
import type { ModalView, PlainTextOption } from '@slack/types';
import { severities } from '../../incident/incident.ts';
import type { Severity } from '../../incident/incident.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { line, mrkdwn, plain } from './text.ts';

const means: Readonly<Record<Severity, string>> = {
  info: 'good to know',
  warning: 'somebody should look today',
  high: 'users notice',
  critical: 'users are stopped',
};

const option = (severity: Severity): PlainTextOption => ({
  text: plain(`${severity}: ${means[severity]}`, 75),
  value: severity,
});

/** The form, with what has been typed already. */
export const declareForm = (title: string, severity: Severity): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.declare,
  title: plain('Declare an incident', 24),
  submit: plain('Declare', 24),
  close: plain('Cancel', 24),
  blocks: [
    {
      type: 'input',
      block_id: inputIds.title,
      label: plain('What is wrong?', 100),
      element: {
        type: 'plain_text_input',
        action_id: inputIds.title,
        ...(title === '' ? {} : { initial_value: line(title, 120) }),
        max_length: 120,
        focus_on_load: true,
        placeholder: plain('Checkout answers 502', 100),
      },
    },
    {
      type: 'input',
      block_id: inputIds.severity,
      label: plain('How bad is it?', 100),
      element: {
        type: 'static_select',
        action_id: inputIds.severity,
        options: severities.map(option).toReversed(),
        initial_option: option(severity),
      },
    },
  ],
});

/** What the form becomes when the incident is recorded: a modal has no other place to answer in. */
export const declaredForm = (says: string): ModalView => ({
  type: 'modal',
  title: plain('Incident declared', 24),
  close: plain('Close', 24),
  blocks: [{ type: 'section', text: mrkdwn(says) }],
});
