/** Which revision a rollback goes back to, and what is to be said about the choice. */
import type { Warning } from '../../action/action.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Duration, Instant } from '../../incident/incident.ts';
import type { Past } from '../revisions.ts';
import { spokenSpan } from '../words.ts';

/** A version that was live for less was perhaps never any good. */
const short: Duration = 10 * 60_000;

/** The choice. */
export interface Choice {
  readonly pick: Past;
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}

/** Chooses among revisions, newest first. `previous` passes over restarts, and over what Vigie rolled back from. */
export function choose(past: readonly Past[], to: 'previous' | number, now: Instant): Choice | Refusal {
  return to === 'previous' ? previous(past, now) : numbered(past, to, now);
}

function previous(past: readonly Past[], now: Instant): Choice | Refusal {
  const others = past.filter(({ isCurrent }) => !isCurrent);
  if (others.length === 0)
    return { refused: 'There is no earlier revision: it never changed, or its history was cleared' };
  const at = others.findIndex(({ left, restartOnly }) => !restartOnly && left === null);
  const passed = at < 0 ? others : others.slice(0, at);
  const restarts = passed.filter(({ restartOnly }) => restartOnly).map(({ number }) => number);
  const left = passed.filter((one) => one.left !== null && !one.restartOnly);
  const notes = [
    ...(restarts.length === 0 ? [] : [`${revisions(restarts)} left out: only a restart is different`]),
    ...left.map((one) => `${revisions([one.number])} left out: Vigie rolled back from it${ago(one, now)}`),
  ];
  const pick = others[at];
  if (pick === undefined) {
    return {
      refused: `There is no earlier revision to go back to. ${notes.join('. ')}. Name one by its number if you mean it`,
    };
  }
  return { pick, notes, warnings: shortLived(pick) };
}

function numbered(past: readonly Past[], to: number, now: Instant): Choice | Refusal {
  const pick = past.find(({ number }) => number === to);
  if (pick === undefined) {
    const known = past.filter(({ isCurrent }) => !isCurrent).map(({ number }) => number);
    return { refused: `There is no revision ${to} any more. There are: ${known.join(', ') || 'none'}` };
  }
  if (pick.isCurrent) return { refused: `Revision ${to} is what it has now` };
  const left = pick.left === null ? [] : [`Vigie rolled back from revision ${to}${ago(pick, now)}`];
  const restart = pick.restartOnly ? [`Revision ${to} differs from what it has now by a restart only`] : [];
  return {
    pick,
    notes: [],
    warnings: [...[...left, ...restart].map((text) => ({ text, blocks: false })), ...shortLived(pick)],
  };
}

const revisions = (numbers: readonly number[]): string =>
  numbers.length === 1 ? `Revision ${numbers[0]} is` : `Revisions ${numbers.join(', ')} are`;

const ago = ({ left }: Past, now: Instant): string =>
  left === null || left.at > now ? '' : ` ${spokenSpan(now - left.at)} ago`;

const shortLived = ({ lived, number }: Past): readonly Warning[] =>
  lived === null || lived.span >= short
    ? []
    : [{ text: `Revision ${number} was live for ${spokenSpan(lived.span)} only`, blocks: false }];
