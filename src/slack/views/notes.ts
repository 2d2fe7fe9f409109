/** Short messages: a note in a channel or thread, and an answer to one person. */
import type { Person } from '../../incident/incident.ts';
import { person, rich, row, said, words } from './rich.ts';
import { escape, isSlackUser, line } from './text.ts';
import type { Message } from './text.ts';

/** One line of the timeline, which names no one in a way that calls them; `mention` does. */
export function noteOf(text: string, mention: Person | null): Message {
  const calls = mention !== null && isSlackUser(mention.id);
  return {
    text: escape(line(text, 400)),
    blocks: [rich(row(...(calls ? [person(mention), words(' ')] : []), said(text, 2900)))],
  };
}

/** A sentence for the person who asked, such as a refusal. */
export const answerOf = (text: string): Message => noteOf(text, null);
