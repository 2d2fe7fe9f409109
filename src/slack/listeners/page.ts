/** The page button opens a form at once; submitting it calls whoever was chosen. */
import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { deedOf } from '../../incident/choices.ts';
import type { Recorded } from '../../incident/contracts.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import { transition } from '../../incident/transition.ts';
import { actionIds, callbackIds, encodeSeen, inputIds } from '../ids.ts';
import { pageForm } from '../views/page.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';
import { pageAnswerOf, pressOf } from './door.ts';
import type { Claimed, PageAnswer, Spot } from './door.ts';
import { lookUpAddress } from './person.ts';
import { answerPress } from './press.ts';
import { redraw } from './redraw.ts';
import { within } from './within.ts';

/** A trigger lives three seconds, so the incident is looked up for one at most. */
const lookFor = 1000;

/** Listens to the page button and to its form. */
export function listenToPaging(app: App, desk: Desk): void {
  app.action<BlockAction<ButtonAction>>(actionIds.page, async ({ body, ack, respond }) => {
    const { by, spot, trigger } = pressOf(body);
    const form = spot === null ? { refused: strayButton } : await formFor(desk, by, spot);
    await ack();
    if (isRefusal(form)) return answerPress(desk, respond, spot, form);
    desk.later(
      'opening the form to page somebody',
      () => desk.slack.views.open({ trigger_id: trigger, view: form }),
      () => tell(respond, 'The form did not open. Press again.'),
    );
  });

  app.view<ViewSubmitAction>({ callback_id: callbackIds.page, type: 'view_submission' }, async ({ body, ack }) => {
    const given = pageAnswerOf(body);
    const answer = await record(desk, given);
    if (isRefusal(answer)) return ack({ response_action: 'errors', errors: { [inputIds.person]: answer.refused } });
    await ack();
    const { seen, channel, ts } = given.spot;
    if (seen.surface === 'status') return;
    desk.later(`drawing incident ${seen.number} again`, async () => {
      const drawn = await redraw(desk, given.spot, answer.incident);
      await desk.slack.chat.update({ channel, ts, parse: 'none', ...drawn });
    });
  });
}

async function record(desk: Desk, { by, view, person, reason, spot }: PageAnswer): Promise<Recorded | Refusal> {
  // Looked up at the same time: a form must be answered within three seconds.
  const [actor, whom] = await Promise.all([desk.actorOf(by, 'page'), lookUpAddress(desk, person)]);
  if (isRefusal(actor)) return actor;
  if (isRefusal(whom)) return whom;
  const deed = { type: 'PeoplePaged', at: desk.clock(), by: actor.person, whom, reason } as const;
  return desk.record(deed, spot.seen.number, `view:${view}`, actor);
}

async function formFor(desk: Desk, by: Claimed, spot: Spot): Promise<ModalView | Refusal> {
  const [actor, incident] = await Promise.all([
    desk.actorOf(by, 'page'),
    within(lookFor, desk.read.incident(spot.seen.number)),
  ]);
  if (isRefusal(actor)) return actor;
  const metadata = JSON.stringify({ seen: encodeSeen(spot.seen), channel: spot.channel, ts: spot.ts });
  if (incident === undefined) return pageForm(incident, metadata);
  const deed = deedOf('page', actor.person, desk.clock(), '');
  const answer = transition(incident, deed, { ...desk.facts, actor });
  return isRefusal(answer) ? answer : pageForm(incident, metadata);
}
