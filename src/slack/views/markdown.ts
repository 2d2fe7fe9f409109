/**
 * The little Markdown of instructions as rich text. It is read before references are expanded: what a label holds is text,
 * whatever it contains, and never formats anything or leads anywhere.
 */
import type { RichTextBlockElement, RichTextElement } from '@slack/types';
import { expand } from '../../runbook/expand.ts';
import type { Scope } from '../../runbook/expand.ts';
import type { Template } from '../../runbook/runbook.ts';
import { webAddress } from './links.ts';
import { bullets, lines, link, preformatted, row } from './rich.ts';
import { line, fitted } from './text.ts';

/** Lines of an instruction that a card shows. */
const mostLines = 120;

/** What is left of the space on a card. */
interface Space {
  left: number;
}

/** A line, or lines of code, as it was written. */
type Piece =
  | { readonly is: 'line' | 'bullet'; readonly text: Template; readonly bold: boolean }
  | { readonly is: 'code'; readonly text: Template };

/** Draws an instruction in at most `max` units: bold, code, code blocks, lists and links; anything else stays as written. */
export function markdownOf(text: Template, scope: Scope, max: number): RichTextBlockElement[] {
  const safe = tamed(scope);
  const space: Space = { left: max };
  const elements: RichTextBlockElement[] = [];
  let rows: RichTextElement[][] = [];
  let points: RichTextElement[][] = [];
  const flush = (): void => {
    while (rows.at(-1)?.length === 0) rows.pop();
    if (rows.length > 0) elements.push(lines(...rows));
    if (points.length > 0) elements.push(bullets(points.map((point) => row(...point))));
    rows = [];
    points = [];
  };
  const cut = text.length > max * 2 || text.split('\n', mostLines + 1).length > mostLines;
  for (const piece of piecesOf(text.slice(0, max * 2).split('\n', mostLines))) {
    if (space.left <= 0) break;
    if (piece.is === 'code') {
      flush();
      const code = take(space, expand(piece.text, safe));
      if (code.trim() !== '') elements.push(preformatted(code));
      continue;
    }
    const drawn = inline(piece.text, piece.bold, safe, space);
    if (piece.is === 'bullet' ? rows.length > 0 : points.length > 0) flush();
    if (piece.is === 'bullet') points.push(drawn);
    else if (drawn.length > 0 || rows.length > 0) rows.push(drawn);
  }
  flush();
  if (cut || space.left <= 0) elements.push(row({ type: 'text', text: '… The file of the runbook says more.' }));
  return elements;
}

/** Values as single lines without controls, so that they can't begin a line of their own. */
function tamed({ labels, annotations, service, incident }: Scope, write = (value: string) => value): Scope {
  const tame = (values: Scope['labels']): Scope['labels'] =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, write(line(value, 300))]));
  return { labels: tame(labels), annotations: tame(annotations), service, incident: tame(incident) };
}

function piecesOf(written: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let fenced: string[] | null = null;
  for (const text of written) {
    if (/^\s*```/u.test(text)) {
      if (fenced !== null) pieces.push({ is: 'code', text: fenced.join('\n') });
      fenced = fenced === null ? [] : null;
    } else if (fenced === null) {
      pieces.push(pieceOf(text));
    } else {
      fenced.push(text);
    }
  }
  return fenced === null ? pieces : [...pieces, { is: 'code', text: fenced.join('\n') }];
}

function pieceOf(text: string): Piece {
  const [, point] = /^\s*[-*+]\s+(\S.*)$/u.exec(text) ?? [];
  if (point !== undefined) return { is: 'bullet', text: point, bold: false };
  const [, heading] = /^#{1,6}\s+(\S.*)$/u.exec(text) ?? [];
  return { is: 'line', text: heading ?? text.trimEnd(), bold: heading !== undefined };
}

/** `code`, **bold**, [a link](https://…), and an address by itself. A reference may hold spaces: `{{ labels.job }}`. */
const spans =
  /`(?<code>[^`]+)`|\*\*(?<bold>.+?)\*\*|\[(?<title>[^\]]+)\]\((?<to>(?:\{\{[^{}]*\}\}|[^\s()])+)\)|(?<bare>https?:\/\/(?:\{\{[^{}]*\}\}|[^\s<>()`*])+)/gu;

function inline(text: Template, bold: boolean, safe: Scope, space: Space): RichTextElement[] {
  const elements: RichTextElement[] = [];
  const say = (said: Template, style: { readonly bold?: true; readonly code?: true }): void => {
    const taken = take(space, expand(said, safe));
    const styled = { ...(bold ? { bold } : {}), ...style };
    if (taken !== '')
      elements.push({ type: 'text', text: taken, ...(Object.keys(styled).length > 0 ? { style: styled } : {}) });
  };
  let from = 0;
  for (const { 0: whole, index, groups = {} } of text.matchAll(spans)) {
    say(text.slice(from, index), {});
    from = index + whole.length;
    const { code, bold: strong, title, to, bare } = groups;
    if (code !== undefined) say(code, { code: true });
    else if (strong !== undefined) elements.push(...inline(strong, true, safe, space));
    else if (title !== undefined && to !== undefined) elements.push(...linkTo(title, to, safe, space));
    else if (bare !== undefined) {
      const [, address = bare, rest = ''] = /^(.*?)([.,;:!?'"]*)$/u.exec(bare) ?? [];
      elements.push(...linkTo(address, address, safe, space));
      say(rest, {});
    }
  }
  say(text.slice(from), {});
  return elements;
}

/** A link, if its address is one whatever labels say, and they don't decide to which host; otherwise its text and address. */
function linkTo(title: Template, to: Template, safe: Scope, space: Space): RichTextElement[] {
  if (space.left <= 0) return [];
  const says = take(space, expand(title, safe));
  const url = webAddress(expand(to, tamed(safe, encodeURIComponent)));
  const elsewhere = webAddress(
    expand(
      to,
      tamed(safe, () => 'x'),
    ),
  );
  if (url !== undefined && elsewhere !== undefined && new URL(url).origin === new URL(elsewhere).origin) {
    return [says.trim() === '' ? { type: 'link', url } : link(url, says)];
  }
  const text = title === to ? says : `${says} (${take(space, expand(to, safe))})`;
  return text === '' ? [] : [{ type: 'text', text }];
}

/** Text that still fits. A short one takes some space as well, which bounds how many there are. */
function take(space: Space, text: string): string {
  const taken = space.left <= 0 ? '' : fitted(text, space.left);
  space.left -= Math.max(8, taken.length);
  return taken;
}
