/** The buttons of an action's card: exactly what the rule book would accept now, so none is ever dead. */
import type { Button, KnownBlock } from '@slack/types';
import { runChoicesOf } from '../../action/choices.ts';
import type { RunChoice } from '../../action/choices.ts';
import type { Run } from '../../action/run.ts';
import type { Facts } from '../../incident/facts.ts';
import type { Incident, Instant } from '../../incident/incident.ts';
import { buttonsId, encodeRun, runActionIds } from '../ids.ts';
import { orderOf, wholeTarget } from './orders.ts';
import { plain } from './text.ts';

/** The actions block, or nothing when there is nothing to do. */
export function runButtonsOf(incident: Incident, run: Run, facts: Facts, now: Instant): KnownBlock[] {
  const count = String(Object.keys(incident.runs).length);
  const digest = run.stand.is === 'planned' ? run.stand.plan.digest : '';
  const elements = runChoicesOf(incident, run, now, facts).map((choice): Button => {
    const value = encodeRun({ run: run.id, choice, mark: choice === 'approve' ? digest : count });
    return { type: 'button', action_id: runActionIds[choice], value, ...look(choice, run) };
  });
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: buttonsId, elements }];
}

type Look = Pick<Button, 'text' | 'style' | 'confirm'>;

/** What changes a workload is asked once more, by name. */
function look(choice: RunChoice, run: Run): Look {
  const whole = wholeTarget(run.target);
  switch (choice) {
    case 'approve': {
      const others = run.stand.is === 'planned' && run.stand.needed > 0;
      return asking(others ? 'Approve' : 'Run it', `${orderOf(run.order, whole)}?`, 'danger');
    }
    case 'break-glass':
      return { text: plain('Break the glass…', 30) };
    case 'cancel':
      return { text: plain('Call off', 30) };
    case 'revert':
      return asking('Revert', run.inverse === null ? '?' : `Plan this: ${orderOf(run.inverse, whole)}?`, 'primary');
    case 'keep':
      return { text: plain('Keep…', 30) };
    case 'delete-pod': {
      const pod = run.stand.is === 'ended' ? (run.stand.stuck ?? '') : '';
      return asking('Delete the stuck pod', `Plan this: ${orderOf({ verb: 'delete-pod', pod }, whole)}?`, 'danger');
    }
  }
}

function asking(label: string, question: string, style: 'danger' | 'primary'): Look {
  const text = plain(label, 30);
  const deny = plain('Leave it', 30);
  const confirm = { title: text, text: plain(question, 300), confirm: text, deny };
  return style === 'danger' ? { text, style, confirm: { ...confirm, style } } : { text, style, confirm };
}
