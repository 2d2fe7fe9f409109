/** What must hold of PagerDuty: one incident an episode, each call and note once, ended when ours is, and nothing that nobody asked for. */
import type { Violation } from '../check-record.ts';
import type { OutboxRow } from '../observe.ts';
import { claimed, eventsOf, markIn } from './deliveries.ts';
import type { Episode } from './episodes.ts';
import type { Scene, Theirs } from './scene.ts';

/** The service of the fallback's key. */
export const secondService = 'PCLUSTER';

/** One incident of PagerDuty's for each episode and service, unless a person there had resolved the one before. */
export function oneIncidentEach(episodes: readonly Episode[], { theirs }: Scene): Violation[] {
  const found: Violation[] = [];
  const known = new Set(episodes.flatMap((story) => story.theirs));
  for (const each of theirs) {
    if (known.has(each)) continue;
    found.push({
      rule: 'one incident an episode',
      says: `#${each.number} ${each.title} has key ${each.key}: of no episode`,
    });
  }
  for (const story of episodes) {
    for (const same of Map.groupBy(story.theirs, ({ service }) => service).values()) {
      const [first, ...others] = same;
      // Opened anew although we ourselves had ended it, or while it was open.
      const doubled = others.filter(
        (_, index) => same[index]?.changedBy !== 'user' || same[index]?.resolvedAt === null,
      );
      if (first === undefined || doubled.length === 0) continue;
      const numbers = same.map(({ number }) => `#${number}`).join(', ');
      const says = `episode ${story.episode} is ${numbers} in PagerDuty, and nobody there had resolved one`;
      found.push({ rule: 'one incident an episode', says, incident: story.incident.number });
    }
  }
  return found;
}

/** What is over here is resolved there, and what nobody ended is not. */
export function endsTogether(episodes: readonly Episode[]): Violation[] {
  const rule = 'both end together';
  return episodes.flatMap((story) => {
    const { incident, episode, over, theirs, rows } = story;
    const says = (what: string): Violation => ({
      rule,
      says: `episode ${episode}: ${what}`,
      incident: incident.number,
    });
    const ended = over || incident.episode > episode;
    if (ended)
      return theirs
        .filter(({ status }) => status !== 'resolved')
        .map(({ number }) => says(`#${number} is still open there`));
    const gone = theirs.filter(({ status, changedBy }) => status === 'resolved' && changedBy !== 'user');
    // Somebody who resolved what was recovering is told of here; who resolved what fired has closed it here.
    const resolves = rows.filter(({ effect }) => effect.type === 'pagerduty.resolve').length;
    return gone.length === 0 && resolves === 0
      ? []
      : [
          says(
            `it goes on here, and ${resolves} resolves went out: ${gone.map(({ number }) => `#${number}`).join(', ')}`,
          ),
        ];
  });
}

/** Whoever is asked to help is asked once for each call, and each note is there once. */
export function additionsOnce(episodes: readonly Episode[]): Violation[] {
  return episodes.flatMap(({ incident, rows, theirs, lines }) => {
    const found: Violation[] = [];
    const says = (rule: string, what: string): void => void found.push({ rule, says: what, incident: incident.number });
    const asked = theirs.flatMap(({ responders }) => responders);
    for (const same of Map.groupBy(asked, ({ user, message }) => `${user} ${markIn(message)}`).values()) {
      const [one] = same;
      if (one !== undefined && same.length > 1)
        says('responders are asked once', `${one.user} was asked ${same.length} times: ${one.message}`);
    }
    const ids = new Set(rows.map(({ effectId }) => effectId));
    for (const { user, message } of asked) {
      if (!ids.has(markIn(message)))
        says('only what was asked for is sent', `${user} was asked, and nobody wanted it: ${message}`);
    }
    for (const { effect, effectId } of rows) {
      if (effect.type !== 'pagerduty.responders') continue;
      const sent = lines.some(
        (line) => line.type === 'PageSent' && line.page === effect.page && line.way === 'responders',
      );
      if (sent && !asked.some(({ message }) => markIn(message) === effectId))
        says('what was sent arrived', `${effectId} asked for help with ${effect.page}, and nobody was asked there`);
    }
    const notes = theirs.flatMap((each) => each.notes.map(markIn)).filter((mark) => mark !== '');
    for (const mark of notes) if (notes.filter((each) => each === mark).length > 1) says('notes are not doubled', mark);
    return found;
  });
}

/** Events that one attempt of an effect sends. */
const keysOf = ({ effect }: OutboxRow): number => ('keys' in effect ? effect.keys.length : 1);

/** Whether a page that PagerDuty took in reached it; and whether everything that reached it was asked for. */
export function onTheWire(episodes: readonly Episode[], { sent }: Scene): Violation[] {
  const found: Violation[] = [];
  const events = eventsOf(sent);
  const rows = new Map<string, OutboxRow[]>();
  for (const story of episodes)
    for (const row of story.rows) {
      const name = claimed(row, story.incident.number);
      if (name !== null) rows.set(name, [...(rows.get(name) ?? []), row]);
    }
  for (const [name, same] of Map.groupBy(events, (event) => event.name)) {
    const ours = rows.get(name) ?? [];
    const attempts = ours.reduce((sum, row) => sum + row.attempts * keysOf(row), 0);
    // An end that PagerDuty takes in and does not make is told again by the same attempt.
    const counted = same.filter(
      ({ action, sent: { fate } }) => !fate.startsWith('429') && !(action === 'resolve' && fate === 'swallowed'),
    );
    if (counted.length > attempts)
      found.push({
        rule: 'only what was asked for is sent',
        says: `${name} was sent ${counted.length} times, and tried ${attempts} times by ${ours.length} effects`,
      });
  }
  for (const story of episodes) {
    const taken = story.lines.flatMap((line) => (line.type === 'PageSent' && line.way === 'trigger' ? [line] : []));
    for (const { page, at } of taken) {
      const row = story.rows.find(({ effect }) => effect.type === 'pagerduty.trigger' && effect.page === page);
      const name = row === undefined ? null : claimed(row, story.incident.number);
      const arrived = events.some((event) => event.name === name && event.taken && event.sent.at <= at + 1_000);
      if (arrived) continue;
      const says = `PagerDuty is said to have taken ${page} in, and never got it`;
      found.push({ rule: 'what was sent arrived', says, incident: story.incident.number });
    }
  }
  return found;
}

/** Whether an id is that of a page, or of something that was tried instead. */
const isOf = (id: string, page: string): boolean => id === page || id.startsWith(`${page}-`);

/** Ids of what is tried instead of a page; the late tries of the page itself end with 0. */
const insteadOf = (page: string): RegExp => new RegExp(`^${page}-[1-9]$`);

/** What PagerDuty would not take in while it was in trouble, it has once it is well, if anybody still must be called. */
export const heardInTheEnd = (episodes: readonly Episode[]): Violation[] =>
  episodes.flatMap(({ incident, episode, over, rests, theirs }) => {
    const paged = incident.episode === episode && incident.pager.pages.some(({ keys }) => keys.length > 0);
    if (over || rests || !paged || theirs.length > 0) return [];
    const says = `episode ${episode} fires, nobody has it, and PagerDuty has no incident of it`;
    return [{ rule: 'PagerDuty hears in the end', says, incident: incident.number }];
  });

/** Every page that was asked for has an end: it was sent, or it failed and something else was tried, or it was not needed any more. */
export function pagesEnd(episodes: readonly Episode[], { observation: { outbox } }: Scene): Violation[] {
  const rule = 'every page has an end';
  return episodes.flatMap((story) => {
    const { incident, episode, rows, lines, calls } = story;
    const last = incident.episode === episode;
    return calls.flatMap(({ page }): Violation[] => {
      const asked = rows.filter(
        ({ effect }) => 'page' in effect && effect.page === page && effect.type !== 'pagerduty.confirm',
      );
      if (asked.length === 0) return [];
      const ends = lines.filter(
        (line) => (line.type === 'PageSent' || line.type === 'PageFailed') && isOf(line.page, page),
      );
      const kept = last ? incident.pager.pages.find(({ id }) => id === page) : undefined;
      const over = story.over || !last;
      if (ends.length === 0 && !over) return [{ rule, says: `nothing is known of ${page}`, incident: incident.number }];
      if (kept !== undefined && (kept.stand === 'asked' || kept.stand === 'sent') && !over)
        return [{ rule, says: `${page} is still ${kept.stand}`, incident: incident.number }];
      return ends.flatMap((line) => {
        if (line.type !== 'PageFailed' || !line.needed) return [];
        const instead = outbox.some(({ effect }) => 'page' in effect && insteadOf(page).test(effect.page));
        return line.instead === null || instead
          ? []
          : [{ rule, says: `${page} failed, and ${line.instead} was not tried`, incident: incident.number }];
      });
    });
  });
}

/** A page is only left out when somebody has the incident, or it is over. */
export const onlyNeedless = (episodes: readonly Episode[]): Violation[] =>
  episodes.flatMap(({ incident, needless, calls }) =>
    needless.flatMap(({ page, free }) => {
      const wanted = calls.some((call) => isOf(page, call.page) && (call.why === 'asked' || call.why === 'by name'));
      if (!free || wanted) return [];
      return [
        { rule: 'nobody is forgotten', says: `${page} was left out, and nobody had it`, incident: incident.number },
      ];
    }),
  );

/** The second pager is for pages that failed. */
export function secondOnlyInstead(episodes: readonly Episode[]): Violation[] {
  return episodes.flatMap(({ incident, lines, theirs }) => {
    const failed = lines.some((line) => line.type === 'PageFailed' && line.instead !== null);
    const second = theirs.filter(({ service }: Theirs) => service === secondService);
    if (failed || second.length === 0) return [];
    return [
      { rule: 'the second pager is for pages that failed', says: `#${second[0]?.number}`, incident: incident.number },
    ];
  });
}
