/** What comes of a page: taken in, proved, or failed; then the next way of the fallback list is tried, while anybody must be called. */
import type { Fallback } from '../escalation/policy.ts';
import { fail, standingOf } from '../runbook/advance.ts';
import { succeed } from '../runbook/prove.ts';
import { clip } from './alerts.ts';
import { decide } from './decide.ts';
import { ask, change, draftOf } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import type { Effect } from './effect.ts';
import type { Refusal } from './event.ts';
import type { Facts } from './facts.ts';
import { phaseOf } from './incident.ts';
import { againAt, isLate, overtaken, stillFailing, tryAgain } from './late-page.ts';
import type { Duration, Incident, Instant } from './incident.ts';
import { textOf } from './page-text.ts';
import type { Page, PageOutcome, PagerEffect } from './pager.ts';
import { levelNames, pagerSentence } from './pager-sentences.ts';

/** How long PagerDuty is asked for its incident where the policy waits for no proof: its webhooks may name nothing else. */
const lookTime: Duration = 2 * 60_000;

/** Why a page that is asked for wakes nobody any more; null while it is needed. */
export function staleness(incident: Incident, id: string): string | null {
  const page = incident.pager.pages.find((known) => id === known.id || id.startsWith(`${known.id}-`));
  if (page === undefined) return 'The incident has moved on.';
  const phase = phaseOf(incident);
  if (phase === 'closed') return 'The incident was closed.';
  const late = isLate(page, id) ? overtaken(incident, page) : null;
  if (late !== null) return late;
  const byPerson = page.why === 'asked' || page.why === 'by name';
  // What goes out after everything there was resolved would never be resolved.
  if (phase === 'triggered' || (byPerson && phase !== 'resolved')) return null;
  return phase === 'acknowledged' ? 'Somebody has acknowledged it.' : `The incident is ${phase}.`;
}

/** The page that an outcome is of: its own, or one of its fallbacks. */
function pageOf({ pager }: Incident, id: string): { readonly page: Page; readonly instead: number } | null {
  const page = pager.pages.find((known) => id === known.id || id.startsWith(`${known.id}-`));
  return page === undefined ? null : { page, instead: id === page.id ? 0 : Number(id.slice(page.id.length + 1)) };
}

const put = (draft: Draft, page: Page): Draft => {
  const { pager } = draft.incident;
  const pages = pager.pages.map((known) => (known.id === page.id ? page : known));
  return change(draft, { pager: { ...pager, pages } });
};

/** What came of a page. */
export function pageEnded(incident: Incident, event: PageOutcome, facts: Facts): Decision | Refusal {
  const found = event.dedupKey === incident.pager.dedupKey ? pageOf(incident, event.page) : null;
  if (found === null) return { refused: `Incident ${incident.number} has moved on since this page.` };
  const draft = draftOf(incident);
  const { page, instead } = found;
  const { at } = event;
  switch (event.type) {
    case 'PageSent': {
      // What Slack says besides is no page, unless nothing else was asked.
      if (event.way === 'slack' && instead === 0 && page.byPager) return decide(incident, draft, at, facts);
      const said = change(draft, {}, { type: 'PageSent', at, page: event.page, way: event.way });
      // By whichever key: it proves nothing that PagerDuty took it in.
      const unproved = event.way === 'trigger' && incident.pager.incident === null;
      return decide(incident, unproved ? prove(said, page, event, facts) : done(said, page, at, facts), at, facts);
    }
    case 'PageConfirmed': {
      const { incident: theirs, url } = event;
      if (theirs === incident.pager.incident && page.stand !== 'sent') return decide(incident, draft, at, facts);
      const pager = { ...incident.pager, incident: theirs, url };
      const said = change(draft, { pager }, { type: 'PageConfirmed', at, page: event.page, incident: theirs, url });
      return decide(incident, done(said, page, at, facts), at, facts);
    }
    case 'PageUnconfirmed':
      if (isLate(page, event.page)) return decide(incident, lateFailed(draft, page, event, facts), at, facts);
      if (page.stand !== 'sent') return decide(incident, draft, at, facts);
      return decide(incident, otherwise(draft, page, instead, { at, says: event.says, late: true }, facts), at, facts);
    case 'PageFailed': {
      if (isLate(page, event.page)) return decide(incident, lateFailed(draft, page, event, facts), at, facts);
      // No good answer proves nothing either: if PagerDuty pages all the same, whoever answers there must be seen here.
      const late = event.way === 'trigger' && !event.hopeless;
      const looked =
        late && incident.pager.incident === null ? lookFor(draft, event.page, page.at, at + lookTime) : draft;
      return decide(incident, otherwise(looked, page, instead, { at, says: event.says, late }, facts), at, facts);
    }
  }
}

/** A late try came to nothing: there is another one, while it can help anybody. */
const lateFailed = (
  draft: Draft,
  page: Page,
  event: Extract<PageOutcome, { type: 'PageFailed' | 'PageUnconfirmed' }>,
  facts: Facts,
): Draft => {
  const hopeless = event.type === 'PageFailed' && event.hopeless;
  const over = hopeless || staleness(draft.incident, event.page) !== null;
  return over ? draft : stillFailing(draft, page, event.at, clip(event.says, 500), facts);
};

/** Effects that page by PagerDuty. A note or a priority that was given up leaves the page as it is. */
const pagings: ReadonlySet<string> = new Set<PagerEffect['type']>([
  ...(['pagerduty.trigger', 'pagerduty.responders', 'pagerduty.reassign', 'pagerduty.webhook'] as const),
]);

/** A page was given up by whoever performs effects: the newest that nothing was heard of, by the way it is tried. */
export function pageGivenUp(
  draft: Draft,
  effect: string,
  said: { readonly at: Instant; readonly says: string },
  facts: Facts,
): Draft {
  const { pager, policy } = draft.incident;
  const way = ({ byPager, instead }: Page): string =>
    instead === 0
      ? byPager
        ? 'pagerduty'
        : 'slack'
      : policy.fallback[instead - 1]?.kind === 'slack'
        ? 'slack'
        : 'pagerduty';
  const room = effect === 'slack.call' ? 'slack' : pagings.has(effect) ? 'pagerduty' : null;
  const page = pager.pages.findLast((known) => known.stand === 'asked' && way(known) === room);
  if (page === undefined) return draft;
  // The list is for when PagerDuty fails; a level that only Slack tells of waits for the next one.
  return page.byPager
    ? otherwise(draft, page, page.instead, said, facts)
    : lost(draft, page, said.at, said.says, facts);
}

/** PagerDuty took it in, which is no proof: its incident is looked for. */
function prove(draft: Draft, page: Page, { at, page: id }: PageOutcome, facts: Facts): Draft {
  const { policy } = draft.incident;
  const sent = lookFor(draft, id, at, at + (policy.confirm ?? lookTime));
  if (policy.confirm === null) return done(sent, page, at, facts);
  // A late one changes nothing before it is proved: what was tried instead has called somebody, perhaps.
  return isLate(page, id) ? sent : put(sent, { ...page, stand: 'sent' });
}

const lookFor = (draft: Draft, page: string, sentAt: Instant, until: Instant): Draft =>
  ask(draft, { type: 'pagerduty.confirm', page, dedupKey: draft.incident.pager.dedupKey, sentAt, until });

/** Whoever is called has been called: the step that waited for it goes on. */
function done(draft: Draft, page: Page, at: Instant, facts: Facts): Draft {
  const over = put(draft, { ...page, stand: 'done' });
  const standing = standingOf(over.incident.walk);
  if (page.stand === 'done' || page.visit === null || standing === null) return over;
  const { visit, stand } = standing.cursor;
  if (visit !== page.visit || stand.is !== 'running') return over;
  return succeed(over, standing, { at, by: stand.by, says: `called ${levelNames(page.levels)}` }, facts);
}

/** A page failed: the next way is tried, unless somebody came meanwhile, or it is being tried already. */
function otherwise(
  draft: Draft,
  page: Page,
  instead: number,
  { at, says: given, late = false }: { readonly at: Instant; readonly says: string; readonly late?: boolean },
  facts: Facts,
): Draft {
  const says = clip(given, 500);
  if (page.stand === 'failed') return draft;
  const { policy } = draft.incident;
  const needed = staleness(draft.incident, page.id) === null;
  const common = { type: 'PageFailed', at, page: page.id, levels: page.levels, says } as const;
  if (!needed) return lost(change(draft, {}, { ...common, instead: null, again: null, needed }), page, at, says, facts);
  // Several ways of one page may fail; they have one fallback.
  if (page.instead > instead) return draft;
  const fallback = policy.fallback[page.instead];
  // Only what PagerDuty did not take in is tried late, whatever becomes of what is tried instead: people who were paged
  // must not be paged again because others could not be added.
  const again = instead === 0 && late ? againAt(draft.incident, page, at, facts) : null;
  if (fallback === undefined) {
    const said = change(draft, {}, { ...common, instead: null, again, needed });
    return lost(tryAgain(said, page, again), page, at, says, facts);
  }
  const line = { ...common, instead: spokenFallback(fallback), again, needed } as const;
  const said = tryAgain(change(draft, {}, line), page, again);
  const next = put(said, { ...page, stand: 'asked', instead: page.instead + 1 });
  const effect = effectOf(fallback, next.incident, page, pagerSentence(line));
  const asked = ask(next, effect);
  if (effect.type !== 'pagerduty.trigger') return asked;
  const { pager } = asked.incident;
  return change(asked, { pager: { ...pager, keys: [...new Set([...pager.keys, ...effect.keys])] } });
}

/** Nothing more is tried: the step that waited for it has failed. */
function lost(draft: Draft, page: Page, at: Instant, says: string, facts: Facts): Draft {
  const over = put(draft, { ...page, stand: 'failed' });
  const standing = standingOf(over.incident.walk);
  if (page.visit === null || standing === null || standing.cursor.visit !== page.visit) return over;
  const { stand } = standing.cursor;
  return stand.is === 'running' ? fail(over, standing, { at, by: stand.by, says }, facts) : over;
}

function effectOf(fallback: Fallback, incident: Incident, page: Page, text: string): Effect {
  const { dedupKey } = incident.pager;
  const common = { page: `${page.id}-${page.instead + 1}`, dedupKey };
  switch (fallback.kind) {
    case 'pagerduty': {
      const keys = [fallback.routingKey];
      const again = incident.pager.keys.includes(fallback.routingKey);
      return { type: 'pagerduty.trigger', ...common, keys, again, url: null, ...textOf(incident, page, '') };
    }
    case 'slack': {
      const { channel, mention } = fallback;
      const said = `Incident ${incident.number}: ${incident.title}. ${text}`;
      return { type: 'slack.call', ...common, to: channel, text: said, mentions: mention === null ? [] : [mention] };
    }
    case 'webhook':
      return {
        type: 'pagerduty.webhook',
        ...common,
        webhook: fallback.url,
        url: null,
        ...textOf(incident, page, ''),
      };
  }
}

function spokenFallback(fallback: Fallback): string {
  switch (fallback.kind) {
    case 'pagerduty':
      return 'PagerDuty by the second key';
    case 'slack':
      return 'a message in Slack';
    case 'webhook':
      return 'the second pager';
  }
}
