/** Texts with references, `{{labels.job}}`: every reference must be one that can have a value. */
import { quote, ValueFault } from '../fault.ts';
import { nearest } from '../nearest.ts';
import { listOf } from '../values.ts';

/** What a reference may begin with. */
export type Origin = 'labels' | 'annotations' | 'service' | 'incident';

/** All of them. */
export const everywhere: readonly Origin[] = ['labels', 'annotations', 'service', 'incident'];

const known: Readonly<Record<'service' | 'incident', readonly string[]>> = {
  service: ['name', 'environment', 'target', 'health_url'],
  incident: ['number', 'title', 'severity'],
};

/** A reader of texts that may refer to these. Titles and labels of buttons are one line of at most `longest` characters. */
export function readTemplate(origins: readonly Origin[], longest = Infinity): (text: string) => string {
  return (text) => {
    readLine(text, longest);
    checkReferences(text, origins);
    return text;
  };
}

/** A reader of one line in which nothing is expanded, so that braces would be shown to people. */
export function readPlain(longest = Infinity): (text: string) => string {
  return (text) => {
    const offset = text.indexOf('{{');
    if (offset >= 0) throw new ValueFault('nothing is expanded here', 'write it without `{{`', { offset });
    return readLine(text, longest);
  };
}

function readLine(text: string, longest: number): string {
  if (text.trim() === '') throw new ValueFault('the text is empty', 'write something');
  if (longest === Infinity) return text;
  const offset = text.trimEnd().indexOf('\n');
  if (offset >= 0) throw new ValueFault('the text has several lines', 'write it in one', { offset });
  if (text.length > longest) {
    throw new ValueFault(`the text has ${text.length} characters`, `write at most ${longest}`);
  }
  return text;
}

/** Throws a `ValueFault` for the first reference that is malformed, unknown, or not one of these. */
export function checkReferences(text: string, origins: readonly Origin[]): void {
  for (let offset = text.indexOf('{{'); offset >= 0;) {
    const end = text.indexOf('}}', offset + 2);
    const inner = text.slice(offset + 2, end);
    if (end < 0 || inner.includes('{{')) {
      throw new ValueFault('`{{` is never closed', 'close it with `}}`', { offset });
    }
    checkReference(inner, origins, offset);
    offset = text.indexOf('{{', end + 2);
  }
}

function checkReference(inner: string, origins: readonly Origin[], offset: number): void {
  const [, first = '', name = ''] = /^\s*([^\s{}.]+)\.([^\s{}]+)\s*$/.exec(inner) ?? [];
  const shown = quote(`{{${inner}}}`);
  const origin = everywhere.find((candidate) => candidate === first);
  if (origin === undefined) {
    const meant = name === '' ? null : nearest(first, origins);
    const remedy = meant === null ? writeOne(origins) : `did you mean \`{{${meant}.…}}\`?`;
    throw new ValueFault(`${shown} is not a reference`, remedy, { offset });
  }
  if (!origins.includes(origin)) {
    const problem = `${shown} is not allowed here: it comes from outside`;
    throw new ValueFault(problem, writeOne(origins), { offset });
  }
  if (origin === 'labels' || origin === 'annotations' || known[origin].includes(name)) return;
  const meant = nearest(name, known[origin]);
  const remedy =
    meant === null
      ? `write ${listOf(known[origin].map((field) => `{{${origin}.${field}}}`))}`
      : `did you mean \`{{${origin}.${meant}}}\`?`;
  throw new ValueFault(`there is no ${shown}`, remedy, { offset });
}

const writeOne = (origins: readonly Origin[]): string => `write ${listOf(origins.map((origin) => `{{${origin}.…}}`))}`;
