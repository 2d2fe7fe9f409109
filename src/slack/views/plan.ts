/** The preview of an action: what would change, what to know before saying yes, and who will fight it. */
import type { RichTextBlockElement, RichTextElement } from '@slack/types';
import type { Plan } from '../../action/action.ts';
import { fullStop } from '../../access/spoken.ts';
import { bold, bullets, code, row, rowsOf, said, words } from './rich.ts';

/** Lines of each kind: a phone shows no more at a glance, and Slack takes only so much text. */
const most = { differences: 12, notes: 6, warnings: 6 } as const;

/** Draws a plan. */
export function planOf({
  order,
  replicas,
  differences,
  notes,
  warnings,
  digest,
  pinned,
}: Plan): RichTextBlockElement[] {
  const changes = capped(differences, most.differences, ({ what, from, to }) => [
    bold(what, 80),
    words(': '),
    code(from, 120),
    words(' → '),
    code(to, 120),
  ]);
  const restarts = order.verb === 'restart' && replicas !== 0;
  const pinnedRow =
    pinned === null ? null : [words('Goes back to '), said(`revision ${pinned.revision}`, 40), words('.')];
  return [
    ...rowsOf(
      [
        bold(
          changes.length > 0
            ? 'What would change'
            : restarts
              ? 'The same version starts afresh'
              : 'Nothing would change.',
        ),
        words(' (plan '),
        code(digest, 12),
        words(')'),
      ],
      pinnedRow,
    ),
    ...(changes.length === 0 ? [] : [bullets(changes.map((each) => row(...each)))]),
    ...rowsOf(
      ...capped(notes, most.notes, (note) => [words('ℹ️ '), said(fullStop(note), 250)]),
      ...capped(warnings, most.warnings, ({ text, blocks }) => [
        words(blocks ? '⛔ ' : '⚠️ '),
        said(fullStop(text), 300),
      ]),
    ),
  ];
}

/** The first of them, and how many more there are. */
function capped<T>(all: readonly T[], shown: number, draw: (one: T) => RichTextElement[]): RichTextElement[][] {
  const rows = all.slice(0, shown).map(draw);
  return all.length > shown ? [...rows, [words(`and ${all.length - shown} more`)]] : rows;
}
