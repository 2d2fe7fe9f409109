/** What must hold of cards: each run that was shown has one, and it says what the run is now. */
import { z } from 'zod';
import { runActionIds } from '../../../src/slack/ids.ts';
import { actionCardOf } from '../../../src/slack/views/action.ts';
import type { Violation } from '../check-record.ts';
import { nameOf } from './check-landings.ts';
import type { Scene, Story } from './scene.ts';

const mark = z.object({ event_payload: z.object({ incident: z.number(), purpose: z.string() }) });

const button = z.object({ action_id: z.string(), value: z.string() });
const buttons = z.object({ type: z.literal('actions'), elements: z.array(button) });

/** The cards of all runs, compared with fresh drawings. */
export function cards(
  stories: readonly Story[],
  { facts, observation }: Pick<Scene, 'facts' | 'observation'>,
): Violation[] {
  const posts = Map.groupBy(observation.slack.posted, ({ metadata }) => {
    const payload = mark.safeParse(metadata).data?.event_payload;
    return payload === undefined ? '' : `${payload.incident} ${payload.purpose}`;
  });
  return stories.flatMap((story) => {
    const { incident, run } = story;
    const says = (rule: string, what: string): Violation[] => [
      { rule, says: `${nameOf(story)}: ${what}`, incident: incident.number },
    ];
    const own = posts.get(`${incident.number} slack.action:${run.id}`) ?? [];
    const [card] = own;
    if (card === undefined || own.length > 1) return says('one card a run', `it has ${own.length}`);
    const wanted = actionCardOf(incident, run, { now: observation.at, facts });
    if (card.text !== wanted.text)
      return says('the card agrees with the run', `it says “${card.text}”, not “${wanted.text}”`);
    const [is, should] = [offered(card.blocks), offered(wanted.blocks)];
    return is === should
      ? []
      : says('the card agrees with the run', `it offers ${is || 'nothing'}, not ${should || 'nothing'}`);
  });
}

/** Buttons; of a yes also which plan it is for. What the others know only names the press. */
const offered = (blocks: readonly unknown[]): string =>
  blocks
    .flatMap((block) => buttons.safeParse(block).data?.elements ?? [])
    .map(({ action_id: id, value }) => (id === runActionIds.approve ? `${id} ${value}` : id))
    .join(', ');
