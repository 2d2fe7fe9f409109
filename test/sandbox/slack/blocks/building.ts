/** Short ways to write blocks in these tests. */

import type { Json } from '../../../../sandbox/json.ts';

/** Plain text. */
export const plain = (text: string, more: object = {}): Json => ({ type: 'plain_text', text, ...more });
/** Marked-up text. */
export const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
/** A section with a text. */
export const section = (text: string, more: object = {}): Json => ({ type: 'section', text: mrkdwn(text), ...more });
/** A button, or what differs from a plain one. */
export const button = (more: object = {}): Json => ({ type: 'button', text: plain('Go'), ...more });
/** A row of elements. */
export const actions = (...elements: object[]): Json => ({ type: 'actions', elements });
/** So many options. */
export const options = (count: number): Json[] =>
  Array.from({ length: count }, (_, index) => ({ text: plain(`Option ${index}`), value: `${index}` }));
/** Rich text of one run. */
export const rich = (text: string): Json => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
/** The same thing so many times. */
export const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
/** An input block around an element. */
export const input = (element: object, more: object = {}): Json => ({
  type: 'input',
  label: plain('L'),
  element,
  ...more,
});
