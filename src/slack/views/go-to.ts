/** The modal that goes to another step of the runbook at hand. */
import type { ModalView, PlainTextOption } from '@slack/types';
import type { Incident } from '../../incident/incident.ts';
import { expand, scopeOf } from '../../runbook/expand.ts';
import type { Step } from '../../runbook/runbook.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { aboutStep } from './step-form.ts';
import { line, plain } from './text.ts';

/** Slack's limit for a menu. */
const mostOptions = 100;

/** The form, with the steps that one may go to; at least one. */
export function goToForm(incident: Incident, places: readonly Step[], metadata: string): ModalView {
  const scope = scopeOf(incident);
  const options = places.slice(0, mostOptions).map(({ id, title }): PlainTextOption => {
    return { text: plain(line(expand(title, scope), 75), 75), value: id };
  });
  return {
    type: 'modal',
    callback_id: callbackIds['go-to'],
    private_metadata: metadata,
    title: plain('Go to a step', 24),
    submit: plain('Go', 24),
    close: plain('Cancel', 24),
    blocks: [
      ...aboutStep(incident),
      {
        type: 'input',
        block_id: inputIds.step,
        label: plain('Which step comes now?', 100),
        element: { type: 'static_select', action_id: inputIds.step, options, focus_on_load: true },
      },
    ],
  };
}
