/** A call becomes a page: whom PagerDuty wakes, whom Slack calls by name, and what the timeline says of it. */
import type { Call } from '../escalation/call.ts';
import { deedsOf } from '../escalation/policy.ts';
import type { LevelDeed, Mention } from '../escalation/policy.ts';
import { ask, change } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Incident, Instant } from './incident.ts';
import type { NamedLevel, Page, PagerEffect } from './pager.ts';
import type { PagerLine } from './pager-lines.ts';
import { messageOf, textOf } from './page-text.ts';
import { pagerSentence } from './pager-sentences.ts';

/** What a call is for. */
export interface Calling {
  readonly at: Instant;
  /** The step that waits for it; null for none. */
  readonly visit: number | null;
  /** Why somebody asks; empty for nothing. */
  readonly note: string;
  /** What ids of Slack and PagerDuty stand for, as far as that is known. */
  readonly names: ReadonlyMap<string, string>;
}

type Paging = Extract<LevelDeed, { kind: 'pagerduty' }>;

/** So many pages an incident remembers. */
const mostPages = 10;

/** Calls the people of these levels: one page of PagerDuty at most for each routing key, and one message in the channel. */
export function callLevels(draft: Draft, call: Call, calling: Calling, automated: boolean): Draft {
  const { incident } = draft;
  const { at, visit } = calling;
  // Who asks for a level wants its people, whatever the severity.
  const deeds = call.levels.flatMap((level) =>
    call.why === 'asked' || call.why === 'by name' ? level.do : deedsOf(level, incident.severity),
  );
  const levels = call.levels.map(({ id, name }): NamedLevel => ({ id, name }));
  const pagings = deeds.filter((deed) => deed.kind === 'pagerduty');
  const triggered = keysOf(incident, pagings);
  const id = `${incident.number}-${incident.episode}-${incident.pager.calls + 1}`;
  const { pager } = incident;
  const page: Page = {
    ...{ id, at, levels, visit, why: call.why },
    ...{ byPager: pagings.length > 0, keys: triggered, again: triggered.some((key) => pager.keys.includes(key)) },
    ...{ stand: 'asked', instead: 0 },
  };
  const keys = [...new Set([...pager.keys, ...pagings.map(routingOf)])];
  const pages = [...pager.pages, page].slice(-mostPages);
  const ways = [...new Set(deeds.flatMap((deed) => waysOf(deed, incident, automated, calling.names)))];
  const line: PagerLine = { type: 'LevelsCalled', at, page: id, levels, why: call.why, late: call.late, ways };
  const said = change(draft, { pager: { ...pager, keys, calls: pager.calls + 1, pages } }, line);
  const mentions = deeds.flatMap((deed) => (deed.kind === 'slack' && deed.mention !== null ? [deed.mention] : []));
  const paged = pagesOf(incident, page, pagings, calling.note).reduce<Draft>(ask, said);
  return ask(paged, {
    type: 'slack.call',
    page: id,
    dedupKey: pager.dedupKey,
    to: 'channel',
    text: pagerSentence(line),
    mentions,
  });
}

/** The room's name for the key that a level pages by. */
const routingOf = ({ service }: Paging): string => (service === 'incident' ? 'service' : service);

/** The routing keys that are triggered. */
function keysOf({ pager }: Incident, pagings: readonly Paging[]): readonly string[] {
  // What PagerDuty never took in has nothing to be added to.
  const stands =
    pager.incident !== null || pager.pages.some((one) => one.byPager && one.stand !== 'failed' && one.instead === 0);
  return [...Map.groupBy(pagings, routingOf)].flatMap(([routing, deeds]) =>
    // Whoever is added to what is open already is woken by that alone.
    pager.keys.includes(routing) && stands && deeds.every(isAddition) ? [] : [routing],
  );
}

/** The effects of a page, in the order in which its lane performs them. */
function pagesOf(incident: Incident, page: Page, pagings: readonly Paging[], note: string): readonly PagerEffect[] {
  const { pager } = incident;
  const { dedupKey, incident: theirs } = pager;
  const common = { page: page.id, dedupKey };
  const message = messageOf(incident, page, note);
  const { again, keys } = page;
  const whom = pagings.flatMap(({ responders }) => responders.map(({ is, id }) => ({ kind: is, id })));
  const distinct = [...new Map(whom.map((one) => [`${one.kind} ${one.id}`, one])).values()];
  const policy = pagings.findLast(({ escalationPolicy }) => escalationPolicy !== null)?.escalationPolicy ?? null;
  return [
    ...(keys.length === 0
      ? []
      : [{ type: 'pagerduty.trigger', ...common, keys, again, url: null, ...textOf(incident, page, note) } as const]),
    ...(policy === null ? [] : [{ type: 'pagerduty.reassign', ...common, incident: theirs, policy } as const]),
    ...(distinct.length === 0
      ? []
      : [{ type: 'pagerduty.responders', ...common, incident: theirs, whom: distinct, message } as const]),
  ];
}

const isAddition = ({ responders, escalationPolicy }: Paging): boolean =>
  responders.length > 0 || escalationPolicy !== null;

function waysOf(
  deed: LevelDeed,
  { service }: Incident,
  automated: boolean,
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const nameOf = (id: string): string => names.get(id) ?? id;
  switch (deed.kind) {
    case 'slack':
      return deed.mention === null ? [] : [`Slack calls ${spokenMention(deed.mention, nameOf)}`];
    case 'automation':
      return automated ? ['the runbook acts by itself'] : [];
    case 'pagerduty': {
      const named = deed.service === 'incident' ? service : deed.service === 'default' ? null : deed.service;
      const asked = deed.responders.map(({ id }) => nameOf(id)).join(', ');
      return [
        `PagerDuty pages ${named ?? 'the default service'}`,
        ...(asked === '' ? [] : [`PagerDuty asks ${asked}`]),
        ...(deed.escalationPolicy === null ? [] : [`PagerDuty hands over to ${nameOf(deed.escalationPolicy)}`]),
      ];
    }
  }
}

function spokenMention(mention: Mention, nameOf: (id: string) => string): string {
  if (mention === 'group') return 'the group of the service';
  return mention === 'oncall' ? 'who is on call' : mention.map(nameOf).join(', ');
}
