/** Reads what was typed to steer an escalation. Pure; what can't be read becomes a question for help. */
import type { Duration } from '../../incident/incident.ts';
import { durationOf, named, split } from './reading.ts';
import type { Named } from './reading.ts';

/** What somebody asks for. A null incident is that of the channel. */
export type SteerAsked =
  /** `whom` as typed: `@ana`, or the name of a policy. */
  | { readonly is: 'page'; readonly incident: Named | null; readonly whom: string; readonly reason: string }
  /** Whether the first word is a level is known only with the incident. */
  | { readonly is: 'escalate'; readonly incident: Named | null; readonly text: string }
  | { readonly is: 'handoff'; readonly incident: Named | null; readonly to: string; readonly note: string }
  | { readonly is: 'accept' | 'unack'; readonly incident: Named | null }
  | { readonly is: 'catchup'; readonly incident: Named | null }
  | { readonly is: 'snooze'; readonly incident: Named | null; readonly for: Duration };

/** The subcommands that are read here. */
export type SteerWord = 'page' | 'escalate' | 'handoff' | 'snooze' | 'unack' | 'catchup';

/** Reads what follows a subcommand; null when it can't be read. */
export function aboutSteering(word: SteerWord, rest: string): SteerAsked | null {
  switch (word) {
    case 'page': {
      const { incident, text } = marked(rest);
      const { first: whom, after: reason } = split(text);
      return whom === '' ? null : { is: 'page', incident, whom, reason };
    }
    case 'escalate':
      return { is: 'escalate', ...marked(rest) };
    case 'handoff': {
      const { incident, text } = marked(rest);
      const { first: to, after: note } = split(text);
      if (to.toLowerCase() === 'accept' && note === '') return { is: 'accept', incident };
      return isPerson(to) ? { is: 'handoff', incident, to, note } : null;
    }
    case 'snooze': {
      const { first, after } = split(rest);
      const incident = after === '' ? null : named(first);
      const length = durationOf(after === '' ? first : after);
      return length === null || (after !== '' && incident === null) ? null : { is: 'snooze', incident, for: length };
    }
    case 'unack':
    case 'catchup': {
      const incident = named(rest);
      return rest === '' || incident !== null ? { is: word, incident } : null;
    }
  }
}

const kinds: Readonly<Record<SteerAsked['is'], true>> = {
  ...{ page: true, escalate: true, handoff: true, accept: true, unack: true, catchup: true, snooze: true },
};

/** Whether somebody asks to steer an escalation. */
export const isSteering = (asked: { readonly is: string }): asked is SteerAsked => Object.hasOwn(kinds, asked.is);

/** Whether a word names a person. */
export const isPerson = (word: string): boolean => /^<?@/u.test(word);

/** A number belongs to the text unless it is marked: `escalate #12 3 pods are down`. */
function marked(rest: string): { readonly incident: Named | null; readonly text: string } {
  const { first, after } = split(rest);
  const incident = named(first);
  return incident?.marked === true ? { incident, text: after } : { incident: null, text: rest };
}
