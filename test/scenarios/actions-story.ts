/** Tells an evening in beats: what somebody did, what Slack shows after it, and what the timeline says of it. */
import type { Line } from '../../src/incident/event.ts';
import { sentence } from '../../src/incident/timeline.ts';
import type { Shop } from './actions-shop.ts';

/** An evening on its way to a golden transcript. */
export interface Story {
  /** Something happens; then, when all is quiet again, what there is to see is noted. */
  beat(title: string, happens: () => Promise<unknown>): Promise<void>;
  /** The same while a rollout is watched that does not come to its end: quiet is when Slack shows these words. */
  beatUntil(title: string, words: string, happens: () => Promise<unknown>): Promise<void>;
  /** The evening so far. */
  text(): string;
}

/** Begins to tell. */
export function storyOf(shop: Shop): Story {
  const { slack } = shop.vigie;
  let told = '';
  let seen = '';
  const lines = new Map<number, number>();
  const note = async (title: string): Promise<void> => {
    const all = slack.transcript();
    if (!all.startsWith(seen)) throw new Error('the transcript tells of the past otherwise than before');
    const shown = shownIn(all.slice(seen.length));
    seen = all;
    told += `━━ ${title} ━━\n\n${shown}\n${await newLines(shop, lines)}\n`;
  };
  return {
    beat: async (title, happens) => {
      await happens();
      await shop.quiet();
      await note(title);
    },
    beatUntil: async (title, words, happens) => {
      await happens();
      await slack.until(() => slack.transcript().slice(seen.length).includes(words), 30_000);
      await shop.vigie.settled();
      await note(title);
    },
    text: () => told,
  };
}

/** What the timelines say since they were read last. How far a rollout was at each look is chance. */
async function newLines({ vigie }: Shop, read: Map<number, number>): Promise<string> {
  const listed = await vigie.list();
  const texts = listed
    .map(({ number }) => number)
    .toSorted((a, b) => a - b)
    .map(async (number) => {
      const { timeline } = await vigie.show(number);
      const fresh = timeline.slice(read.get(number) ?? 0);
      read.set(number, timeline.length);
      const said = ordered(fresh.map(({ line }) => line)).map((line) => `  ${sentence(line)}\n`);
      return said.length === 0 ? '' : `Timeline of incident ${number}:\n${said.join('')}`;
    });
  return timeless((await Promise.all(texts)).join(''));
}

/** Two rollouts of one workload are watched beside each other: which end is seen first is chance, too. */
function ordered(lines: readonly Line[]): readonly Line[] {
  const news = lines.filter(({ type }) => type !== 'RolloutMoved');
  const late = (line: Line): number => Number(line.type === 'RunEnded' && line.outcome === 'superseded');
  return news.filter(({ type }) => type === 'RunEnded').length < 2 ? news : news.toSorted((a, b) => late(a) - late(b));
}

interface Entry {
  readonly head: string;
  readonly body: readonly string[];
}

/** What people did and what was said to them, then what was said to all, then each card as it stands now. */
function shownIn(transcript: string): string {
  const entries = entriesOf(timeless(transcript)).filter(({ head }) => !/ (?:topic|purpose): /.test(head));
  const cards = new Map<string, Entry>();
  const others: Entry[] = [];
  for (const entry of entries) {
    const card = cardOf(entry);
    if (card === null) others.push(entry);
    else cards.set(card, { ...entry, head: entry.head.replace(' edited:', ':') });
  }
  const sorted = [
    ...others.toSorted((a, b) => placeOf(a).localeCompare(placeOf(b))),
    ...[...cards].toSorted(([a], [b]) => a.localeCompare(b)).map(([, entry]) => entry),
  ];
  return sorted.map(({ head, body }) => [head, ...body].map((line) => `${line}\n`).join('')).join('');
}

function entriesOf(text: string): readonly Entry[] {
  const entries: { head: string; body: string[] }[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    // The list of all commands has goldens of its own.
    if (/^ +`\/incident/.test(line)) continue;
    if (line.startsWith(' ') || line === '') entries.at(-1)?.body.push(line);
    else entries.push({ head: line, body: [] });
  }
  return entries;
}

/** Lanes run beside each other, so only what happens in one channel, or is said to one person, has an order. */
function placeOf({ head }: Entry): string {
  if (/^(?:#\S+ )?\w+ (?:presses|types|chooses|submits) |\bform\b/.test(head)) return '0';
  return head.includes(' sees)') ? '1' : `2 ${/#\S+/.exec(head)?.[0] ?? ''}`;
}

/** Which living message it is: its channel and what stays the same of it; null for what is said once. */
function cardOf({ head, body }: Entry): string | null {
  const [, channel] = /^(#\S+) Vigie(?: edited)?:$/.exec(head) ?? [];
  if (channel === undefined) return null;
  const run = body.map((line) => /^ {4}· Run (\d+-\d+) · /.exec(line)?.[1]).find((id) => id !== undefined);
  if (run !== undefined) return `3 ${channel} 3 ${run}`;
  if (body.some((line) => line.startsWith('    · Updated ')) || / · (?:at its end|stopped)/.test(body[0] ?? '')) {
    return `3 ${channel} ${/^ {4}# \S+ \d+ · /.test(body[0] ?? '') ? '1' : '2'}`;
  }
  const announced = /^ {4}\S+ (\d+) · /.exec(body[0] ?? '')?.[1];
  return announced === undefined ? null : `3 ${channel} 0 ${announced}`;
}

/** Times, names with chance in them and ports differ from run to run; nothing else may. */
const timeless = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? UTC/g, '<time>')
    .replace(/(\bplan )[0-9a-f]{8,12}…?/g, '$1<digest>')
    .replace(/\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8,10}-[0-9a-z]{5}\b/g, '$1-<pod>')
    .replace(/\buntil \d{4}-\d\d-\d\d\b/g, 'until <day>')
    .replace(/\b1[78]\d{8}\b/g, '<instant>')
    // Whether the new pod has the name already when somebody looks is chance.
    .replace(/, and a new one has its name/g, '')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/\b\d+(?:\.\d+)? (?:ms|s|seconds)\b/g, '<duration>');
