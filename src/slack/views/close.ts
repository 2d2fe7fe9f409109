/** The modal that closes an incident: it asks why, and insists while the rule book does. */
import type { KnownBlock, ModalView } from '@slack/types';
import type { Incident } from '../../incident/incident.ts';
import { counted } from '../../incident/timeline.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { closeWord } from './buttons.ts';
import { headlineOf, isPlanned } from './headline.ts';
import { leftOf } from './left.ts';
import { rowsOf, told } from './rich.ts';
import { plain } from './text.ts';

/**
 * The form. `insists` when closing needs a reason. `incident` is undefined when it could not be read in time; then the
 * rule book asks afterwards.
 */
export function closeForm(incident: Incident | undefined, insists: boolean, metadata: string): ModalView {
  const word = incident === undefined ? 'Close' : closeWord(incident);
  return {
    type: 'modal',
    callback_id: callbackIds.resolve,
    private_metadata: metadata,
    title: plain(incident !== undefined && isPlanned(incident) ? 'Close the checklist' : `${word} incident`, 24),
    submit: plain(word, 24),
    close: plain('Cancel', 24),
    blocks: [
      ...aboutOf(incident),
      {
        type: 'input',
        block_id: inputIds.reason,
        optional: !insists,
        label: plain(insists ? 'Why may it be closed?' : 'What was it?', 100),
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

/** Which incident it is, what closing does while something fires, and what stays changed. */
function aboutOf(incident: Incident | undefined): KnownBlock[] {
  if (incident === undefined) return [];
  const title: KnownBlock = { type: 'section', text: plain(headlineOf(incident), 200) };
  const left = told(...rowsOf(...leftOf(incident)));
  const firing = Object.values(incident.alerts).filter((alert) => alert.status === 'firing').length;
  if (firing === 0) return [title, ...left];
  const warning = `⚠️ ${counted(firing, 'alert')} still firing. Repeats will not re-open the incident; an alert that starts anew will.`;
  return [title, { type: 'section', text: plain(warning, 300) }, ...left];
}
