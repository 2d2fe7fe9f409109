/** One run of the torture of actions: real processes, a crew, a colleague and a killer, all drawn from one seed; then rest, and the check. */
import type { Verb } from '../../../src/action/action.ts';
import { chanceOf } from '../chance.ts';
import type { Chance } from '../chance.ts';
import type { Violation } from '../check-record.ts';
import type { Strikes } from '../killer.ts';
import { ender, ownFaults } from '../ending.ts';
import { check } from './check.ts';
import { employ } from './colleague.ts';
import type { Colleague } from './colleague.ts';
import { work } from './crew.ts';
import type { Logbook } from './crew.ts';
import { drawEstate, slowEstate } from './estate.ts';
import type { Workload } from './estate.ts';
import { openHands } from './hands.ts';
import { strikeUntil } from './killer.ts';
import { rest } from './rest.ts';
import type { Rested } from './rest.ts';
import type { Frozen, Scene } from './scene.ts';
import { openSite } from './site.ts';
import type { Site } from './site.ts';
import { checkVigils, keepVigil } from './vigil.ts';
import type { Vigil } from './vigil.ts';

/** What to do. */
export interface Plan {
  /** The only verb; null for all of them. */
  readonly verb: Verb | null;
  readonly kills: number;
  readonly seed: string;
  /** Whether workers do what kubectl would, in a network that is worse still: not the product, but a test of the check. */
  readonly naive?: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface Ran {
  readonly plan: Pick<Plan, 'verb' | 'kills' | 'seed'>;
  readonly scene: Scene;
  readonly rested: Rested;
  readonly violations: readonly Violation[];
  readonly strikes: Strikes;
  readonly logbook: Logbook;
  readonly vigils: readonly Vigil[];
  /** What the colleague did. */
  readonly meddling: Readonly<Record<string, number>>;
  /** Processes that ended by themselves while they started: an orchestrator starts them again. */
  readonly gaveUp: readonly string[];
  /** Milliseconds from the first start to the end of the check. */
  readonly took: number;
  /** Where the logs are; removed when nothing was found. */
  readonly folder: string;
}

/** Runs. Rejects only when the run itself broke; what Vigie broke is in the answer. */
export async function run(plan: Plan): Promise<Ran> {
  const { verb, kills, seed, naive = false } = plan;
  const preload = naive ? import.meta.resolve('./naive-worker.ts') : null;
  using over = ender(plan.signal);
  const { signal } = over;
  const began = Date.now();
  const chance = chanceOf(`actions ${seed}`);
  const estate = drawEstate(verb);
  const slow = naive ? [] : slowEstate;
  await using site = await openSite({ estate: [...estate, ...slow], chance, preload, signal });
  const { cluster, folder, processes } = site;
  plan.say(`actions: seed ${seed}, ${kills} kills, ${verb ?? 'all verbs'}; logs in ${folder}`);
  const colleague = employ(cluster, estate);
  const torture = await torment({ ...plan, signal }, { chance, colleague, estate, site, slow });
  const { frozen, logbook, strikes, unruly, vigils } = torture;
  const rested = await rest(site, colleague, signal, (line) => plan.say(`actions: ${line}`));
  const scene: Scene = { ...rested, ...site, told: logbook.told, deploys: colleague.deploys, frozen };
  const violations = [
    ...ownFaults(processes, [...unruly, ...rested.unruly], rested.settled),
    ...checkVigils(vigils, slow.length),
    ...check(scene),
  ];
  cluster.assertSound();
  if (violations.length === 0) await site.remove();
  const gaveUp = processes.flatMap(({ ended }) => ended.starting);
  return {
    ...{ plan: { verb, kills, seed }, scene, rested, violations, strikes, logbook, vigils, gaveUp, folder },
    ...{ meddling: colleague.deeds, took: Date.now() - began },
  };
}

interface Cast {
  readonly chance: Chance;
  readonly colleague: Colleague;
  readonly estate: readonly Workload[];
  readonly site: Site;
  readonly slow: readonly Workload[];
}

interface Torture {
  readonly frozen: readonly Frozen[];
  readonly logbook: Logbook;
  readonly strikes: Strikes;
  readonly unruly: readonly string[];
  readonly vigils: readonly Vigil[];
}

/** Everybody at work, until enough workers were killed and all actions have ended. */
async function torment(
  { kills, naive, signal, say }: Plan,
  { chance, colleague, estate, site, slow }: Cast,
): Promise<Torture> {
  const { audit, cluster, slack } = site;
  const strikes: Strikes = {};
  const frozen: Frozen[] = [];
  const unruly: string[] = [];
  const logbook: Logbook = { told: [], answers: {} };
  const home = new AbortController();
  const ending = AbortSignal.any([home.signal, signal]);
  const hands = openHands(slack);
  const crew = work({ estate, hands, colleague, cluster, chance: chance.of('crew'), logbook, ending });
  const meddling = colleague.meddle(chance.of('colleague'), ending);
  // Looked at below; a fault of theirs must not end the process before the site is closed.
  for (const each of [crew, meddling]) each.catch(() => undefined);
  let vigils: readonly Vigil[] = [];
  const victim = {
    site,
    chance: chance.of('killer'),
    strikes,
    frozen,
    unruly,
    badness: naive === true ? 0.7 : 0.2,
    signal,
  };
  try {
    vigils = await keepVigil(site, hands, slow);
    say(`actions: watched again after ${vigils.map(({ resumed }) => resumed ?? 'no').join(', ')} ms`);
    await strikeUntil(victim, kills, (killed) => {
      if (killed % 10 === 0) say(`actions: ${killed} of ${kills} kills, ${audit.writes.length} writes sent`);
    });
  } finally {
    home.abort();
  }
  say('actions: all is mended');
  await finish(Promise.all([crew, meddling]), colleague);
  return { frozen, logbook, strikes, unruly, vigils };
}

/** Lets everybody end what they began, on workloads that work. */
async function finish(all: Promise<unknown>, colleague: Colleague): Promise<void> {
  const timer = setInterval(() => colleague.mendAll(), 500);
  await all.finally(() => clearInterval(timer));
}
