/** A list of incidents for one person: a line each, at most ten. */
import type { Listed } from '../../incident/contracts.ts';
import type { Instant } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import { isPlanned, listedPhase, listedSign } from './headline.ts';
import { answerOf } from './notes.ts';
import { bold, channel, lines, rich, said, words } from './rich.ts';
import type { Message } from './text.ts';

/** A line of the list with the channel it leads to, once there is one. */
export interface Entry extends Listed {
  readonly channel: string | undefined;
}

/** How many lines fit a phone. */
export const mostListed = 10;

/** Draws the list; `more` is how many incidents it leaves out. */
export function listOf(entries: readonly Entry[], more: number, now: Instant): Message {
  if (entries.length === 0) return answerOf('No open incidents.');
  const rows = entries.map(({ number, kind, phase, severity, title, openedAt, channel: id }) => [
    words(`${listedSign({ kind, phase })} `),
    bold(String(number)),
    words(` ${isPlanned({ kind }) ? 'checklist' : severity}, ${listedPhase({ kind, phase })} · `),
    said(title, 120),
    words(` · ${spoken(now - openedAt)}`),
    ...(id === undefined ? [] : [words(' · '), channel(id)]),
  ]);
  if (more > 0) rows.push([words(`and ${more} more`)]);
  const total = entries.length + more;
  return { text: `${total} open incident${total === 1 ? '' : 's'}`, blocks: [rich(lines(...rows))] };
}
