/** The last words of containers that crashed, without secrets. */
import { askLog, type Inquiry } from './gather.ts';
import { type Group, worstContainers } from './groups.ts';
import { masked } from './mask.ts';
import { cut, longestSection, shown } from './plain.ts';

/** What containers said last. */
export interface LastWords {
  /** Null when nothing crashed, or nothing was said. */
  readonly log: string | null;
  /** Why there is none, when there should be one. */
  readonly why: string;
}

/** Asks for the logs of at most two of the worst pods. */
export async function readLastWords(inquiry: Inquiry, namespace: string, groups: readonly Group[]): Promise<LastWords> {
  const worst = worstContainers(groups);
  const answers = await Promise.all(
    worst.map(async ({ container, pod }) => {
      const title = `${shown(pod.name, 80)}, ${shown(container.name, 63)}`;
      const previous = container.restarts > 0;
      const first = await askLog(inquiry, namespace, pod.name, container.name, previous);
      // A node forgets the log of a container that ended long ago.
      const answer =
        previous && first.is === 'unanswered'
          ? await askLog(inquiry, namespace, pod.name, container.name, false)
          : first;
      return { answer, title };
    }),
  );
  const share = Math.floor(longestSection / Math.max(1, worst.length)) - 120;
  const said = answers.flatMap(({ answer, title }) => {
    const tail = answer.is === 'answered' ? tailOf(answer.value, share) : '';
    return tail === '' ? [] : [`${title}:\n${tail}`];
  });
  const refused = answers.find(({ answer }) => answer.is === 'forbidden' || answer.is === 'unanswered')?.answer;
  const why = said.length > 0 || refused === undefined || refused.is === 'answered' ? '' : refused.why;
  return { log: said.length === 0 ? null : cut(said.join('\n\n'), longestSection), why };
}

/** The end of a log: whole lines, without secrets, at most `max` UTF-16 units. */
export function tailOf(log: string, max: number): string {
  const lines = masked(log)
    .split('\n')
    .map((line) => cut(line.replaceAll('\t', '  ').trimEnd(), 400))
    .filter((line) => line !== '');
  const kept: string[] = [];
  let left = max;
  for (const line of lines.toReversed()) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.unshift(line);
  }
  return kept.join('\n');
}
