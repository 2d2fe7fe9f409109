/** The vigil: rollouts that take a while, and the worker that watches them is killed in the middle. Who watches then, and since when? */
import { setTimeout as pause } from 'node:timers/promises';
import { workloadPath } from '../../../src/kubernetes/names.ts';
import type { Violation } from '../check-record.ts';
import type { Workload } from './estate.ts';
import type { Hands } from './hands.ts';
import type { Site, Worker } from './site.ts';

/** A rollout that went on without the worker that had watched it. */
export interface Vigil {
  readonly run: string;
  /** Milliseconds from the kill to the next look of any worker; null when there was none. */
  readonly resumed: number | null;
  /** What the card said in the end. */
  readonly word: string | null;
}

/** Milliseconds after which somebody must watch again. */
const promised = 15_000;

/** A rollout ends well before this, once it is watched. */
const limit = 45_000;

/** Restarts all of them, kills whoever watches, and waits for the ends. */
export async function keepVigil(site: Site, hands: Hands, slow: readonly Workload[]): Promise<readonly Vigil[]> {
  const asked = await Promise.all(slow.map((workload) => restart(hands, workload)));
  const rollouts = asked.flatMap((each) => each ?? []);
  await until(() => rollouts.every(({ run }) => hands.word(run) === 'rolling out'));
  const paths = new Set(rollouts.map(({ path }) => path));
  const began = Date.now();
  const watched = (): string | undefined =>
    site.audit.glances.findLast(({ at, path }) => at >= began && paths.has(path))?.worker;
  await until(() => watched() !== undefined);
  const watcher = site.workers.find(({ process }) => process.name === watched()) ?? site.workers[0];
  const killed = await killAtALook(watcher);
  await until(() => rollouts.every(({ run }) => hands.word(run) !== 'rolling out'));
  return rollouts.map(({ run, path }) => {
    const next = site.audit.glances.find((glance) => glance.path === path && glance.at > killed);
    return { run, resumed: next === undefined ? null : next.at - killed, word: hands.word(run) };
  });
}

/** While it waits for the cluster it has the rollout in hand, and takes its lease along. */
async function killAtALook({ door, process }: Worker): Promise<number> {
  await door.glanced(limit);
  await process.kill();
  return Date.now();
}

async function restart(
  hands: Hands,
  workload: Workload,
): Promise<{ readonly run: string; readonly path: string } | null> {
  const incident = await hands.declare(`Vigil of ${workload.service}`);
  if (incident === null) return null;
  const asked = await hands.ask(incident, workload.service, { verb: 'restart' });
  if ('refused' in asked) return null;
  const { run } = asked;
  await until(() => hands.word(run)?.startsWith('waits') === true);
  await hands.press('ana', run, 'approve');
  return { run, path: workloadPath(workload.target) };
}

async function until(check: () => boolean): Promise<void> {
  for (const end = Date.now() + limit; !check() && Date.now() < end;) await pause(25);
}

/** Somebody watches again in time, and each card tells how it ended. */
export function checkVigils(vigils: readonly Vigil[], wanted: number): Violation[] {
  const none = { rule: 'watching resumes', says: `only ${vigils.length} of ${wanted} rollouts could be begun` };
  return [
    ...(vigils.length < wanted ? [none] : []),
    ...vigils.flatMap(({ run, resumed, word }) => [
      ...(resumed === null || resumed > promised
        ? [{ rule: 'watching resumes', says: `run ${run} was watched again after ${resumed ?? 'no'} ms` }]
        : []),
      ...(word === 'succeeded' ? [] : [{ rule: 'the card tells', says: `the card of run ${run} says “${word}”` }]),
    ]),
  ];
}
