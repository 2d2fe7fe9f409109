/** Chance that can be repeated: every actor of a run draws from a stream of its own, made from one seed and a name. */
import { createHash } from 'node:crypto';

/** A stream of draws; the same seed and name give the same draws. */
export interface Chance {
  /** At least 0, below 1. */
  readonly next: () => number;
  /** A whole number from `least` to `most`, both included. */
  readonly between: (least: number, most: number) => number;
  /** True this often, from 0 to 1. */
  readonly happens: (probability: number) => boolean;
  /** One of them. Throws when there is none. */
  readonly pick: <T>(from: readonly T[]) => T;
  /** A stream of its own, so that what others draw in the meantime changes nothing for it. */
  readonly of: (name: string) => Chance;
}

/** Opens the stream of a seed. The generator is mulberry32 (https://github.com/cprosche/mulberry32), plenty for choosing faults. */
export function chanceOf(seed: string): Chance {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    happens: (probability) => next() < probability,
    pick: (from) => {
      const one = from[between(0, from.length - 1)];
      if (one === undefined) throw new Error('choosing one of none');
      return one;
    },
    of: (name) => chanceOf(`${seed}/${name}`),
  };
}
