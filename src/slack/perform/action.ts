/** Performs `slack.action`: one card for each run, in the incident's channel, agrees with the run all its life. */
import { runChoicesOf } from '../../action/choices.ts';
import type { Run } from '../../action/run.ts';
import type { Work } from '../../incident/contracts.ts';
import { actionCardOf } from '../views/action.ts';
import { channelOf } from './make-channel.ts';
import { show } from './post.ts';
import { performRunbook } from './runbook.ts';
import type { Stage } from './stage.ts';

/** Receipt of the timestamp of a run's card. */
const purposeOf = ({ id }: Run): string => `slack.action:${id}`;

/** Receipt of what the card of a run offered when it was drawn last. */
const drawnOf = ({ id }: Run): string => `drawn:slack.action:${id}`;

/** Posts the card of a run or edits it, and then those that say something else because of it. */
export async function performAction(stage: Stage, work: Work, id: string): Promise<null> {
  const run = work.incident.runs[id];
  if (run === undefined) return null;
  const channel = await channelOf(stage, work);
  await showRun(stage, work, channel, run);
  await redrawRuns(stage, work, channel);
  // The step that it serves says how far it is.
  if (run.visit !== null && run.visit === work.incident.walk?.cursor?.visit) await performRunbook(stage, work);
  return null;
}

/**
 * Draws again the cards whose buttons would be dead or missing: what one run does decides what others of the incident
 * offer, such as putting back what they changed, and a closed incident offers nothing.
 */
export async function redrawRuns(stage: Stage, work: Work, channel: string): Promise<void> {
  const { receipts, incident } = work;
  for (const run of Object.values(incident.runs)) {
    const drawn = await receipts.get(drawnOf(run));
    if (drawn !== undefined && drawn !== offerOf(stage, work, run)) await showRun(stage, work, channel, run);
  }
}

async function showRun(stage: Stage, work: Work, channel: string, run: Run): Promise<void> {
  const { incident, now, receipts } = work;
  await show(stage, work, {
    ...{ what: `the card of run ${run.id}`, purpose: purposeOf(run), channel, thread: null, broadcast: false },
    draw: () => actionCardOf(incident, run, { now, facts: stage.facts }),
  });
  await receipts.put(drawnOf(run), offerOf(stage, work, run));
}

/** What people can see and press of a run, in a few words. */
function offerOf({ facts }: Stage, { incident, now }: Work, run: Run): string {
  const outcome = run.stand.is === 'ended' ? run.stand.outcome : '';
  return [run.stand.is, outcome, run.left?.is ?? '', ...runChoicesOf(incident, run, now, facts)].join(' ');
}
