/** Buttons that record at once: acknowledge and take command. Recorded first, then acknowledged, then drawn again. */
import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import type { Permission } from '../../access/permissions.ts';
import { deedOf } from '../../incident/choices.ts';
import type { Choice } from '../../incident/choices.ts';
import type { Recorded } from '../../incident/contracts.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import { actionIds } from '../ids.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';
import { pressOf } from './door.ts';
import type { Claimed, Spot } from './door.ts';
import { redraw } from './redraw.ts';

/** The choices that need nothing else. */
const pressed = ['acknowledge', 'unack', 'snooze', 'take-command', 'accept-handoff', 'escalate'] as const;

/** Listens to the buttons that need nothing but the press. */
export function listenToPresses(app: App, desk: Desk): void {
  for (const choice of pressed) {
    app.action<BlockAction<ButtonAction>>(actionIds[choice], async ({ body, ack, respond }) => {
      const { by, spot } = pressOf(body);
      const answer = spot === null ? { refused: strayButton } : await recordPress(desk, choice, by, spot);
      await ack();
      answerPress(desk, respond, spot, answer);
    });
  }
}

/** The permission that each takes. */
const words = {
  acknowledge: 'ack',
  unack: 'ack',
  snooze: 'ack',
  'take-command': 'commander',
  'accept-handoff': 'commander',
  escalate: 'escalate',
} as const satisfies Partial<Record<Choice, Permission>>;

async function recordPress(
  desk: Desk,
  choice: keyof typeof words,
  by: Claimed,
  { seen }: Spot,
): Promise<Recorded | Refusal> {
  const actor = await desk.actorOf(by, words[choice]);
  if (isRefusal(actor)) return actor;
  const { number, version } = seen;
  // The version the person saw names the press: pressing twice is once, and a later press of a newer card is another.
  const cause = `click:${number}:${version}:${choice}:${actor.person.id}`;
  return desk.record(deedOf(choice, actor.person, desk.clock(), ''), number, cause, actor);
}

/** Tells a refusal to the person, and draws the pressed message as the incident is now. */
export function answerPress(desk: Desk, respond: RespondFn, spot: Spot | null, answer: Recorded | Refusal): void {
  desk.later('answering a press', async () => {
    if (isRefusal(answer)) await tell(respond, answer.refused);
    if (spot === null) return;
    const incident = isRefusal(answer) ? await desk.read.incident(spot.seen.number) : answer.incident;
    if (incident === undefined) return;
    await respond({ replace_original: true, ...(await redraw(desk, spot, incident)) });
  });
}
