/** The runbooks that there are, for one person: a line each. */
import type { RichTextElement } from '@slack/types';
import type { Runbook } from '../../runbook/runbook.ts';
import { answerOf } from './notes.ts';
import { bold, code, lines, rich, said, words } from './rich.ts';
import type { Message } from './text.ts';

/** Lines that are shown: more would be too much text for one message. */
const mostShown = 40;

/** Draws the library, by id. */
export function libraryOf(library: readonly Runbook[]): Message {
  if (library.length === 0) return answerOf('There are no runbooks: Vigie was started without any.');
  const sorted = library.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted
    .slice(0, mostShown)
    .map((runbook): RichTextElement[] => [
      code(runbook.id, 63),
      words(' '),
      bold(runbook.title, 80),
      words(' · '),
      said(beginsOf(runbook), 120),
    ]);
  if (sorted.length > mostShown) rows.push([words(`and ${sorted.length - mostShown} more`)]);
  return { text: `${library.length} runbook${library.length === 1 ? '' : 's'}`, blocks: [rich(lines(...rows))] };
}

/** What lets it begin. */
function beginsOf({ kind, match, schedule }: Runbook): string {
  if (schedule !== null) return `checklist, at ${schedule.cron} (${schedule.timezone})`;
  if (kind === 'checklist') return 'checklist, started by hand';
  return match.length === 0 ? 'started or chosen by hand' : match.map(({ text }) => text).join(' ');
}
