/** The crew: for each workload somebody who has one action after the other done on it, as far as Vigie lets them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import type { Order } from '../../../src/action/action.ts';
import { nameOfTarget } from '../../../src/action/action.ts';
import { number } from '../../../src/kubernetes/json.ts';
import type { Chance } from '../chance.ts';
import { isBroken, readObject } from './colleague.ts';
import type { Colleague } from './colleague.ts';
import type { Workload } from './estate.ts';
import type { Hands } from './hands.ts';

/** What somebody was told in Slack. */
export interface Told {
  readonly run: string;
  readonly target: string;
  readonly order: Order;
}

/** What the crew did and was told. */
export interface Logbook {
  readonly told: Told[];
  /** What came of asking, in a few words, and how often. */
  readonly answers: Record<string, number>;
}

/** What the crew is given. */
export interface Crew {
  readonly estate: readonly Workload[];
  readonly hands: Hands;
  readonly colleague: Colleague;
  readonly cluster: KubernetesSandbox;
  readonly chance: Chance;
  readonly logbook: Logbook;
  /** Aborts when no new action is to be asked for. */
  readonly ending: AbortSignal;
}

/** Runs of one incident; then another one is declared, as a new trouble would be. */
const runsAnIncident = 10;

/** Nobody looks at one card for longer than this. */
const patience = 30_000;

/** Resolves when everybody has finished what they had begun. */
export const work = (crew: Crew): Promise<unknown> =>
  Promise.all(crew.estate.map((workload) => attend({ ...crew, chance: crew.chance.of(workload.service) }, workload)));

async function attend(crew: Crew, workload: Workload): Promise<void> {
  const { chance, ending, hands, logbook } = crew;
  let incident: number | null = null;
  for (let runs = 0; !ending.aborted;) {
    if (incident === null || runs === runsAnIncident) {
      incident = await hands.declare(`Trouble of ${workload.service}`);
      runs = 0;
    }
    if (incident === null) continue;
    const came = await actOnce(crew, workload, incident);
    logbook.answers[came] = (logbook.answers[came] ?? 0) + 1;
    // Whoever was not answered tries again where they are: Slack makes twenty channels a minute, and not more.
    const asked = !came.startsWith('asked');
    runs += Number(asked);
    await pause(asked ? chance.between(0, 300) : chance.between(500, 1_500));
  }
}

async function actOnce(crew: Crew, workload: Workload, incident: number): Promise<string> {
  const { chance, cluster, colleague, hands, logbook } = crew;
  const verb = chance.pick(workload.verbs);
  colleague.prepare(workload, verb);
  // The controllers take it in first; a person is slower than that.
  await pause(300);
  const order = orderFor(cluster, workload, verb, chance);
  if (order === null) return 'nothing to do it to';
  const asked = await hands.ask(incident, workload.service, order);
  if ('refused' in asked) {
    if (!/under way already|works on/.test(asked.refused)) return `asked: ${asked.refused.slice(0, 60)}`;
    await free(crew, workload);
    return 'asked: busy';
  }
  const { run } = asked;
  logbook.told.push({ run, target: nameOfTarget(workload.target), order });
  const planned = await reads(crew, run, /^waits for/);
  if (planned === null || !planned.startsWith('waits')) return planned ?? 'no plan in time';
  // People look: nobody rolls back what works again, whatever was there before.
  if (verb === 'rollback' && !isBroken(readObject(cluster, workload.target))) {
    await hands.press('ana', run, 'cancel');
    return 'called off: it works again';
  }
  await hands.press(planned === 'waits for approval' ? chance.pick(['ben', 'chloe']) : 'ana', run, 'approve');
  const word = await reads(crew, run, null);
  if (word?.startsWith('unknown') === true) await free(crew, workload);
  return word ?? 'no end in time';
}

/** Somebody looks at what nobody knows, and frees the workload; also when it turned out long after they had stopped to wait. */
async function free({ hands, logbook }: Crew, { target }: Workload): Promise<void> {
  const last = logbook.told.findLast((told) => told.target === nameOfTarget(target));
  if (last !== undefined && hands.word(last.run)?.startsWith('unknown') === true)
    await hands.press('ana', last.run, 'cancel');
}

const ended = /^(?:succeeded|failed|superseded|drifted|expired|unknown|refused|called off|rehearsed)/;

/** Looks at the card until it says this, or an end; null when it takes too long. */
async function reads({ hands }: Crew, run: string, wanted: RegExp | null): Promise<string | null> {
  for (const until = Date.now() + patience; Date.now() < until;) {
    const word = hands.word(run);
    if (word !== null && (ended.test(word) || wanted?.test(word) === true)) return word;
    await pause(100);
  }
  return null;
}

function orderFor(cluster: KubernetesSandbox, { target }: Workload, verb: Order['verb'], chance: Chance): Order | null {
  switch (verb) {
    case 'restart':
    case 'pause':
    case 'resume':
      return { verb };
    case 'rollback':
      return { verb, to: 'previous' };
    case 'scale': {
      const now = number(readObject(cluster, target), 'spec', 'replicas') ?? 2;
      return { verb, to: chance.pick([1, 2, 3, 4].filter((replicas) => replicas !== now)) };
    }
    case 'delete-pod': {
      const pods = cluster
        .list('Pod', 'shop')
        .filter(
          ({ metadata }) => metadata.name.startsWith(`${target.name}-`) && metadata.deletionTimestamp === undefined,
        );
      return pods.length === 0 ? null : { verb, pod: chance.pick(pods).metadata.name };
    }
    case 'set-autoscaler-bounds':
      return { verb, min: chance.between(1, 3), max: chance.between(4, 7) };
  }
}
