/** One run of the torture of pages: real processes, alerts, people and a killer, all drawn from one seed; then rest, and the check. */
import { setTimeout as pause } from 'node:timers/promises';
import { chanceOf } from '../chance.ts';
import type { Chance } from '../chance.ts';
import type { Violation } from '../check-record.ts';
import type { DeliveryCounts } from '../deliver.ts';
import { ender, ownFaults } from '../ending.ts';
import type { Strikes } from '../killer.ts';
import { emptyModel } from '../model.ts';
import type { Model } from '../model.ts';
import type { Deeds } from '../people.ts';
import { check } from './check.ts';
import { families } from './families.ts';
import { strikeUntil } from './killer.ts';
import { startLoad } from './load.ts';
import { startPeople } from './people.ts';
import type { PagerDeed } from './people.ts';
import { rest } from './rest.ts';
import type { Rested } from './rest.ts';
import type { Scene } from './scene.ts';
import { openSite, token } from './site.ts';
import type { Site } from './site.ts';

/** What to do. */
export interface Plan {
  readonly kills: number;
  readonly seed: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface Ran {
  readonly plan: Pick<Plan, 'kills' | 'seed'>;
  readonly scene: Scene;
  readonly rested: Omit<Rested, 'scene'>;
  readonly violations: readonly Violation[];
  readonly strikes: Strikes;
  readonly deeds: Deeds;
  readonly deliveries: DeliveryCounts;
  /** Processes that ended by themselves while they started: an orchestrator starts them again. */
  readonly gaveUp: readonly string[];
  /** Milliseconds from the first start to the end of the check. */
  readonly took: number;
  /** Where the logs are; removed when nothing was found. */
  readonly folder: string;
}

/** How long alerts and people go on after the last kill. */
const calm = 5_000;

/** Runs. Rejects only when the run itself broke; what Vigie broke is in the answer. */
export async function run(plan: Plan): Promise<Ran> {
  const { kills, seed, say } = plan;
  using over = ender(plan.signal);
  const { signal } = over;
  const began = Date.now();
  const chance = chanceOf(`pages ${seed}`);
  const model = emptyModel(families);
  await using site = await openSite(chance.of('site'), signal);
  const { bots, folder } = site;
  say(`pages: seed ${seed}, ${kills} kills; logs in ${folder}`);
  const { deeds, deliveries, strikes, there, unruly } = await torment({ ...plan, signal }, chance, site, model);
  say('pages: all is mended');
  const rested = await rest(site, strikes['webhooks lost'] !== undefined, signal, (line) => say(`pages: ${line}`));
  for (const error of site.postman.stumbled) throw error;
  const scene: Scene = { ...rested.scene, model, there };
  const violations = [...ownFaults(bots, [...unruly, ...rested.unruly], rested.settled), ...check(scene)];
  if (violations.length === 0) await site.remove();
  const gaveUp = bots.flatMap(({ ended }) => ended.starting);
  return {
    ...{ plan: { kills, seed }, scene, rested, violations, strikes, deeds, deliveries, gaveUp, folder },
    took: Date.now() - began,
  };
}

interface Torture extends Pick<Ran, 'strikes' | 'deeds' | 'deliveries'> {
  readonly there: readonly PagerDeed[];
  readonly unruly: readonly string[];
}

/** Everybody at work, until enough bots were killed and all alerts were told. */
async function torment({ kills, signal, say }: Plan, chance: Chance, site: Site, model: Model): Promise<Torture> {
  const { bots, pagerduty, slack, audit } = site;
  const strikes: Strikes = {};
  const deeds: Deeds = {};
  const deliveries: DeliveryCounts = { sent: 0, accepted: 0, refused: {} };
  const unruly: string[] = [];
  const there: PagerDeed[] = [];
  const home = new AbortController();
  const ending = AbortSignal.any([home.signal, signal]);
  const load = startLoad(model, chance.of('load'), { bots, token, counts: deliveries, signal });
  const company = { slack, bots, model, deeds, ending, pagerduty, there, chance: chance.of('people') };
  const people = startPeople(company);
  // Looked at below; a fault of theirs must not end the process before the site is closed.
  people.catch(() => undefined);
  try {
    await strikeUntil({ site, chance: chance.of('killer'), strikes, unruly, signal }, kills, (killed) => {
      if (killed % 10 === 0) say(`pages: ${killed} of ${kills} kills, ${audit.length} writes sent`);
    });
    await pause(calm, undefined, { signal });
  } finally {
    home.abort();
  }
  await people;
  await load.finish();
  return { strikes, deeds, deliveries, there, unruly };
}
