/** The resolve button opens a form at once; submitting it closes the incident. */
import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { deedOf } from '../../incident/choices.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import { transition } from '../../incident/transition.ts';
import { actionIds, callbackIds, encodeSeen, inputIds } from '../ids.ts';
import { closeForm } from '../views/close.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';
import { closingOf, pressOf } from './door.ts';
import type { Claimed, Spot } from './door.ts';
import { answerPress } from './press.ts';
import { redraw } from './redraw.ts';
import { within } from './within.ts';

/** A trigger lives three seconds, so the incident is looked up for one at most. */
const lookFor = 1000;

/** Listens to the resolve button and to its form. */
export function listenToClosing(app: App, desk: Desk): void {
  app.action<BlockAction<ButtonAction>>(actionIds.resolve, async ({ body, ack, respond }) => {
    const { by, spot, trigger } = pressOf(body);
    const form = spot === null ? { refused: strayButton } : await formFor(desk, by, spot);
    await ack();
    if (isRefusal(form)) return answerPress(desk, respond, spot, form);
    const open = async (): Promise<void> => {
      await desk.slack.views.open({ trigger_id: trigger, view: form });
      // An answer to one person can't be drawn again once the form is sent: it has done its work.
      if (spot?.seen.surface === 'status') await respond({ delete_original: true });
    };
    desk.later('opening the form to close an incident', open, () =>
      tell(respond, 'The form did not open. Press again.'),
    );
  });

  app.view<ViewSubmitAction>({ callback_id: callbackIds.resolve, type: 'view_submission' }, async ({ body, ack }) => {
    const { by, spot, reason, view } = closingOf(body);
    const { number } = spot.seen;
    const actor = await desk.actorOf(by, 'resolve');
    const answer = isRefusal(actor)
      ? actor
      : await desk.record(deedOf('resolve', actor.person, desk.clock(), reason), number, `view:${view}`, actor);
    if (isRefusal(answer)) return ack({ response_action: 'errors', errors: { [inputIds.reason]: answer.refused } });
    await ack();
    if (spot.seen.surface === 'status') return;
    desk.later(`drawing incident ${number} again`, async () => {
      const { channel, ts } = spot;
      await desk.slack.chat.update({ channel, ts, parse: 'none', ...(await redraw(desk, spot, answer.incident)) });
    });
  });
}

async function formFor(desk: Desk, by: Claimed, spot: Spot): Promise<ModalView | Refusal> {
  const [actor, incident] = await Promise.all([
    desk.actorOf(by, 'resolve'),
    within(lookFor, desk.read.incident(spot.seen.number)),
  ]);
  if (isRefusal(actor)) return actor;
  if (incident === undefined) return closeForm(incident, false, metadataOf(spot));
  const facts = { ...desk.facts, actor };
  const tried = (reason: string) => transition(incident, deedOf('resolve', actor.person, desk.clock(), reason), facts);
  const answer = tried('a reason');
  return isRefusal(answer) ? answer : closeForm(incident, isRefusal(tried('')), metadataOf(spot));
}

const metadataOf = ({ seen, channel, ts }: Spot): string => JSON.stringify({ seen: encodeSeen(seen), channel, ts });
