/** The buttons of a message: exactly what the rule book would accept now, so none is ever dead. */
import type { Button, KnownBlock } from '@slack/types';
import { choicesOf, usualSnooze } from '../../incident/choices.ts';
import type { Choice } from '../../incident/choices.ts';
import { phaseOf } from '../../incident/incident.ts';
import type { Incident, Instant } from '../../incident/incident.ts';
import { levelNames } from '../../incident/pager-sentences.ts';
import { spoken } from '../../incident/timeline.ts';
import { actionIds, buttonsId, encodeSeen } from '../ids.ts';
import type { Surface } from '../ids.ts';
import { isPlanned } from './headline.ts';
import { line, plain } from './text.ts';

/** People who only look at the announcement may come to help; steering is for those who work on the incident. */
const announced: ReadonlySet<Choice> = new Set<Choice>(['acknowledge', 'take-command', 'resolve']);

/** The actions block, or nothing when there is nothing to do. */
export function buttonsOf(incident: Incident, surface: Surface, now: Instant): KnownBlock[] {
  const { number, version } = incident;
  const value = encodeSeen({ number, version, surface });
  const shown = choicesOf(incident, now).filter((choice) => surface !== 'announcement' || announced.has(choice));
  const elements = shown.map((choice): Button => {
    return { type: 'button', action_id: actionIds[choice], value, ...look(choice, incident) };
  });
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: buttonsId, elements }];
}

/** What ending an incident is called: what is resolved already, or was planned, is merely closed. */
export const closeWord = (incident: Incident): string =>
  phaseOf(incident) === 'resolved' || isPlanned(incident) ? 'Close' : 'Resolve';

function look(choice: Choice, incident: Incident): Pick<Button, 'text' | 'style' | 'confirm'> {
  switch (choice) {
    case 'acknowledge':
      return { text: plain('Acknowledge', 30), style: 'primary' };
    case 'take-command': {
      const text = plain('Take command', 30);
      if (incident.commander === null) return { text };
      const asks = `${line(incident.commander.name, 80)} commands incident ${incident.number}. Take over?`;
      return { text, confirm: { title: text, text: plain(asks, 300), confirm: text, deny: plain('Leave it', 30) } };
    }
    case 'unack':
      return { text: plain('Un-acknowledge', 30) };
    case 'snooze':
      return { text: plain(`Snooze ${spoken(usualSnooze)}`, 30) };
    case 'accept-handoff':
      return { text: plain('Accept command', 30), style: 'primary' };
    case 'page':
      return { text: plain('Page', 30) };
    case 'escalate':
      return escalating(incident);
    case 'resolve':
      return { text: plain(closeWord(incident), 30) };
  }
}

/** Whom it calls is named before anybody is woken. */
function escalating({ number, policy, ladder }: Incident): Pick<Button, 'text' | 'confirm'> {
  const text = plain('Escalate', 30);
  const entered = ladder.is === 'idle' ? 0 : ladder.entered;
  const level = policy.levels[entered] ?? policy.levels.at(-1);
  const name = level === undefined ? 'the next level' : levelNames([level]);
  const asks = `Call ${line(name, 150)} for incident ${number} now?`;
  return {
    text,
    confirm: { title: text, text: plain(asks, 300), confirm: plain('Call', 30), deny: plain('Wait', 30) },
  };
}
