/** The brief for whoever is woken: what is wrong, what was tried, what to do next; shortened where it matters least. */
import type { Brief, PageText } from '../incident/pager.ts';
import { clip, line } from './words.ts';

/** A page with its brief among the details, where it has one. */
export function withBrief<P extends PageText>(page: P): P {
  if (page.brief === undefined) return page;
  return { ...page, details: { ...page.details, brief: writeBrief(page.brief, mostOfBrief) } };
}

/** Nobody reads more than this at three in the morning. */
const mostOfBrief = 6_000;

/** One thing said of a step must not crowd out the others. */
const mostOfOne = 400;

/** Writes the brief, in at most `max` characters. What is left out is the oldest of what was tried, and it says so. */
export function writeBrief({ state, tried, ruledOut, running, next, link }: Brief, max: number): string {
  const first = [
    line(state, 1_000),
    ...(next === null ? [] : [`Next: ${line(next, mostOfOne)}`]),
    ...section('Under way', running),
    ...section('Ruled out', ruledOut),
  ];
  const last = link === null ? [] : [`All of it: ${line(link, 500)}`];
  const lines = tried.map(
    ({ title, outcome, evidence }) =>
      `- ${line(title, mostOfOne)}: ${line(outcome, 100)}${evidence.trim() === '' ? '' : `. ${line(evidence, mostOfOne)}`}`,
  );
  for (let left = 0; left <= lines.length; left += 1) {
    const shown = lines.slice(left);
    const omitted = left === 0 ? [] : [`- ${left} earlier ${left === 1 ? 'step' : 'steps'} left out`];
    const body = lines.length === 0 ? ['Nothing was tried yet.'] : ['Tried:', ...omitted, ...shown];
    const text = [...first, ...body, ...last].join('\n');
    if (text.length <= max) return text;
  }
  return clip([...first, ...last].join('\n'), max);
}

function section(title: string, items: readonly string[]): readonly string[] {
  const shown = items.slice(0, 10).map((item) => `- ${line(item, mostOfOne)}`);
  const more = items.length - shown.length;
  return items.length === 0 ? [] : [`${title}:`, ...shown, ...(more === 0 ? [] : [`- and ${more} more`])];
}
