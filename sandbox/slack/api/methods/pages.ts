/** Cursor pagination, the same for all methods that list things. */

import { refuse } from '../../workspace/content.ts';
import type { Answer, Call } from './method.ts';
import { text } from './method.ts';

/** One page of a list, with the cursor of the next; empty at the end. */
export type Page<T> = { readonly ok: true; readonly items: readonly T[]; readonly next: string };

/** Cuts the page out of the list that `limit` and `cursor` ask for, or refuses the cursor or the limit. */
export function page<T>(call: Call, all: readonly T[], usual: number, max: number): Page<T> | Answer {
  const given = text(call, 'limit');
  const limit = given === '' ? usual : Number(given);
  if (!Number.isInteger(limit) || limit < 0 || limit > max) return refuse('invalid_limit');
  const cursor = text(call, 'cursor');
  const start = cursor === '' ? 0 : readCursor(cursor);
  if (start === null || start > all.length) return refuse('invalid_cursor');
  const end = start + (limit || usual);
  return { ok: true, items: all.slice(start, end), next: end < all.length ? writeCursor(end) : '' };
}

/** Whether a page was cut, not refused. */
export function isPage<T>(value: Page<T> | Answer): value is Page<T> {
  return value.ok && 'items' in value;
}

function writeCursor(start: number): string {
  return Buffer.from(`next:${start}`).toString('base64');
}

function readCursor(cursor: string): number | null {
  const found = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'));
  return found ? Number(found[1]) : null;
}
