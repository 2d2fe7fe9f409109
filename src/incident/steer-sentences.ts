/** How people steered an escalation, as sentences for a person. */
import { fullStop, spokenTime } from '../access/spoken.ts';
import type { SteerLine } from '../escalation/events.ts';

const kinds: Readonly<Record<SteerLine['type'], true>> = {
  ...{ PeoplePaged: true, LevelAsked: true, HandoffOffered: true, HandoffAccepted: true, Snoozed: true },
};

/** Whether a line tells how an escalation was steered. */
export const isSteerLine = (line: { readonly type: string }): line is SteerLine => Object.hasOwn(kinds, line.type);

/** One line as one sentence. */
export function steerSentence(line: SteerLine): string {
  const by = line.by.name;
  switch (line.type) {
    case 'PeoplePaged':
      return `${by} pages ${line.whom}${because(line.reason)}`;
    case 'LevelAsked':
      return `${by} calls level ${line.level}${because(line.reason)}`;
    case 'HandoffOffered':
      return `${line.to.name}, ${by} offers you the command${because(line.note)} Accept it on the card, or with /incident handoff accept.`;
    case 'HandoffAccepted':
      return `${by} took the command that ${line.from.name} offered.`;
    case 'Snoozed':
      return `${by} keeps it for ${spokenTime(line.until - line.at)}.`;
  }
}

const because = (why: string): string => (why === '' ? '.' : `: ${fullStop(why)}`);
