/** A run in words for a person, and as one line of JSON for a program. */
import { counted } from '../counted.ts';
import { sentence } from '../../../src/incident/timeline.ts';
import { storiesOf } from './scene.ts';
import type { Scene } from './scene.ts';
import type { Ran } from './run.ts';

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** Figures of a run. */
export function figuresOf({ plan, scene, rested, violations, strikes, logbook, vigils, meddling, gaveUp, took }: Ran) {
  const { stories } = storiesOf(scene);
  const { writes } = scene.audit;
  const begun = stories.filter((story) => story.begun.length > 0);
  return {
    ...plan,
    suite: 'actions',
    violations: violations.length,
    seconds: Math.round(took / 1_000),
    restSeconds: Math.round(rested.took / 100) / 10,
    strikes,
    gaveUpStarting: gaveUp.length,
    runs: stories.length,
    approved: begun.length,
    landed: begun.filter((story) => story.landed.length > 0).length,
    verbs: tally(begun.map(({ run }) => run.order.verb)),
    ends: tally(
      begun.map(({ ends, marks }) => `${ends[0]?.outcome ?? 'none'}${marks.length > 0 ? ' after landing' : ''}`),
    ),
    writes: tally(writes.map(({ fate }) => fate)),
    runsSentMoreThanOnce: begun.filter(({ sent }) => sent.length > 1).length,
    landedUnheard: begun.filter(({ landed }) => landed.some(({ fate }) => fate !== 'nothing')).length,
    colleague: meddling,
    crew: logbook.answers,
    watchedAgainAfter: vigils.map(({ resumed }) => resumed),
  };
}

/** The report of a run. */
export function reportOf(ran: Ran): string {
  const one = figuresOf(ran);
  const lines = [
    `actions, ${one.verb ?? 'all verbs'}, seed ${one.seed}: ${one.kills} kills in ${one.seconds} s, at rest ${one.restSeconds} s after mending`,
    `  strikes          ${counted(one.strikes)}; ${one.gaveUpStarting} gave up starting and were started again`,
    `  colleague        ${counted(one.colleague)}`,
    `  crew             ${counted(one.crew)}`,
    `  runs             ${one.runs} asked for, ${one.approved} approved (${counted(one.verbs)}), ${one.landed} landed`,
    `  ends             ${counted(one.ends)}`,
    `  writes           ${counted(one.writes)}; ${one.runsSentMoreThanOnce} runs sent more than once, ${one.landedUnheard} landed unheard`,
    `  vigil            a worker killed in the middle of ${one.watchedAgainAfter.length} rollouts: watched again after ${one.watchedAgainAfter.map((ms) => ms ?? 'no').join(', ') || 'no'} ms`,
    `  broken promises  ${one.violations}`,
  ];
  return [...lines, ...ran.gaveUp.map((line) => `                   ${line}`), ...troubleOf(ran)].join('\n');
}

/** Everything needed to see why: the violations, and of each incident concerned its timeline and the writes for it. */
function troubleOf({ violations, plan, folder, scene }: Ran): readonly string[] {
  if (violations.length === 0) return [];
  const numbers = new Set(violations.flatMap(({ incident }) => incident ?? []));
  const verb = plan.verb === null ? '' : ` --verb ${plan.verb}`;
  return [
    '',
    ...violations.map(
      ({ rule, says, incident }) => `  BROKEN ${rule}${incident === undefined ? '' : ` (${incident})`}: ${says}`,
    ),
    ...[...numbers].slice(0, 5).flatMap((number) => storyOf(scene, number)),
    '',
    `  The logs are in ${folder}. Again: npm run test:faults -- --suite actions --kills ${plan.kills} --seed ${plan.seed}${verb}`,
  ];
}

function storyOf(scene: Scene, number: number): readonly string[] {
  const shown = scene.observation.incidents.find(({ incident }) => incident.number === number);
  if (shown === undefined) return [];
  const time = (at: number): string => new Date(at).toISOString().slice(11, 23);
  const { stories } = storiesOf(scene);
  const writes = stories
    .filter(({ incident }) => incident.number === number)
    .flatMap(({ run, sent }) => sent.map((write) => ({ run, write })));
  return [
    '',
    `  Incident ${number}: ${shown.incident.title}`,
    ...shown.timeline.map(
      ({ line, cause }) => `    ${time(line.at)} ${sentence(line)}${cause === null ? '' : ` [${cause}]`}`,
    ),
    ...writes.map(
      ({ run, write }) =>
        `    ${time(write.at)} ${write.worker} sends for run ${run.id}: ${write.method} ${write.path}, ${write.fate}, ${write.answer === null ? 'never arrived' : `${write.answer.status} at ${time(write.answer.at)}`}`,
    ),
  ];
}
