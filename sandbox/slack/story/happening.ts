/** What people could see happen in Slack, as the journal keeps it. */

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
