/** Buttons of an action that ask for something first: an owner, a date and a reason to keep; a reason to break the glass. */
import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Actor } from '../../access/actor.ts';
import { glassDeedOf, keepDeedOf } from '../../action/choices.ts';
import type { RunAsking } from '../../action/choices.ts';
import type { RunDeed } from '../../action/events.ts';
import type { Run } from '../../action/run.ts';
import type { Recorded } from '../../incident/contracts.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Incident } from '../../incident/incident.ts';
import { transition } from '../../incident/transition.ts';
import { callbackIds, inputIds, runActionIds } from '../ids.ts';
import { glassForm } from '../views/break-glass.ts';
import { keepForm } from '../views/keep.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';
import type { Claimed } from './door.ts';
import { lookUp } from './person.ts';
import { redrawRun } from './redraw.ts';
import { answerRun, runWordsOf } from './run.ts';
import { runAnswerOf, runMetadata, runPressOf } from './run-door.ts';
import type { RunAnswer, RunSpot } from './run-door.ts';
import { within } from './within.ts';

/** A trigger lives three seconds, so the incident is looked up for one at most. */
const lookFor = 1000;

/** What a person reads when the form can't be opened. */
const notOpened = 'The form did not open. Press again.';

/** Listens to the two buttons and to their forms. */
export function listenToRunAskings(app: App, desk: Desk): void {
  for (const asking of ['keep', 'break-glass'] as const) {
    app.action<BlockAction<ButtonAction>>(runActionIds[asking], async ({ body, ack, respond }) => {
      const { by, spot, trigger } = runPressOf(body);
      const form = spot === null ? { refused: strayButton } : await formFor(desk, asking, by, spot);
      await ack();
      if (isRefusal(form)) return answerRun(desk, respond, spot, form);
      desk.later(
        `opening the form to ${asking}`,
        () => desk.slack.views.open({ trigger_id: trigger, view: form }),
        () => tell(respond, notOpened),
      );
    });
    const constraints = { callback_id: callbackIds[asking], type: 'view_submission' } as const;
    app.view<ViewSubmitAction>(constraints, async ({ body, ack }) => {
      const given = runAnswerOf(body);
      const answer = await recordAnswer(desk, asking, given);
      if (isRefusal(answer)) return ack({ response_action: 'errors', errors: { [inputIds.reason]: answer.refused } });
      await ack();
      drawAgain(desk, given.spot, answer.incident);
    });
  }
}

/** An answer to one person can't be drawn again once the form is sent; the card in the channel follows by itself. */
function drawAgain(desk: Desk, { seen, channel, ts, quiet }: RunSpot, incident: Incident): void {
  const message = quiet ? null : redrawRun(desk, incident, seen.run);
  if (message === null) return;
  desk.later(`drawing the card of run ${seen.run} again`, () =>
    desk.slack.chat.update({ channel, ts, parse: 'none', ...message }),
  );
}

/** Who asks, and the run that it is about. */
async function look(
  desk: Desk,
  asking: RunAsking,
  by: Claimed,
  { seen }: RunSpot,
): Promise<{ readonly actor: Actor; readonly incident: Incident; readonly run: Run } | Refusal> {
  const [actor, incident] = await Promise.all([
    desk.actorOf(by, ...runWordsOf(asking)),
    within(lookFor, desk.read.incident(seen.number)),
  ]);
  if (isRefusal(actor)) return actor;
  const run = incident?.runs[seen.run];
  return incident === undefined || run === undefined ? { refused: notOpened } : { actor, incident, run };
}

/** The form, unless the rule book would refuse whatever is answered in it. */
async function formFor(desk: Desk, asking: RunAsking, by: Claimed, spot: RunSpot): Promise<ModalView | Refusal> {
  const found = await look(desk, asking, by, spot);
  if (isRefusal(found)) return found;
  const { actor, incident, run } = found;
  const { person } = actor;
  const now = desk.clock();
  const deed = deedOf(asking, found, { owner: person, until: now + 1, why: 'a reason' }, now);
  if (isRefusal(deed)) return deed;
  const tried = transition(incident, deed, { ...desk.facts, actor });
  if (isRefusal(tried)) return tried;
  switch (asking) {
    case 'keep':
      return keepForm(run, person, now, runMetadata(spot));
    case 'break-glass':
      return glassForm(run, runMetadata(spot));
  }
}

async function recordAnswer(
  desk: Desk,
  asking: RunAsking,
  { by, view, spot, reason: why, owner: ownerId, until }: RunAnswer,
): Promise<Recorded | Refusal> {
  // Looked up at the same time: a form must be answered within three seconds.
  const chosen = asking === 'keep' && ownerId !== by.id ? lookUp(desk, ownerId) : undefined;
  const [found, owner] = await Promise.all([look(desk, asking, by, spot), chosen]);
  if (isRefusal(found)) return found;
  if (owner !== undefined && isRefusal(owner)) return owner;
  if (why.trim() === '') return { refused: 'Say why: everybody reads it, and it is kept.' };
  const { actor } = found;
  const deed = deedOf(asking, found, { owner: owner ?? actor.person, until, why: why.trim() }, desk.clock());
  return isRefusal(deed) ? deed : desk.record(deed, spot.seen.number, `view:${view}`, actor);
}

function deedOf(
  asking: RunAsking,
  { actor, incident, run }: { readonly actor: Actor; readonly incident: Incident; readonly run: Run },
  keeping: Parameters<typeof keepDeedOf>[3],
  now: number,
): RunDeed | Refusal {
  switch (asking) {
    case 'keep':
      return keepDeedOf(run, actor.person, now, keeping);
    case 'break-glass':
      return (
        glassDeedOf(incident, run, actor.person, now, keeping.why) ?? {
          refused: `Run ${run.id} has moved on. Look at its card.`,
        }
      );
  }
}
