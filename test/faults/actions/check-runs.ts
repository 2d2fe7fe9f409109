/** What must hold of runs: they begin and end once and in order, one at a time on a workload, as people were told, and none is stuck. */
import { nameOfTarget, readTarget } from '../../../src/action/action.ts';
import type { Violation } from '../check-record.ts';
import { stuck as spineStuck } from '../check-record.ts';
import type { Observation } from '../observe.ts';
import { nameOf } from './check-landings.ts';
import type { Told } from './crew.ts';
import type { Story } from './scene.ts';

const found = (rule: string, story: Story, says: string): Violation => ({
  rule,
  says: `${nameOf(story)}: ${says}`,
  incident: story.incident.number,
});

/** A run begins once, lands once, ends once; only an unknown end is followed by a person's word, and a watch that resumes by its end. */
export function inOrder(stories: readonly Story[]): Violation[] {
  const rule = 'a run is told once';
  return stories.flatMap((story) => {
    const { begun, ends, marks, resumed } = story;
    const all: Violation[] = [];
    const says = (what: string): void => void all.push(found(rule, story, what));
    if (begun.length > 1) says(`it began ${begun.length} times`);
    if (marks.length > 1) says(`it landed ${marks.length} times`);
    if (marks.length > 0 && begun.length === 0) says('it landed and never began');
    const freed = ends[0]?.outcome === 'unknown' && ends[1]?.byPerson === true;
    if (ends.length > 1 + Number(freed) + resumed)
      says(`it ended ${ends.length} times: ${ends.map(({ outcome }) => outcome).join()}`);
    const [end] = ends;
    const [mark] = marks;
    if (end !== undefined && mark !== undefined && mark.at > end.at) says('it landed after it ended');
    return all;
  });
}

/** Between its beginning and its landing or end, a run is alone on its workload. */
export function oneAtATime(stories: readonly Story[]): Violation[] {
  const rule = 'one action a workload at a time';
  const spans = stories.flatMap((story) => {
    const [from] = story.begun;
    const to = story.marks[0]?.at ?? story.ends[0]?.at ?? Infinity;
    return from === undefined ? [] : [{ story, from, to, target: story.run.target }];
  });
  return [...Map.groupBy(spans, ({ target }) => target).values()].flatMap((same) => {
    const sorted = same.toSorted((a, b) => a.from - b.from);
    return sorted.flatMap(({ story, from }, index) => {
      const before = sorted[index - 1];
      if (before === undefined || before.to <= from) return [];
      return [found(rule, story, `it began while ${nameOf(before.story)} was under way`)];
    });
  });
}

/** What people were told is recorded: the run is there, and it is what they asked for. */
export function recorded(stories: readonly Story[], told: readonly Told[]): Violation[] {
  const rule = 'what was answered is recorded';
  const byId = new Map(stories.map((story) => [story.run.id, story]));
  return told.flatMap(({ run: id, order, target }): Violation[] => {
    const run = byId.get(id)?.run;
    if (run === undefined) return [{ rule, says: `run ${id} was answered, and is nowhere` }];
    const same = run.target === target && JSON.stringify(sorted(run.order)) === JSON.stringify(sorted(order));
    return same
      ? []
      : [{ rule, says: `run ${id} was answered to ${JSON.stringify(order)} of ${target}, and is another` }];
  });
}

const sorted = (order: object): object =>
  Object.fromEntries(Object.entries(order).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** A timer that fell due while the processes were stopped is nobody's fault. */
const grace = 2_000;

/** Nothing is under way at rest, nothing was given up, every run names a workload, and chains are whole. */
export function stuck(stories: readonly Story[], observation: Observation): Violation[] {
  const rule = 'nothing is stuck';
  const waiting = stories.flatMap((story) => {
    const { run } = story;
    const target = readTarget(run.target);
    if (target === null || nameOfTarget(target) !== run.target) return [found(rule, story, 'it names no workload')];
    switch (run.stand.is) {
      case 'planning':
      case 'running':
      case 'watching':
        return [found(rule, story, `it is ${run.stand.is} at rest`)];
      case 'planned':
      case 'ended':
        return [];
    }
  });
  const given = observation.outbox.flatMap(({ effect, effectId, fault, incident, outcome }): Violation[] =>
    outcome === 'given up'
      ? [{ rule: 'nothing is given up', says: `${effectId} (${effect.type}): ${fault}`, incident }]
      : [],
  );
  const broken = observation.incidents.flatMap(({ brokenAt, incident }): Violation[] =>
    brokenAt === null
      ? []
      : [{ rule: 'chains are whole', says: `it is broken at ${brokenAt}`, incident: incident.number }],
  );
  return [...waiting, ...spineStuck({ ...observation, at: observation.at - grace }), ...given, ...broken];
}
