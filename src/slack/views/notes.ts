/** Short messages: a note in a channel or thread, and an answer to one person. */
import type { Person } from '../../incident/incident.ts';
import { person, preformatted, rich, row, said, words } from './rich.ts';
import { escape, fitted, isSlackGroup, isSlackUser, line, who } from './text.ts';
import type { Message } from './text.ts';

/** One line of the timeline with lines shown as they are below it. */
export function noteWith(text: string, mention: Person | null, below: string | undefined): Message {
  const note = noteOf(text, mention);
  if (below === undefined) return note;
  return { ...note, blocks: [...note.blocks, rich(preformatted(fitted(below, 2_900)))] };
}

/** One line of the timeline, which names no one in a way that calls them; `mention` does. */
export function noteOf(text: string, mention: Person | null): Message {
  if (mention === null || !(isSlackUser(mention.id) || isSlackGroup(mention.id))) {
    return { text: escape(line(text, 400)), blocks: [rich(row(said(text, 2900)))] };
  }
  // A runbook knows its people by id only; the mention stands where the sentence would call them by it.
  const nameless = mention.name === mention.id && text.startsWith(`${mention.id}, `);
  const rest = nameless ? text.slice(mention.id.length + 2) : text;
  const calls = nameless ? `${who(mention)}, ` : '';
  return {
    text: `${calls}${escape(line(rest, 400))}`,
    blocks: [rich(row(person(mention), words(nameless ? ', ' : ' '), said(rest, 2900)))],
  };
}

/** A sentence for the person who asked, such as a refusal. */
export const answerOf = (text: string): Message => noteOf(text, null);
