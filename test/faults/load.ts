/** The load: families of alerts fire, resolve and fire anew, and one sender a group tells Vigie, with the copies of a second peer. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './deliver.ts';
import { bodyOf } from './family.ts';
import type { AlertState, Family } from './family.ts';
import { accept } from './model.ts';
import type { Model } from './model.ts';

/** A load that is running. */
export interface Load {
  /** Lets every family reach its last state; resolves once all of it was accepted. */
  finish(): Promise<void>;
}

/**
 * How often a second Alertmanager sends the same, at most this much later; and for how long it tries, as its flushes have a
 * deadline. Vigie believes a copy that comes 40 s after its alert was resolved.
 */
const copies = { share: 0.15, within: 2_500, deadline: 20_000 } as const;

/** Starts all families. A fault of any of them rejects `finish`. */
export function startLoad(model: Model, chance: Chance, to: Omit<Delivery, 'chance'>): Load {
  const ending = new AbortController();
  const lives = model.families.map((family) =>
    live(family, model, chance.of(`life of ${family.name}`), to, ending.signal),
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

async function live(
  family: Family,
  model: Model,
  chance: Chance,
  to: Omit<Delivery, 'chance'>,
  ending: AbortSignal,
): Promise<void> {
  const world = new Map<string, AlertState>();
  const groups = family.receivers.map((receiver) => {
    return startGroup(family, receiver, world, model, { ...to, chance: chance.of(receiver) });
  });
  const flushed = (): Promise<unknown> => Promise.all(groups.map((group) => group.flush()));
  await pause(chance.between(0, 1_500), undefined, { signal: to.signal });
  // The first alert fires alone until every receiver has told it: so the groups are one incident, whatever comes later.
  fire(world, family.suspects[0]?.fingerprint ?? '');
  await flushed();
  const over = AbortSignal.any([ending, to.signal]);
  while (!over.aborted) {
    change(family, world, chance);
    // Not awaited: the world goes on while a sender still retries what it said before.
    for (const group of groups) group.flush().catch(() => undefined);
    await pause(chance.between(400, 3_000), undefined, { signal: over }).catch(() => undefined);
  }
  to.signal.throwIfAborted();
  if (chance.happens(0.5)) for (const fingerprint of world.keys()) resolve(world, fingerprint);
  await flushed();
  await Promise.all(groups.map((group) => group.copies()));
}

function change({ suspects }: Family, world: Map<string, AlertState>, chance: Chance): void {
  const some = suspects.filter(() => chance.happens(0.5)).map(({ fingerprint }) => fingerprint);
  const dice = chance.next();
  if (dice < 0.35) for (const each of some) fire(world, each);
  else if (dice < 0.6) for (const each of some) resolve(world, each);
  else if (dice < 0.85) for (const each of world.keys()) resolve(world, each);
  // Otherwise nothing changed, and the group is repeated as it is.
}

function fire(world: Map<string, AlertState>, fingerprint: string): void {
  const known = world.get(fingerprint);
  if (known !== undefined && known.endsAt === null) return;
  world.set(fingerprint, { startsAt: Math.max(Date.now(), (known?.endsAt ?? 0) + 1), endsAt: null });
}

function resolve(world: Map<string, AlertState>, fingerprint: string): void {
  const known = world.get(fingerprint);
  if (known === undefined || known.endsAt !== null) return;
  world.set(fingerprint, { ...known, endsAt: Math.max(Date.now(), known.startsAt + 1) });
}

/** One alert group of one receiver: it sends one body at a time, each with the state at the moment of its first attempt. */
function startGroup(
  family: Family,
  receiver: string,
  world: ReadonlyMap<string, AlertState>,
  model: Model,
  to: Delivery,
) {
  const told = new Map<string, AlertState>();
  const copied: Promise<void>[] = [];
  let turn: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    // Alertmanager tells what fires, and the end of what it told to be firing.
    const news = [...world].filter(
      ([fingerprint, state]) => state.endsAt === null || told.get(fingerprint)?.endsAt === null,
    );
    if (news.length === 0) return;
    const states = new Map(news);
    const body = bodyOf(family, receiver, states);
    if (to.chance.happens(copies.share)) {
      const sent = copy(body, states);
      // Looked at in the end.
      sent.catch(() => undefined);
      copied.push(sent);
    }
    await deliver(body, to);
    accept(model, body, states);
    for (const [fingerprint, state] of states) told.set(fingerprint, state);
  };
  const copy = async (body: string, states: ReadonlyMap<string, AlertState>): Promise<void> => {
    const { signal } = to;
    await pause(to.chance.between(0, copies.within), undefined, { signal });
    const over = AbortSignal.timeout(copies.deadline);
    const own = { ...to, chance: to.chance.of(`copy ${copied.length}`), signal: AbortSignal.any([signal, over]) };
    const taken = await deliver(body, own).then(
      () => true,
      (error: unknown) => {
        if (over.aborted && !signal.aborted) return false;
        throw error;
      },
    );
    if (taken) accept(model, body, states);
  };
  return {
    flush: (): Promise<void> => {
      turn = turn.then(send);
      turn.catch(() => undefined);
      return turn;
    },
    copies: async (): Promise<void> => void (await Promise.all(copied)),
  };
}
