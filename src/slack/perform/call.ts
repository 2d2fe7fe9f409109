/** Performs `slack.call`: the people of a level are called by name, in the incident's channel or in another one. */
import type { Work } from '../../incident/contracts.ts';
import type { Effect } from '../../incident/effect.ts';
import type { Event } from '../../incident/event.ts';
import { staleness } from '../../incident/paging.ts';
import { personByEmail } from '../people.ts';
import { callOf } from '../views/call.ts';
import type { Called } from '../views/call.ts';
import { channelOf } from './make-channel.ts';
import { postOnce } from './post.ts';
import type { Stage } from './stage.ts';

type Call = Extract<Effect, { type: 'slack.call' }>;

/** Posts the call once. Whoever need not come any more is not called by name. */
export async function performCall(stage: Stage, work: Work, call: Call): Promise<Event> {
  const needed = staleness(work.incident, call.page) === null;
  const whom = needed ? await whomOf(stage, work, call) : [];
  const channel = call.to === 'channel' ? await channelOf(stage, work) : call.to;
  await postOnce(stage, work, {
    ...{ what: 'a call', purpose: work.effectId, channel, thread: null, broadcast: false },
    draw: () => callOf(call.text, whom),
  });
  return { type: 'PageSent', at: work.now, page: call.page, dedupKey: call.dedupKey, way: 'slack' };
}

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

/** Who is on call, as far as their addresses lead to people of this workspace; the others by plain name. */
async function onCall(stage: Stage, { incident }: Work): Promise<readonly Called[]> {
  const turns = await stage.onCall(incident.service).catch((error: unknown) => {
    stage.log.warn({ fault: String(error), incident: incident.number }, 'asking who is on call');
    return [];
  });
  const found: Called[] = [];
  for (const { name, email } of turns) {
    const person = email === null ? null : await personByEmail(stage, email);
    found.push({ id: person?.id ?? '', name });
  }
  return found;
}
