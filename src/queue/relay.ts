/** The relay: rings for what was committed, and sweeps: whatever is due and was not rung for lately is rung for again. */
import type { Ring } from '../incident/contracts.ts';
import type { Room } from '../incident/effect.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Db } from '../store/database.ts';
import { unrung } from '../store/outbox.ts';
import type { Bell } from './bell.ts';

/** What nobody rang for, because its process died or Redis forgot, is at most this late. */
const interval: Duration = 500;

/** What is due sooner than this is rung for at its time, by whoever put it there; the sweeps find the rest. */
const soon: Duration = 10_000;

/** A relay that is sweeping. */
export interface Relay extends AsyncDisposable {
  /** Rings for lanes when they are due, without waiting for it. */
  ring(rings: readonly Ring[]): void;
}

/** What a relay needs. */
export interface RelayParts {
  readonly db: Db;
  readonly bell: Bell;
  readonly rooms: readonly Room[];
  readonly clock: () => Instant;
  /** A ring that was not answered for this long is taken for lost. */
  readonly patience: Duration;
  /** Hears of sweeps that faulted; the next one tries again. */
  readonly trouble: (error: unknown) => void;
}

/** Starts sweeping. */
export function startRelay({ db, bell, rooms, clock, patience, trouble }: RelayParts): Relay {
  let sweeping: Promise<void> | null = null;
  const waiting = new Set<NodeJS.Timeout>();
  // Left to the sweeps, what waits would come back all at once, and a click in that moment would queue behind it.
  const ringLater = (ring: Ring): void => {
    const timer = setTimeout(
      () => {
        waiting.delete(timer);
        void bell.ring([ring]);
      },
      ring.due - clock() + 1,
    );
    waiting.add(timer);
  };
  const sweep = async (): Promise<void> => {
    try {
      const rings = await unrung(db, rooms, clock(), patience);
      if (rings.length > 0) await bell.ring(rings);
    } catch (error) {
      trouble(error);
    }
  };
  const timer = setInterval(() => {
    // One sweep at a time: a slow database must not be asked ever more often.
    sweeping ??= sweep().finally(() => {
      sweeping = null;
    });
  }, interval);
  return {
    ring: (rings) => {
      const now = clock();
      const due = rings.filter((ring) => ring.due <= now);
      if (due.length > 0) void bell.ring(due);
      for (const ring of rings) if (ring.due > now && ring.due < now + soon) ringLater(ring);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      for (const each of waiting) clearTimeout(each);
      await sweeping;
    },
  };
}
