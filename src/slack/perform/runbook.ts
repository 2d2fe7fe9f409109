/** Performs `slack.runbook`: one card in the incident's channel agrees with the walk through its runbook. */
import type { StepStats, Work } from '../../incident/contracts.ts';
import { explain } from '../../incident/fault.ts';
import { runbookCardOf } from '../views/runbook.ts';
import { channelOf } from './make-channel.ts';
import { show } from './post.ts';
import type { Stage } from './stage.ts';

/** Receipt of the runbook card's timestamp. */
const purpose = 'slack.runbook';

/** Posts the card or edits it, all its life, whatever runbooks follow each other. */
export async function performRunbook(stage: Stage, work: Work): Promise<null> {
  const { incident, now } = work;
  const { walk } = incident;
  if (walk === null) return null;
  const channel = await channelOf(stage, work);
  const stats = await statsFor(stage, work, walk.cursor?.runbook);
  const draw = () => runbookCardOf(incident, walk, { now, facts: stage.facts, stats, buttons: true });
  await show(stage, work, { what: 'the runbook card', purpose, channel, thread: null, broadcast: false, draw });
  return null;
}

/** People wait for the step, not for its statistics: without them the card is as good as new. */
async function statsFor(stage: Stage, work: Work, runbook: string | undefined): Promise<readonly StepStats[]> {
  if (runbook === undefined) return [];
  try {
    return await stage.statsOf(runbook);
  } catch (error) {
    stage.log.warn({ incident: work.incident.number, fault: explain(error) }, 'looking up how the steps went before');
    return [];
  }
}
