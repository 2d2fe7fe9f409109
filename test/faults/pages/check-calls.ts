/** What must hold of calls: every level in its time and once, nobody called for who has it, and nobody forgotten. */
import type { Violation } from '../check-record.ts';
import type { Observation } from '../observe.ts';
import { pages } from './episodes.ts';
import type { Called, Episode } from './episodes.ts';
import { policies, times } from './families.ts';
import type { PlannedLevel } from './families.ts';

/** A dead holder's lane is free after 9 s, a ring is repeated after 5 s, a database is away for 5 s, and a bot starts for 5 s. */
const lateness = 40_000;

/** Clocks of events that PagerDuty dates are not ours. */
const earliness = 2_000;

/** The levels of an incident's policy. */
function levelsOf({ incident }: Pick<Episode, 'incident'>): readonly PlannedLevel[] {
  const { name } = incident.policy;
  return name === 'asking' || name === 'handing' ? policies[name] : [];
}

/** Whether a call wakes people whatever the severity is: somebody wants it. */
const isWanted = ({ why }: Pick<Called, 'why'>): boolean => why === 'asked' || why === 'by name';

/** Each level is entered once an episode, in its time, and only while nobody has the incident. */
export function inTime(episodes: readonly Episode[]): Violation[] {
  return episodes.flatMap((story) => {
    const found: Violation[] = [];
    const says = (rule: string, what: string): void =>
      void found.push({ rule, says: `episode ${story.episode}: ${what}`, incident: story.incident.number });
    const entered = new Set<string>();
    let repeats = 0;
    for (const call of story.calls) {
      const names = call.levels.map(({ id }) => id).join(', ');
      if (call.held && !isWanted(call)) says('who is held is not climbed on', `${names} ${call.why} while held`);
      repeats = call.why === 'repeated' ? repeats + 1 : 0;
      if (repeats > times.repeats) says('each level once', `${names} repeated ${repeats} times`);
      if (call.why !== 'entered') continue;
      for (const { id } of call.levels) {
        const planned = levelsOf(story).find((level) => level.id === id);
        if (planned === undefined || call.shown + earliness < planned.at)
          says('each level in its time', `${id} was entered after ${call.shown} ms`);
        if (entered.has(`${call.round} ${id}`)) says('each level once', `${id} was entered twice`);
        entered.add(`${call.round} ${id}`);
      }
    }
    return found;
  });
}

/** Whether a call counts as having entered a level. */
const enters = (call: Called, id: string): boolean =>
  (call.why === 'entered' || call.why === 'asked') && call.levels.some((level) => level.id === id);

/** How late each level was that was entered by itself, in milliseconds. */
export const latenessOf = (story: Episode): readonly number[] =>
  waits(story).flatMap(({ waited, needed, entered }) => (entered ? [waited - needed] : []));

interface Wait {
  readonly level: PlannedLevel;
  readonly entered: boolean;
  /** Since the level before it, on the clock of the policy. */
  readonly waited: number;
  readonly needed: number;
}

/** How long each level of the last round waited, or still waits, after the one before it. */
function waits(story: Episode): readonly Wait[] {
  const found: Wait[] = [];
  const calls = story.calls.filter(({ round }) => round === story.round);
  let before = { at: 0, shown: 0 };
  for (const level of levelsOf(story)) {
    const call = calls.find((each) => enters(each, level.id));
    const shown = call?.shown ?? story.shown;
    found.push({ level, entered: call !== undefined, waited: shown - before.shown, needed: level.at - before.at });
    if (call === undefined) break;
    before = { at: level.at, shown };
  }
  return found;
}

/** What was due was done: while an episode lasts no level is left out, and at rest none is left. */
export function forgotten(episodes: readonly Episode[], { outbox, at }: Observation): Violation[] {
  const rule = 'nobody is forgotten';
  return episodes.flatMap((story) => {
    const { incident, episode } = story;
    const found: Violation[] = [];
    const says = (what: string): void =>
      void found.push({ rule, says: `episode ${episode}: ${what}`, incident: incident.number });
    const left = waits(story).find(({ entered, waited, needed }) => !entered && waited > needed + lateness);
    if (left !== undefined) says(`${left.level.id} was due, and was not called for ${left.waited - left.needed} ms`);
    if (story.over || story.rests) return found;
    const { ladder, ladderDue } = incident;
    const timed = outbox.some(
      ({ settled, incident: of, effect }) =>
        !settled &&
        of === incident.number &&
        effect.type === 'clock.wake' &&
        effect.wake.type === 'LadderDue' &&
        effect.wake.due === ladderDue,
    );
    const waiting = ladder.is === 'running' && timed && ladderDue !== null && ladderDue > at;
    if (ladder.is !== 'exhausted' && !waiting)
      says(`it fires, nobody has it, its policy is ${ladder.is}, and no timer goes on`);
    return found;
  });
}

/** Each call asked PagerDuty for what its levels say, once, where the severity pages or somebody wants it; otherwise for nothing. */
export function asAsked(episodes: readonly Episode[]): Violation[] {
  return episodes.flatMap((story) =>
    story.calls.flatMap((call) => {
      const ours = story.rows.filter(({ effect }) => 'page' in effect && effect.page === call.page);
      const of = (type: string): number => ours.filter(({ effect }) => effect.type === `pagerduty.${type}`).length;
      const is = { trigger: of('trigger'), responders: of('responders'), reassign: of('reassign') };
      const wanted = wantedOf(story, call);
      const fits =
        is.responders === wanted.responders &&
        is.reassign === wanted.reassign &&
        // The first of an episode always triggers; later ones only where nobody is added.
        (wanted.trigger === null ? is.trigger <= 1 : is.trigger === wanted.trigger);
      if (fits) return [];
      const rule =
        wanted.trigger === 0 && wanted.responders === 0 ? 'what does not page pages nobody' : 'each call asks once';
      const says = `episode ${story.episode}: ${call.page} asks for ${JSON.stringify(is)}, and should for ${JSON.stringify(wanted)}`;
      return [{ rule, says, incident: story.incident.number }];
    }),
  );
}

/** What PagerDuty must be asked for; null for what depends on what it knows already. */
function wantedOf(story: Episode, call: Called): { trigger: 0 | 1 | null; responders: 0 | 1; reassign: 0 | 1 } {
  if (call.why === 'by name') return { trigger: null, responders: 1, reassign: 0 };
  const called = new Set(call.levels.map(({ id }) => id));
  const levels = levelsOf(story).filter(({ id, pages: does }) => does && called.has(id));
  if (levels.length === 0 || (!pages(call.severity) && !isWanted(call)))
    return { trigger: 0, responders: 0, reassign: 0 };
  const plain = levels.some(({ responders, handsTo }) => responders.length === 0 && handsTo === null);
  return {
    trigger: plain ? 1 : null,
    responders: levels.some(({ responders }) => responders.length > 0) ? 1 : 0,
    reassign: levels.some(({ handsTo }) => handsTo !== null) ? 1 : 0,
  };
}
