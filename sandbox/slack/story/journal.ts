/** Everything people could see happen, in order: the source of transcripts. */

import type { Message, View } from '../workspace/state.ts';

/** One thing that happened. Messages and views are copies as they were then; channels are called as they were then, `#incidents` or `@ana`. */
export type Happening =
  | { readonly kind: 'created'; readonly channel: string; readonly by: string }
  | { readonly kind: 'posted' | 'edited' | 'deleted'; readonly channel: string; readonly message: Message }
  | {
      readonly kind: 'topic' | 'purpose' | 'renamed';
      readonly channel: string;
      readonly by: string;
      readonly text: string;
    }
  | { readonly kind: 'archived' | 'unarchived' | 'left'; readonly channel: string; readonly by: string }
  | { readonly kind: 'joined'; readonly channel: string; readonly user: string; readonly inviter: string | null }
  | { readonly kind: 'pinned' | 'unpinned'; readonly channel: string; readonly by: string; readonly message: Message }
  | {
      readonly kind: 'bookmarked';
      readonly channel: string;
      readonly by: string;
      readonly title: string;
      readonly link: string;
    }
  | {
      readonly kind: 'reacted' | 'unreacted';
      readonly channel: string;
      readonly by: string;
      readonly emoji: string;
      readonly message: Message;
    }
  | { readonly kind: 'did'; readonly channel: string | null; readonly by: string; readonly deed: string }
  | { readonly kind: 'told'; readonly channel: string | null; readonly user: string; readonly text: string }
  | { readonly kind: 'opened' | 'pushed' | 'updated' | 'published'; readonly view: View }
  | { readonly kind: 'refused'; readonly view: View; readonly errors: { readonly [blockId: string]: string } };

/** A happening and when it happened, in milliseconds. */
export type Entry = Happening & { readonly at: number };

/** A growing list of entries, and a way to wait for the next one. */
export type Journal = {
  readonly entries: readonly Entry[];
  readonly add: (at: number, happening: Happening) => void;
  /** Calls back after each change until the returned function is called. */
  readonly watch: (seen: () => void) => () => void;
  /** Tells the watchers that something changed which has no entry, such as an API call. */
  readonly touch: () => void;
};

/** An empty journal. */
export function createJournal(): Journal {
  const entries: Entry[] = [];
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
