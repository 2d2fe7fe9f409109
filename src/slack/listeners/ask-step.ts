/** Buttons of a step that ask for something first: a reason to skip, a person to assign, a step to go to. */
import type { App, BlockAction, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Recorded } from '../../incident/contracts.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import type { StepDeed } from '../../runbook/events.ts';
import type { Incident, Instant, Person } from '../../incident/incident.ts';
import { transition } from '../../incident/transition.ts';
import { askedDeedOf, placesOf } from '../../runbook/choices.ts';
import type { StepAsking } from '../../runbook/choices.ts';
import { callbackIds, inputIds, stepActionIds } from '../ids.ts';
import { assignForm } from '../views/assign.ts';
import { goToForm } from '../views/go-to.ts';
import { skipForm } from '../views/skip.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';
import type { Claimed } from './door.ts';
import { lookUp } from './person.ts';
import { redrawWalk } from './redraw.ts';
import { answerStep } from './step.ts';
import { stepAnswerOf, stepMetadata, stepPressOf } from './step-door.ts';
import type { StepSpot } from './step-door.ts';
import { within } from './within.ts';

/** A trigger lives three seconds, so the incident is looked up for one at most. */
const lookFor = 1000;

/** What a person reads when the form can't be opened. */
const notOpened = 'The form did not open. Press again.';

/** The input of each form, where a refusal is shown. */
const inputOf: Readonly<Record<StepAsking, string>> = {
  skip: inputIds.reason,
  assign: inputIds.person,
  'go-to': inputIds.step,
};

/** Listens to the three buttons and to their forms. */
export function listenToAskings(app: App, desk: Desk): void {
  for (const asking of ['skip', 'assign', 'go-to'] as const) {
    app.action<BlockAction>(stepActionIds[asking], async ({ body, ack, respond }) => {
      const { by, spot, trigger } = stepPressOf(body);
      const form = spot === null ? { refused: strayButton } : await formFor(desk, asking, by, spot);
      await ack();
      if (isRefusal(form)) return answerStep(desk, respond, spot, form);
      desk.later(
        `opening the form to ${asking} at a step`,
        () => desk.slack.views.open({ trigger_id: trigger, view: form }),
        () => tell(respond, notOpened),
      );
    });
    const constraints = { callback_id: callbackIds[asking], type: 'view_submission' } as const;
    app.view<ViewSubmitAction>(constraints, async ({ body, ack }) => {
      const { by, view, spot, given } = stepAnswerOf(body);
      const { number } = spot.seen;
      const answer = await recordAsked(desk, asking, by, spot, given, `view:${view}`);
      if (isRefusal(answer)) return ack({ response_action: 'errors', errors: { [inputOf[asking]]: answer.refused } });
      await ack();
      desk.later(`drawing the runbook card of incident ${number} again`, async () => {
        const message = await redrawWalk(desk, answer.incident);
        const { channel, ts } = spot;
        if (message !== null) await desk.slack.chat.update({ channel, ts, parse: 'none', ...message });
      });
    });
  }
}

/** The form, unless the rule book would refuse whatever is answered in it. */
async function formFor(desk: Desk, asking: StepAsking, by: Claimed, spot: StepSpot): Promise<ModalView | Refusal> {
  const { number, visit } = spot.seen;
  const [actor, incident] = await Promise.all([desk.actorOf(by, 'step'), within(lookFor, desk.read.incident(number))]);
  if (isRefusal(actor)) return actor;
  if (incident === undefined) return { refused: notOpened };
  const deed = askedDeedOf(asking, actor.person, desk.clock(), visit, incident);
  const tried = transition(incident, deed, { ...desk.facts, actor });
  return isRefusal(tried) ? tried : drawForm(desk, asking, incident, stepMetadata(spot));
}

function drawForm(desk: Desk, asking: StepAsking, incident: Incident, metadata: string): ModalView | Refusal {
  switch (asking) {
    case 'skip':
      return skipForm(incident, metadata);
    case 'assign':
      return assignForm(incident, metadata);
    case 'go-to': {
      const places = placesOf(incident, desk.clock(), desk.facts);
      return places.length === 0
        ? { refused: 'There is no other step to go to.' }
        : goToForm(incident, places, metadata);
    }
  }
}

async function recordAsked(
  desk: Desk,
  asking: StepAsking,
  claimed: Claimed,
  { seen: { number, visit } }: StepSpot,
  given: string,
  cause: string,
): Promise<Recorded | Refusal> {
  // Looked up at the same time: a form must be answered within three seconds.
  const assigned = asking === 'assign' && given !== claimed.id ? lookUp(desk, given) : undefined;
  const [actor, to] = await Promise.all([desk.actorOf(claimed, 'step'), assigned]);
  if (isRefusal(actor)) return actor;
  if (to !== undefined && isRefusal(to)) return to;
  const deed = deedOf(asking, { at: desk.clock(), by: actor.person, visit }, given, to ?? actor.person);
  return desk.record(deed, number, cause, actor);
}

function deedOf(
  asking: StepAsking,
  deed: { readonly at: Instant; readonly by: Person; readonly visit: number },
  given: string,
  to: Person,
): StepDeed {
  switch (asking) {
    case 'skip':
      return { ...deed, type: 'StepSkipped', reason: given };
    case 'assign':
      return { ...deed, type: 'StepAssigned', to };
    case 'go-to':
      return { ...deed, type: 'StepChosen', step: given };
  }
}
