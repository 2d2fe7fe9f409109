/** What people could see happen at a neighbour, in order: the source of transcripts. */

/** A growing list of happenings with their times, in milliseconds, and a way to wait for the next one. */
export type Journal<Happening> = {
  readonly entries: readonly (Happening & { readonly at: number })[];
  /** Keeps a copy of what happened, as it was then. */
  readonly add: (at: number, happening: Happening) => void;
  /** Calls back after each change until the returned function is called. */
  readonly watch: (seen: () => void) => () => void;
  /** Tells the watchers that something changed which has no entry, such as a request. */
  readonly touch: () => void;
};

/** An empty journal. */
export function createJournal<Happening extends object>(): Journal<Happening> {
  const entries: (Happening & { readonly at: number })[] = [];
  const watchers = new Set<() => void>();
  const touch = (): void => {
    for (const seen of watchers) seen();
  };
  return {
    entries,
    add(at, happening) {
      entries.push({ ...structuredClone(happening), at });
      touch();
    },
    watch(seen) {
      watchers.add(seen);
      return () => void watchers.delete(seen);
    },
    touch,
  };
}

/** Looks again after each change until the check gives something true-ish, and returns it. Throws with `story()` after `withinMs`. */
export async function untilSeen<T>(
  journal: Pick<Journal<never>, 'watch'>,
  check: () => T | null | undefined | false,
  withinMs: number,
  story: () => string,
): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, withinMs);
  let found = check();
  const stop = journal.watch(() => {
    found ||= check();
    if (found) resolve();
  });
  if (!found) await promise;
  clearTimeout(timer);
  stop();
  const last = found || check();
  if (last) return last;
  throw new Error(`waited ${withinMs} ms in vain; this is what happened:\n${story()}`);
}
