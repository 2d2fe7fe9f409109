/** Rich text: the blocks in which text from outside is shown exactly as it is, whatever it contains. */
import type {
  KnownBlock,
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextLink,
  RichTextList,
} from '@slack/types';
import type { RichTextPreformatted, RichTextSection } from '@slack/types';
import type { Instant, Person } from '../../incident/incident.ts';
import { isSlackGroup, isSlackUser, line, seconds, utc } from './text.ts';

/** Text from outside, on one line of at most `max` units. */
export const said = (text: string, max = 300): RichTextElement => ({ type: 'text', text: line(text, max) });

/** Our own words, kept as written. */
export const words = (text: string): RichTextElement => ({ type: 'text', text });

/** Bold text from outside. */
export const bold = (text: string, max = 150): RichTextElement => ({
  type: 'text',
  text: line(text, max),
  style: { bold: true },
});

/** Text from outside, struck through: it is over. */
export const struck = (text: string, max = 150): RichTextElement => ({
  type: 'text',
  text: line(text, max),
  style: { strike: true },
});

/** Text from outside as code, for people to compare or copy. */
export const code = (text: string, max = 300): RichTextElement => ({
  type: 'text',
  text: line(text, max),
  style: { code: true },
});

/** A person or a user group: as Slack shows them, or by plain name. */
export function person({ id, name }: Person): RichTextElement {
  if (isSlackUser(id)) return { type: 'user', user_id: id };
  return isSlackGroup(id) ? { type: 'usergroup', usergroup_id: id } : said(name, 80);
}

/** A channel, as a link. */
export const channel = (id: string): RichTextElement => ({ type: 'channel', channel_id: id });

/** A time in everybody's own time zone. */
export const time = (instant: Instant, format = '{time}'): RichTextElement => ({
  type: 'date',
  timestamp: seconds(instant),
  format,
  fallback: utc(instant),
});

/** A link with our own words on it. */
export const link = (url: string, text: string): RichTextLink => ({ type: 'link', url, text });

/** Elements that follow each other on a line. Words that say nothing are left out: Slack refuses empty texts. */
export const row = (...elements: RichTextElement[]): RichTextSection => ({
  type: 'rich_text_section',
  elements: elements.filter((element) => element.type !== 'text' || element.text !== ''),
});

/** Lines of code, kept as written. */
export const preformatted = (text: string): RichTextPreformatted => ({
  type: 'rich_text_preformatted',
  elements: [{ type: 'text', text }],
});

/** A bulleted list. */
export const bullets = (rows: RichTextSection[]): RichTextList => ({
  type: 'rich_text_list',
  style: 'bullet',
  elements: rows,
});

/** A rich text block. */
export const rich = (...elements: RichTextBlockElement[]): RichTextBlock => ({
  type: 'rich_text',
  elements,
});

/** A block of rich text, or none: Slack refuses an empty one. */
export const told = (...elements: RichTextBlockElement[]): KnownBlock[] =>
  elements.length === 0 ? [] : [rich(...elements)];

/** Lines of elements, as one section with line breaks in it: that is how Slack's own composer writes them. */
export const lines = (...rows: readonly (readonly RichTextElement[])[]): RichTextSection =>
  row(...rows.flatMap((elements, index) => (index === 0 ? elements : [words('\n'), ...elements])));

/** Elements with a separator of ours between them. */
export const joined = (elements: readonly RichTextElement[], separator = ' · '): RichTextElement[] =>
  elements.flatMap((element, index) => (index === 0 ? [element] : [words(separator), element]));

/** Lines below each other, without those that have nothing to say. */
export const rowsOf = (...rows: readonly (readonly RichTextElement[] | null)[]): RichTextBlockElement[] => {
  const shown = rows.flatMap((each) => (each === null || each.length === 0 ? [] : [each]));
  return shown.length === 0 ? [] : [lines(...shown)];
};
