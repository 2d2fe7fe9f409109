/** The sandbox's clock: real time unless told otherwise, and always movable. */

/** A clock that tests can push forward. All expiry and rate rules read it; nothing else in the sandbox reads time. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Moves the clock on and resolves when everything that fell due has been done, in order. */
  readonly advance: (ms: number) => Promise<void>;
  /** Does something once, `ms` from now on this clock; with 0 in a moment, even when the clock stands still. */
  readonly after: (ms: number, run: () => Promise<void>) => void;
  /** Forgets everything that was still to come. */
  readonly clear: () => void;
};

type Due = { readonly at: number; readonly run: () => Promise<void>; readonly timer: NodeJS.Timeout | null };

/** Starts a clock. With `standAt` (milliseconds) it stands still there and moves only by `advance`. */
export function startClock(standAt?: number): Clock {
  let offset = standAt ?? 0;
  const pending = new Set<Due>();
  const now = (): number => (standAt === undefined ? Date.now() : 0) + offset;

  const take = (due: Due): Promise<void> => {
    if (due.timer) clearTimeout(due.timer);
    return pending.delete(due) ? due.run() : Promise.resolve();
  };

  return {
    now,
    async advance(ms) {
      const end = now() + ms;
      for (;;) {
        const [next] = [...pending].toSorted((a, b) => a.at - b.at);
        if (!next || next.at > end) break;
        offset += Math.max(0, next.at - now());
        await take(next);
      }
      offset += Math.max(0, end - now());
    },
    after(ms, run) {
      const timer = standAt === undefined || ms === 0 ? setTimeout(() => void take(due), ms).unref() : null;
      const due: Due = { at: now() + ms, run, timer };
      pending.add(due);
    },
    clear() {
      for (const due of pending) if (due.timer) clearTimeout(due.timer);
      pending.clear();
    },
  };
}
