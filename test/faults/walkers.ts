/** People who walk runbooks, in pairs: what one of them does alone, and what both do to the same step at the same moment. */
import type { SlackOptions } from '../../sandbox/slack/server.ts';
import { defaultSeed } from '../../sandbox/slack/workspace/seed.ts';
import type { Chance } from './chance.ts';
import type { StepDeed } from './model.ts';
import { actAndRest, isGone } from './people.ts';
import type { Crowd } from './people.ts';
import { cardIn, close, fillIn, press, type } from './step-deeds.ts';
import type { Button, Card, Walker } from './step-deeds.ts';

type Pair = readonly [Walker, Walker];

const walker = (name: string): Walker => ({ name, id: `U0${name.toUpperCase()}` });

/** So many act at any time; of the others each waits until no answer to what it did can come any more. */
const loops = ['dana', 'finn'];

/** The pairs of a loop. */
const pairsOf = (loop: string): readonly Pair[] =>
  [1, 2, 3, 4].map((nth): Pair => [walker(`${loop}${nth}`), walker(`${loop}${nth}too`)]);

const everybody = loops.flatMap(pairsOf).flat();

/** The workspace of the simulator, with them in it. */
export const workspace: NonNullable<SlackOptions['seed']> = {
  users: [
    ...defaultSeed.users,
    ...everybody.map(({ name, id }) => ({ id, name, realName: name, kind: 'person' as const })),
  ],
  channels: defaultSeed.channels.map((channel) => {
    return { ...channel, members: [...channel.members, ...everybody.map(({ id }) => id)] };
  }),
};

/** A bot that was frozen may answer old presses for so long after; a run's killer freezes for 14 s at most. */
const murkFor = 20_000;

/** What the loops share. */
interface Ground {
  /** Channels in which a pair is at work: what happens at a step there is its doing. */
  readonly taken: Set<string>;
  /** Until when answers to old presses may come: by name of a person, and by number of an incident. */
  readonly murk: Map<string | number, number>;
}

/** All loops walk until it is time to go home. */
export const startWalkers = (crowd: Crowd): Promise<unknown> => {
  const ground: Ground = { taken: new Set(), murk: new Map() };
  return Promise.all(
    loops.map((loop) => {
      const own = { ...crowd, chance: crowd.chance.of(loop) };
      return actAndRest(own, { least: 50, most: 300 }, () => walk(own, pairsOf(loop), ground));
    }),
  );
};

async function walk(crowd: Crowd, pairs: readonly Pair[], ground: Ground): Promise<string> {
  const { slack, bots, chance, model } = crowd;
  // People who see a warning sign at every press wait a while.
  if (!bots.some((bot) => bot.isUp())) return 'nobody is up';
  const open = slack.state().channels.filter(({ id, name }) => /^inc-\d+-/.test(name) && !ground.taken.has(id));
  const cards = open.flatMap(({ id }) => cardIn(slack, id) ?? []).filter(({ buttons }) => buttons.length > 0);
  if (cards.length === 0) return 'no runbook to walk';
  const isClear = (of: string | number): boolean => Date.now() > (ground.murk.get(of) ?? 0);
  const clear = cards.filter(({ incident }) => isClear(incident));
  const card = chance.pick(clear.length === 0 ? cards : clear);
  const pair = chance.pick(pairs.filter(([one]) => isClear(one.name)).concat(pairs.slice(0, 1)));
  ground.taken.add(card.channel);
  try {
    const deeds = await actAt(crowd, card, pair, ground.murk, isClear(card.incident) && isClear(pair[0].name));
    model.steps.push(...deeds);
    return deeds.length === 0 ? 'nothing to press' : `step ${deeds[0]?.answer}`;
  } finally {
    ground.taken.delete(card.channel);
  }
}

async function actAt(
  crowd: Crowd,
  card: Card,
  pair: Pair,
  murk: Ground['murk'],
  isClear: boolean,
): Promise<readonly StepDeed[]> {
  const { chance } = crowd;
  const who = chance.pick(pair);
  const forward = card.buttons.filter(({ action }) => /^vigie\.step\.(?:run|retry|done|answer)/.test(action));
  const dice = chance.next();
  if (dice < 0.05) return [(await fillIn(crowd, card, who, 'skip')) ?? []].flat();
  if (dice < 0.1) return [(await fillIn(crowd, card, who, 'go-to')) ?? []].flat();
  if (dice < 0.13) return [await type(crowd, card.incident, who, 'skip')];
  if (dice < (forward.some(({ action }) => action === 'vigie.step.done') ? 0.6 : 0.16))
    return [await type(crowd, card.incident, who, 'done')];
  if (forward.length === 0) {
    // What runs or waits when its incident is closed must go on when that is re-opened.
    if (dice > 0.85) await close(crowd, card.incident, who);
    return [];
  }
  const fingers: { who: Walker; button: Button }[] = (chance.happens(0.5) ? pair : [who]).map((each) => {
    return { who: each, button: chance.pick(lasting(forward, chance)) };
  });
  const { deeds, clear } = await press(crowd, card, fingers, isClear).catch((error: unknown) => {
    // One of them may have pressed nevertheless: what it was told would be taken for the answer to the next press.
    if (isGone(error)) return { deeds: [], clear: false };
    throw error;
  });
  if (!clear) for (const each of [card.incident, pair[0].name]) murk.set(each, Date.now() + murkFor);
  return deeds;
}

/** The last answer leads to the end: mostly another one is given, so that a walk is long. */
function lasting(buttons: readonly Button[], chance: Chance): readonly Button[] {
  return buttons.length > 1 && chance.happens(0.8) ? buttons.slice(0, -1) : buttons;
}
