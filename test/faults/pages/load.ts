/** The load: families fire, repeat, clear and fire again, and one sender each tells Vigie, sometimes with a peer's copy. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { deliver } from '../deliver.ts';
import type { Delivery } from '../deliver.ts';
import { bodyOf } from '../family.ts';
import type { AlertState, Family } from '../family.ts';
import { accept } from '../model.ts';
import type { Model } from '../model.ts';

/** A load that is running. */
export interface Load {
  /** Lets every family reach its last state; resolves once all of it was accepted. */
  finish(): Promise<void>;
}

/** Starts all families. A fault of any of them rejects `finish`. */
export function startLoad(model: Model, chance: Chance, to: Omit<Delivery, 'chance'>): Load {
  const ending = new AbortController();
  const lives = model.families.map((family, index) =>
    live(family, { model, chance: chance.of(family.name), to, ending: ending.signal, endsFiring: index % 2 === 0 }),
  );
  // Looked at in `finish`; until then a rejection is nobody's.
  for (const life of lives) life.catch(() => undefined);
  return {
    finish: async () => {
      ending.abort();
      await Promise.all(lives);
    },
  };
}

interface Life {
  readonly model: Model;
  readonly chance: Chance;
  readonly to: Omit<Delivery, 'chance'>;
  readonly ending: AbortSignal;
  readonly endsFiring: boolean;
}

async function live(family: Family, { model, chance, to, ending, endsFiring }: Life): Promise<void> {
  const world = new Map<string, AlertState>();
  const over = AbortSignal.any([ending, to.signal]);
  const rest = (least: number, most: number): Promise<void> =>
    pause(chance.between(least, most), undefined, { signal: over }).catch(() => undefined);
  const sender = openSender(family, world, model, { ...to, chance: chance.of('sender') });
  const [first, ...others] = family.suspects.map(({ fingerprint }) => fingerprint);
  await rest(0, 2_000);
  while (!over.aborted) {
    fire(world, first ?? '');
    await sender.flush();
    const [least, most] = chance.pick([
      [1_000, 4_000],
      [8_000, 18_000],
      [18_000, 40_000],
      [18_000, 95_000],
    ] as const);
    const until = Date.now() + chance.between(least, most);
    while (!over.aborted && Date.now() < until) {
      await rest(800, Math.max(800, Math.min(6_000, until - Date.now())));
      for (const each of others) if (chance.happens(0.4)) fire(world, each);
      await sender.flush();
    }
    if (over.aborted) break;
    clear(world);
    await sender.flush();
    // Within the hold; within the time for another episode; long enough for another incident.
    const [shortest, longest] = chance.pick([
      [300, 1_500],
      [2_500, 5_000],
      [6_000, 15_000],
    ] as const);
    await rest(shortest, longest);
  }
  to.signal.throwIfAborted();
  if (endsFiring) for (const { fingerprint } of family.suspects) fire(world, fingerprint);
  else clear(world);
  await sender.flush();
}

function fire(world: Map<string, AlertState>, fingerprint: string): void {
  const known = world.get(fingerprint);
  if (known !== undefined && known.endsAt === null) return;
  world.set(fingerprint, { startsAt: Math.max(Date.now(), (known?.endsAt ?? 0) + 1), endsAt: null });
}

function clear(world: Map<string, AlertState>): void {
  for (const [fingerprint, state] of world) {
    if (state.endsAt === null) world.set(fingerprint, { ...state, endsAt: Math.max(Date.now(), state.startsAt + 1) });
  }
}

/** How often a second Alertmanager sends the same a moment later. */
const copies = 0.2;

/** Sends one body at a time, until it is taken. */
function openSender(family: Family, world: ReadonlyMap<string, AlertState>, model: Model, to: Delivery) {
  const told = new Map<string, AlertState>();
  return {
    flush: async (): Promise<void> => {
      // Alertmanager tells what fires, and the end of what it told to be firing.
      const news = [...world].filter(
        ([fingerprint, state]) => state.endsAt === null || told.get(fingerprint)?.endsAt === null,
      );
      if (news.length === 0) return;
      const states = new Map(news);
      const body = bodyOf(family, 'vigie', states);
      const times = to.chance.happens(copies) ? 2 : 1;
      for (let time = 0; time < times; time += 1) {
        await deliver(body, to);
        accept(model, body, states);
      }
      for (const [fingerprint, state] of states) told.set(fingerprint, state);
    },
  };
}
