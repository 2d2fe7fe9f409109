/** Performs `slack.call`: the people of a level are called by name, in the incident's channel or in another one. */
import type { Work } from '../../incident/contracts.ts';
import type { Effect } from '../../incident/effect.ts';
import type { Event } from '../../incident/event.ts';
import { explain } from '../../incident/fault.ts';
import type { Duration } from '../../incident/incident.ts';
import { staleness } from '../../incident/paging.ts';
import { whoIsOnCall } from '../people.ts';
import { callOf } from '../views/call.ts';
import type { Called } from '../views/call.ts';
import { channelOf } from './make-channel.ts';
import { postOnce } from './post.ts';
import type { Stage } from './stage.ts';

type Call = Extract<Effect, { type: 'slack.call' }>;

/** Posts the call once. Whoever need not come any more is not called by name. */
export async function performCall(stage: Stage, work: Work, call: Call): Promise<Event> {
  const { page, dedupKey } = call;
  try {
    const needed = staleness(work.incident, page) === null;
    const whom = needed ? await whomOf(stage, work, call) : [];
    const channel = call.to === 'channel' ? await channelOf(stage, work) : call.to;
    await postOnce(stage, work, {
      ...{ what: 'a call', purpose: work.effectId, channel, thread: null, broadcast: false },
      draw: () => callOf(call.text, whom),
    });
  } catch (error) {
    // What is tried instead of PagerDuty must not wait for Slack: the next way is tried. Other calls come late.
    const isOver = work.attempt >= attempts || work.now > work.since + patience;
    if (call.to === 'channel' || work.signal.aborted || !isOver) throw error;
    return { type: 'PageFailed', at: work.now, page, dedupKey, way: 'slack', says: explain(error), hopeless: false };
  }
  return { type: 'PageSent', at: work.now, page, dedupKey, way: 'slack' };
}

/** So often, and for so long, a message of the fallback list is tried. */
const attempts = 3;
const patience: Duration = 120_000;

async function whomOf(stage: Stage, work: Work, { mentions }: Call): Promise<readonly Called[]> {
  const called: Called[] = [];
  for (const mention of mentions) {
    if (mention === 'channel' || mention === 'here') called.push({ everybody: mention });
    else if (mention === 'oncall') called.push(...(await onCall(stage, work)));
    else if (mention === 'group') called.push(...groupOf(stage, work));
    else called.push(...mention.map((id) => ({ id, name: id })));
  }
  const keyOf = (one: Called): string => ('id' in one ? `${one.id} ${one.name}` : one.everybody);
  return [...new Map(called.map((one) => [keyOf(one), one])).values()];
}

function groupOf(stage: Stage, { incident }: Work): readonly Called[] {
  const { group } = stage.teamOf(incident.service);
  return group === null ? [] : [{ id: group, name: group }];
}

/** Whoever else is to be called is, even when nobody says whose turn it is. */
function onCall(stage: Stage, { incident }: Work): Promise<readonly Called[]> {
  const asked: Stage['onCall'] = (service) =>
    stage.onCall(service).catch((error: unknown) => {
      stage.log.warn({ fault: String(error), incident: incident.number }, 'asking who is on call');
      return [];
    });
  return whoIsOnCall({ ...stage, onCall: asked }, incident.service);
}
