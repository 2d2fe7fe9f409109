/** What the timeline keeps of calls and of PagerDuty, as sentences for a person. */
import { fullStop, spokenTime } from '../access/spoken.ts';
import type { Instant } from './incident.ts';
import type { NamedLevel, PageWay } from './pager.ts';
import type { PagerLine } from './pager-lines.ts';

const kinds: Readonly<Record<PagerLine['type'], true>> = {
  ...{ LevelsCalled: true, LadderMoved: true, LadderExhausted: true, WasDown: true, Offered: true },
  ...{ PageSent: true, PageConfirmed: true, PageFailed: true, PageDelayed: true, PagerJoined: true, PagerTold: true },
};

/** Whether a line tells of calls or of PagerDuty. */
export const isPagerLine = (line: { readonly type: string }): line is PagerLine => Object.hasOwn(kinds, line.type);

/** `L2 on-call, L3 engineering lead`. */
export const levelNames = (levels: readonly NamedLevel[]): string =>
  levels.map(({ id, name }) => (name === id ? id : `${id} ${name}`)).join(', ');

const taken: Readonly<Record<PageWay, string>> = {
  trigger: 'PagerDuty took the page in.',
  responders: 'PagerDuty asked more people to help.',
  reassign: 'PagerDuty handed its incident over.',
  webhook: 'The second pager took the page in.',
  slack: 'The call stands in Slack.',
};

/** One line as one sentence. */
export function pagerSentence(line: PagerLine): string {
  switch (line.type) {
    case 'LevelsCalled':
      return called(line);
    case 'LadderMoved':
      return line.next === null
        ? 'Nobody is called: this was due more than 12 h ago, and nothing was heard since.'
        : `Nobody is called for another ${spokenTime(line.next - line.at)}: it is a quiet time.`;
    case 'LadderExhausted':
      return `Nobody answered, and the policy ${line.policy} is at its end. Nobody is called any more.`;
    case 'WasDown':
      return `Vigie was down for ${spokenTime(line.at - line.from)}. That time does not count.`;
    case 'Offered':
      return `${line.to.name}, it fires again. Others are called in ${spokenTime(line.until - line.at)}, unless you acknowledge it.`;
    case 'PageSent':
      return taken[line.way];
    case 'PageConfirmed':
      return `PagerDuty pages: its incident is ${line.incident}.`;
    case 'PageFailed': {
      const says = fullStop(line.says);
      const page = `The page for ${levelNames(line.levels)}`;
      if (!line.needed) return `${page} was not needed any more: ${says}`;
      const again = triedAgain(line);
      return line.instead === null
        ? `${page} failed, and nothing ${again === '' ? '' : 'else '}is left to try: ${says} Call somebody.${again}`
        : `${page} failed: ${says} Instead: ${line.instead}.${again}`;
    }
    case 'PageDelayed':
      return `PagerDuty still fails: ${fullStop(line.says)}${triedAgain(line)}`;
    case 'PagerJoined':
      return `${line.by.name} acknowledged in PagerDuty, too.`;
    case 'PagerTold':
      return line.says;
  }
}

const triedAgain = ({ at, again }: { readonly at: Instant; readonly again: Instant | null }): string =>
  again === null ? '' : ` PagerDuty is tried again in ${spokenTime(again - at)}.`;

/** Less than this is only how long things take. */
const worthSaying = 60_000;

function called({ levels, why, late, ways }: Extract<PagerLine, { type: 'LevelsCalled' }>): string {
  const delay = late < worthSaying ? '' : `, ${spokenTime(late)} late`;
  const who = `${levels.length === 1 ? 'evel' : 'evels'} ${levelNames(levels)}${delay}`;
  const how = ways.length === 0 ? '.' : `: ${ways.join('; ')}.`;
  switch (why) {
    case 'entered':
      return `L${who}${how}`;
    case 'repeated':
      return `Nobody answered. Again l${who}${how}`;
    case 'called again':
      return `Nobody holds it any more. Again l${who}${how}`;
    case 'asked':
      return `Asked for l${who}${how}`;
    case 'by name':
      return `Called by name: ${levelNames(levels)}${how}`;
  }
}
