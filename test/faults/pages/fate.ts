/** What may happen to a request on its way to PagerDuty. */
import type { Chance } from '../chance.ts';
import type { Letter } from '../actions/passage.ts';

/** One fate. `when` says whether PagerDuty has done it by then. */
export type Fate =
  | { readonly is: 'nothing' }
  /** The connection is reset. */
  | { readonly is: 'cut'; readonly when: 'before' | 'after' }
  /** Another status than PagerDuty's own; with `after` it was done all the same. */
  | { readonly is: 'status'; readonly status: 429 | 500 | 503; readonly when: 'before' | 'after' }
  /** A proxy's page. */
  | { readonly is: 'garbage' }
  /** Taken in with 202, and nothing comes of it: only events. */
  | { readonly is: 'swallowed' }
  /** No answer, for longer than anybody waits; with `after` it was done. */
  | { readonly is: 'silence'; readonly when: 'before' | 'after' }
  /** Whoever sent it dies before it arrives, before the answer, or with it. */
  | { readonly is: 'death'; readonly when: 'before' | 'after' | 'heard'; readonly kill: () => Promise<void> };

/** How a fate is counted. */
export const nameOfFate = (fate: Fate): string => {
  switch (fate.is) {
    case 'nothing':
    case 'garbage':
    case 'swallowed':
      return fate.is;
    case 'status':
      return `${fate.status} ${fate.when}`;
    case 'cut':
    case 'silence':
    case 'death':
      return `${fate.is} ${fate.when}`;
  }
};

/** Whether PagerDuty heard of a request with this fate. */
export const reaches = (fate: Fate): boolean => fate.is === 'nothing' || ('when' in fate && fate.when !== 'before');

/** Whether a request is an event, which alone is taken in before it is worked on. */
export const isEvent = ({ path }: Pick<Letter, 'path'>): boolean => path === '/v2/enqueue';

/** The fate of a write where this share of them goes wrong. */
export function drawFate(chance: Chance, share: number, letter: Pick<Letter, 'path'>): Fate {
  if (!chance.happens(share)) return { is: 'nothing' };
  const when = chance.pick(['before', 'after'] as const);
  const dice = chance.next();
  if (dice < 0.35) return { is: 'cut', when };
  if (dice < 0.7) return { is: 'status', status: chance.pick([429, 500, 503] as const), when: 'before' };
  if (dice < 0.8) return { is: 'garbage' };
  if (dice < 0.9) return { is: 'silence', when };
  return isEvent(letter) ? { is: 'swallowed' } : { is: 'cut', when };
}
