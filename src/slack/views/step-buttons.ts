/** The buttons of the step at hand: exactly what the rule book would accept now, so none is ever dead. */
import type { ActionsBlockElement, Button, KnownBlock, PlainTextOption } from '@slack/types';
import type { Facts } from '../../incident/facts.ts';
import type { Incident, Instant } from '../../incident/incident.ts';
import type { Standing } from '../../runbook/advance.ts';
import { stepChoicesOf } from '../../runbook/choices.ts';
import type { StepAsking, StepPress } from '../../runbook/choices.ts';
import { expandPlace, scopeOf } from '../../runbook/expand.ts';
import type { Action, Step } from '../../runbook/runbook.ts';
import { answerIds, buttonsId, encodeStep, stepActionIds } from '../ids.ts';
import { toOf, verbs } from './does.ts';
import { wholeTarget } from './orders.ts';
import { line, plain } from './text.ts';

/** Answers in a menu: more would leave no space for the question. */
const mostAnswers = 25;

/** The actions block, or nothing when there is nothing to do. */
export function stepButtonsOf(incident: Incident, standing: Standing, facts: Facts, now: Instant): KnownBlock[] {
  const { step, cursor } = standing;
  const choices = stepChoicesOf(incident, now, facts);
  const { number, version } = incident;
  const answers = choices.filter((choice) => typeof choice === 'object');
  const elements = choices.flatMap((choice): ActionsBlockElement[] => {
    const again = choice === 'done' && cursor.stand.is === 'failed' ? version : null;
    const value = encodeStep(number, cursor.visit, choice, again);
    if (typeof choice === 'string') {
      return [{ type: 'button', action_id: stepActionIds[choice], value, ...look(choice, step, incident) }];
    }
    const text = plain(labelOf(step, choice.answer), 75);
    if (answers.length <= answerIds.length) {
      return [{ type: 'button', action_id: answerIds[choice.answer] ?? stepActionIds.answer, value, text }];
    }
    if (choice !== answers[0]) return [];
    const options = answers.slice(0, mostAnswers).map(({ answer }): PlainTextOption => {
      return { text: plain(labelOf(step, answer), 75), value: encodeStep(number, cursor.visit, { answer }, null) };
    });
    const placeholder = plain('Answer', 30);
    return [{ type: 'static_select', action_id: stepActionIds.answer, placeholder, options }];
  });
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: buttonsId, elements }];
}

const labelOf = ({ does }: Step, answer: number): string =>
  does.kind === 'decision' ? (does.options[answer]?.label ?? '') : '';

type Named = Exclude<StepPress, object> | StepAsking;

function look(choice: Named, step: Step, incident: Incident): Pick<Button, 'text' | 'style' | 'confirm'> {
  switch (choice) {
    case 'run':
    case 'retry':
      return running(plain(choice === 'run' ? 'Run' : 'Retry', 30), step, incident);
    case 'done':
      return { text: plain('Done', 30), style: 'primary' };
    case 'skip':
      return { text: plain('Skip', 30) };
    case 'assign':
      return { text: plain('Assign', 30) };
    case 'go-to':
      return { text: plain('Go to…', 30) };
  }
}

/** What changes a workload or wakes somebody is asked once more, by name. */
function running(text: Button['text'], { does }: Step, incident: Incident): Pick<Button, 'text' | 'style' | 'confirm'> {
  const deny = plain('Leave it', 30);
  switch (does.kind) {
    case 'action': {
      const verb = plain(verbs[does.action.type], 30);
      const asks = plain(question(does.action, incident), 300);
      return { text, style: 'danger', confirm: { title: verb, text: asks, confirm: verb, deny, style: 'danger' } };
    }
    case 'escalate': {
      const page = plain('Page', 30);
      const level = does.level === 'next' ? 'the next level' : `level ${line(does.level, 60)}`;
      return { text, confirm: { title: page, text: plain(`Page ${level} now?`, 300), confirm: page, deny } };
    }
    case 'check':
    case 'instruction':
    case 'decision':
    case 'wait':
    case 'runbook':
      return { text, style: 'primary' };
  }
}

/** Names the workload in full: `Restart Deployment checkout in namespace shop of cluster eu-1?` */
function question(action: Action, incident: Incident): string {
  const place = expandPlace(action.target, scopeOf(incident));
  if ('missing' in place) return 'This incident names no workload, so nothing can be done. Try it nevertheless?';
  return `${verbs[action.type]} ${wholeTarget(place.text)}${toOf(action)}?`;
}
