/** The modal that closes an incident: it asks why, and insists while alerts still fire. */
import type { KnownBlock, ModalView } from '@slack/types';
import { phaseOf } from '../../incident/incident.ts';
import type { Incident } from '../../incident/incident.ts';
import { counted } from '../../incident/timeline.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { plain } from './text.ts';

/** The form; `incident` is undefined when it could not be read in time, and then the rule book asks afterwards. */
export function closeForm(number: number, incident: Incident | undefined, metadata: string): ModalView {
  const over = incident === undefined || phaseOf(incident) === 'resolved';
  return {
    type: 'modal',
    callback_id: callbackIds.resolve,
    private_metadata: metadata,
    title: plain(`${over ? 'Close' : 'Resolve'} incident`, 24),
    submit: plain(over ? 'Close it' : 'Resolve', 24),
    close: plain('Cancel', 24),
    blocks: [
      { type: 'section', text: plain(`${number} · ${incident?.title ?? 'incident'}`, 200) },
      ...warningOf(incident),
      {
        type: 'input',
        block_id: inputIds.reason,
        optional: over,
        label: plain(over ? 'What was it?' : 'Why may it be closed?', 100),
        element: {
          type: 'plain_text_input',
          action_id: inputIds.reason,
          multiline: true,
          max_length: 500,
          focus_on_load: true,
        },
      },
    ],
  };
}

/** What closing does while something fires. */
function warningOf(incident: Incident | undefined): KnownBlock[] {
  const firing = Object.values(incident?.alerts ?? {}).filter((alert) => alert.status === 'firing').length;
  if (firing === 0) return [];
  const text = `${counted(firing, 'alert')} still firing. Repeats will not re-open the incident; an alert that starts anew will.`;
  return [{ type: 'section', text: plain(`⚠️ ${text}`, 300) }];
}
