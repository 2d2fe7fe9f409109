/** Buttons of an action that record at once: approve, call off, revert, delete the stuck pod. Recorded, then drawn again. */
import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import type { Permission } from '../../access/permissions.ts';
import { verbs } from '../../action/action.ts';
import { runDeedOf } from '../../action/choices.ts';
import type { RunChoice, RunPress } from '../../action/choices.ts';
import type { Recorded } from '../../incident/contracts.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import { runActionIds } from '../ids.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';
import type { Claimed } from './door.ts';
import { redrawRun } from './redraw.ts';
import { runPressOf } from './run-door.ts';
import type { RunSpot } from './run-door.ts';
import { within } from './within.ts';

/** Everything that an action on a workload may take: who acts must be known for certain. */
export const actionWords: readonly Permission[] = [...verbs, 'approve', 'break-glass', 'free-target'];

/** The permissions that each choice may take. */
export const runWordsOf = (choice: RunChoice): readonly Permission[] => {
  switch (choice) {
    case 'approve':
    case 'revert':
    case 'delete-pod':
    case 'break-glass':
      return actionWords;
    case 'cancel':
      return ['step'];
    case 'keep':
      return ['resolve'];
  }
};

/** Slack waits three seconds, and the record needs up to two of them. */
const lookFor = 1000;

/** What a person reads when the incident can't be read in time. */
const notFound = 'Not recorded, press again.';

/** Listens to the buttons that need nothing but the press. */
export function listenToRuns(app: App, desk: Desk): void {
  for (const press of ['approve', 'cancel', 'revert', 'delete-pod'] as const) {
    app.action<BlockAction<ButtonAction>>(runActionIds[press], async ({ body, ack, respond }) => {
      const { by, spot } = runPressOf(body);
      const answer = spot === null ? { refused: strayButton } : await recordPressed(desk, press, by, spot);
      await ack();
      answerRun(desk, respond, spot, answer);
    });
  }
}

async function recordPressed(desk: Desk, press: RunPress, by: Claimed, { seen }: RunSpot): Promise<Recorded | Refusal> {
  const { number, run, mark } = seen;
  // The plan, or the number of runs that the card knew, names the press: pressing twice is once.
  return recordRun(desk, { press, number, run, by, digest: mark, cause: `run:${run}:${press}:${mark}:${by.id}` });
}

/** Something to record about a run. */
export interface RunPressing {
  readonly press: RunPress;
  readonly number: number;
  readonly run: string;
  readonly by: Claimed;
  /** Of the plan that was seen; null for that of the run that was named, which has only one. */
  readonly digest: string | null;
  readonly cause: string;
}

/** Records what was pressed or typed about a run. */
export async function recordRun(
  desk: Desk,
  { press, number, run: id, by, digest, cause }: RunPressing,
): Promise<Recorded | Refusal> {
  const [actor, incident] = await Promise.all([
    desk.actorOf(by, ...runWordsOf(press)),
    within(
      lookFor,
      desk.read.incident(number).then((found) => found ?? null),
    ),
  ]);
  if (isRefusal(actor)) return actor;
  if (incident === undefined) return { refused: notFound };
  const run = incident?.runs[id];
  if (incident === null || run === undefined) return { refused: `There is no run ${id}.` };
  const shown = digest ?? (run.stand.is === 'planned' ? run.stand.plan.digest : '');
  const deed = runDeedOf(press, incident, run, actor.person, desk.clock(), shown);
  // Somebody was faster: what this put back or repaired is on its way, or done.
  return deed === null
    ? { refused: `Run ${id} has moved on. Look at its card.` }
    : desk.record(deed, number, cause, actor);
}

/** Tells a refusal to the person, and draws the pressed card as the run is now. */
export function answerRun(desk: Desk, respond: RespondFn, spot: RunSpot | null, answer: Recorded | Refusal): void {
  desk.later('answering a press at an action', async () => {
    if (isRefusal(answer)) await tell(respond, answer.refused);
    if (spot === null) return;
    const incident = isRefusal(answer) ? await desk.read.incident(spot.seen.number) : answer.incident;
    const message = incident === undefined ? null : redrawRun(desk, incident, spot.seen.run);
    if (message !== null) await respond({ replace_original: true, ...message });
  });
}
