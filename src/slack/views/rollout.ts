/** How far a rollout is, in words: `3 of 6 pods`, and what stands in the way. */
import type { RichTextElement } from '@slack/types';
import type { Progress } from '../../action/action.ts';
import { fullStop } from '../../access/spoken.ts';
import { said, words } from './rich.ts';

/** What the states are called. */
const states: Readonly<Record<Progress['state'], string>> = {
  observing: 'the cluster has not begun yet',
  progressing: 'rolling out',
  degraded: 'pods are in trouble',
  paused: 'the rollout is paused',
  blocked: 'something holds the rollout up',
};

/** The progress on a line; nothing is known before the first look. */
export function rolloutOf(progress: Progress | null): RichTextElement[] {
  if (progress === null) return [words('the rollout is watched.')];
  const { state, done, total, says } = progress;
  const way = says.trim() === '' ? [words('.')] : [words('. In the way: '), said(fullStop(says), 600)];
  return [words(`${done} of ${total} ${total === 1 ? 'pod' : 'pods'}, ${states[state]}`), ...way];
}
