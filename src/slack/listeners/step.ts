/** Buttons of a step that record at once: run, retry, done and the answers. Recorded, acknowledged, then drawn again. */
import type { App, BlockAction, RespondFn } from '@slack/bolt';
import type { Permission } from '../../access/permissions.ts';
import { verbs } from '../../action/action.ts';
import type { Recorded } from '../../incident/contracts.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import { stepDeedOf } from '../../runbook/choices.ts';
import type { StepChoice } from '../../runbook/choices.ts';
import { answerIds, stepActionIds } from '../ids.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';
import type { Claimed } from './door.ts';
import { redrawWalk } from './redraw.ts';
import { stepPressOf } from './step-door.ts';
import type { StepSpot } from './step-door.ts';

/** Listens to the buttons that need nothing but the press, and to the menu of answers. */
export function listenToSteps(app: App, desk: Desk): void {
  const { run, retry, done, answer: menu } = stepActionIds;
  for (const id of [run, retry, done, menu, ...answerIds]) {
    app.action<BlockAction>(id, async ({ body, ack, respond }) => {
      const { by, spot } = stepPressOf(body);
      const answer = spot === null ? { refused: strayButton } : await recordStep(desk, by, spot);
      await ack();
      answerStep(desk, respond, spot, answer);
    });
  }
}

/** The permissions that something at a step may take: what is run may act on a workload. */
export const wordsOf = (choice: StepChoice): readonly Permission[] =>
  choice === 'run' || choice === 'retry' ? ['step', ...verbs] : ['step'];

async function recordStep(desk: Desk, by: Claimed, { seen }: StepSpot): Promise<Recorded | Refusal> {
  const { number, visit, choice, what } = seen;
  const actor = await desk.actorOf(by, ...wordsOf(choice));
  if (isRefusal(actor)) return actor;
  if (choice === 'skip' || choice === 'assign' || choice === 'go-to') return { refused: strayButton };
  // The visit that the person saw names the press: pressing twice is once, and the same step later is another visit.
  const cause = `step:${number}:${visit}:${what}:${actor.person.id}`;
  return desk.record(stepDeedOf(choice, actor.person, desk.clock(), visit, ''), number, cause, actor);
}

/** Tells a refusal to the person, and draws the pressed card as the walk is now. */
export function answerStep(desk: Desk, respond: RespondFn, spot: StepSpot | null, answer: Recorded | Refusal): void {
  desk.later('answering a press at a step', async () => {
    if (isRefusal(answer)) await tell(respond, answer.refused);
    if (spot === null) return;
    const incident = isRefusal(answer) ? await desk.read.incident(spot.seen.number) : answer.incident;
    const message = incident === undefined ? null : await redrawWalk(desk, incident);
    if (message !== null) await respond({ replace_original: true, ...message });
  });
}
