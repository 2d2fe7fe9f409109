/** A call: what a level does, in a line, and the people whom it calls by name. */
import type { RichTextElement } from '@slack/types';
import type { Person } from '../../incident/incident.ts';
import { person, rich, row, said, words } from './rich.ts';
import { escape, line, who } from './text.ts';
import type { Message } from './text.ts';

/** Somebody who is called, by plain name where Slack does not know them; or everybody in the channel. */
export type Called = Person | { readonly everybody: 'channel' | 'here' };

/** Slack shows the notification's text to whoever is called. */
export function callOf(text: string, whom: readonly Called[]): Message {
  const called = whom.slice(0, 50);
  const names = called.map((one) => ('id' in one ? who(one) : `<!${one.everybody}>`));
  const elements = called.flatMap((one): RichTextElement[] => [words(' '), elementOf(one)]);
  return {
    text: [`📟 ${escape(line(text, 600))}`, ...names].join(' '),
    blocks: [rich(row(words('📟 '), said(text, 2_500), ...elements))],
  };
}

const elementOf = (one: Called): RichTextElement =>
  'id' in one ? person(one) : { type: 'broadcast', range: one.everybody };
