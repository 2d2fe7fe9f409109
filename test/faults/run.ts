/** One run of the torture: real processes, load, people and a killer, all drawn from one seed; then rest, and the check. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startSlack } from '../../sandbox/slack/server.ts';
import { chanceOf } from './chance.ts';
import { check } from './check.ts';
import type { Violation } from './check-record.ts';
import type { DeliveryCounts } from './deliver.ts';
import { ender, ownFaults } from './ending.ts';
import { drawFamilies } from './family.ts';
import { heal } from './heal.ts';
import type { Healed } from './heal.ts';
import { strikeUntil } from './killer.ts';
import type { Strikes } from './killer.ts';
import { startLoad } from './load.ts';
import { emptyModel } from './model.ts';
import type { Model } from './model.ts';
import { startPeople } from './people.ts';
import type { Deeds } from './people.ts';
import { startNeighbour } from './neighbour.ts';
import { openSite, token } from './site.ts';
import type { StoreKind } from './site.ts';
import { startWalkers, workspace } from './walkers.ts';

/** What to do. */
export interface Plan {
  readonly store: StoreKind;
  readonly kills: number;
  readonly seed: string;
  /** Alert groups, before receivers. */
  readonly families?: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface Ran {
  readonly plan: Pick<Plan, 'store' | 'kills' | 'seed'>;
  readonly model: Model;
  readonly healed: Healed;
  readonly violations: readonly Violation[];
  readonly strikes: Strikes;
  readonly deeds: Deeds;
  readonly deliveries: DeliveryCounts;
  /** Bots that ended by themselves while they started: an orchestrator starts them again. */
  readonly gaveUp: readonly string[];
  /** Milliseconds from the first start to the end of the check. */
  readonly took: number;
  /** Where the logs are; removed when nothing was found. */
  readonly folder: string;
}

/** How long people go on after the last kill. */
const calm = 4_000;

/** A seed for whoever names none. */
export const anySeed = (): string => String(randomInt(1_000_000));

/** Runs. Rejects only when the run itself broke; what Vigie broke is in the answer. */
export async function run(plan: Plan): Promise<Ran> {
  const { store, kills, seed, say } = plan;
  // Whatever ends the run ends its load and its people too.
  using over = ender(plan.signal);
  const { signal } = over;
  const began = Date.now();
  const chance = chanceOf(seed);
  const model = emptyModel(drawFamilies(chance, plan.families ?? 12));
  await using slack = await startSlack({ seed: workspace });
  await using neighbour = await startNeighbour(chance.of('neighbour'));
  const around = { slack, neighbour: neighbour.url, families: model.families };
  await using site = await openSite(store, around, signal);
  say(`${store}: seed ${seed}, ${kills} kills; logs in ${site.folder}`);

  const strikes: Strikes = {};
  const deeds: Deeds = {};
  const deliveries: DeliveryCounts = { sent: 0, accepted: 0, refused: {} };
  const load = startLoad(model, chance.of('load'), { bots: site.bots, token, counts: deliveries, signal });
  const home = new AbortController();
  const ending = AbortSignal.any([home.signal, signal]);
  const crowd = { slack, bots: site.bots, model, deeds, ending };
  const people = Promise.all([
    startPeople({ ...crowd, chance: chance.of('people') }),
    startWalkers({ ...crowd, chance: chance.of('walkers') }),
  ]);
  // Looked at below; a fault of theirs must not end the process before the site is closed.
  people.catch(() => undefined);
  const unruly: string[] = [];
  try {
    await strikeUntil(
      { site, slack, neighbour, chance: chance.of('killer'), strikes, unruly, signal },
      kills,
      (killed) => {
        if (killed % 10 === 0) say(`${store}: ${killed} of ${kills} kills, ${deliveries.accepted} bodies accepted`);
      },
    );
    // What the last kill interrupted must go on, and people with it.
    await pause(calm, undefined, { signal });
  } finally {
    home.abort();
  }
  slack.clearFaults();
  await people;
  await load.finish();
  say(`${store}: all is mended`);
  const healed = await heal(site, { slack, neighbour }, signal, (line) => say(`${store}: ${line}`));
  const violations = [
    ...ownFaults(site.bots, [...unruly, ...healed.unruly], healed.settled),
    ...check(model, healed.observation),
  ];
  if (violations.length === 0) await site.remove();
  const gaveUp = site.bots.flatMap(({ ended }) => ended.starting);
  const { folder } = site;
  return {
    ...{ plan: { store, kills, seed }, model, healed, violations, strikes, deeds, deliveries, gaveUp, folder },
    took: Date.now() - began,
  };
}
