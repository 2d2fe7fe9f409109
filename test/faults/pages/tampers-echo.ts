/** Ways to break what is between PagerDuty and Vigie: ends of pages, webhooks, and what each tells the other. */
import { call, episode, pagesFor, withIncident, withLines, withRows } from './changes.ts';
import { eventsOf } from './deliveries.ts';
import type { Called, Episode } from './episodes.ts';
import type { Tamper } from './tampers.ts';

const isPagedNow = (called: Called, story: Episode): boolean =>
  !story.over && story.incident.episode === story.episode && story.rows.some(pagesFor(called, 'pagerduty.trigger'));

/** All of them. */
export const betweenBoth: readonly Tamper[] = [
  {
    name: 'nothing is known of a page that goes on',
    rule: 'every page has an end',
    apply: (scene) => {
      const found = call(scene, isPagedNow);
      if (found === undefined) return null;
      const { called, story } = found;
      return withLines(scene, story.incident.number, (line) =>
        'page' in line && line.type !== 'LevelsCalled' && line.page.startsWith(called.page) ? [] : [line],
      );
    },
  },
  {
    name: 'a page is neither proved nor failed at rest',
    rule: 'every page has an end',
    apply: (scene) => {
      const found = call(scene, isPagedNow);
      if (found === undefined) return null;
      const { incident } = found.story;
      const kept = incident.pager.pages.map((page) =>
        page.id === found.called.page ? { ...page, stand: 'sent' as const } : page,
      );
      return kept.every(({ stand }) => stand !== 'sent')
        ? null
        : withIncident(scene, incident, { pager: { ...incident.pager, pages: kept } });
    },
  },
  {
    name: 'a page fails, and what should be tried instead is not',
    rule: 'every page has an end',
    apply: (scene) => {
      const found = call(scene, ({ page }, { lines }) =>
        lines.some(
          (line) => line.type === 'PageFailed' && line.page === page && line.instead?.includes('PagerDuty') === true,
        ),
      );
      if (found === undefined) return null;
      return withRows(scene, (row) =>
        'page' in row.effect && row.effect.page.startsWith(`${found.called.page}-`) ? [] : [row],
      );
    },
  },
  {
    name: 'a page is left out although nobody has the incident',
    rule: 'nobody is forgotten',
    apply: (scene) => {
      const found = call(scene, ({ why, held }) => why === 'entered' && !held);
      if (found === undefined) return null;
      const { levels, page } = found.called;
      return withLines(scene, found.story.incident.number, (line) => {
        if (line.type !== 'LevelsCalled' || line.page !== page) return [line];
        const left = { at: line.at, page, levels, says: 'Not so.', instead: null, again: null, needed: false };
        return [line, { type: 'PageFailed', ...left }];
      });
    },
  },
  {
    name: 'a webhook is taken in and lost',
    rule: 'a webhook counts once',
    apply: (scene) => {
      const taken = scene.told.find(({ answers }) => answers.includes(202));
      return taken === undefined ? null : { ...scene, hooks: scene.hooks.filter(({ id }) => id !== taken.id) };
    },
  },
  {
    name: 'a webhook that came twice counts twice',
    rule: 'a webhook counts once',
    apply: (scene) => {
      const { incidents } = scene.observation;
      const twice = incidents.map((shown) => ({
        ...shown,
        timeline: shown.timeline.flatMap((entry) =>
          entry.cause?.startsWith('pagerduty:') === true ? [entry, entry] : [entry],
        ),
      }));
      const changed = twice.some(({ timeline }, index) => timeline.length !== incidents[index]?.timeline.length);
      return changed ? { ...scene, observation: { ...scene.observation, incidents: twice } } : null;
    },
  },
  {
    name: 'an acknowledgement goes round in circles',
    rule: 'nothing is told back',
    apply: (scene) => {
      const story = episode(
        scene,
        ({ lines, rows }) => lines.some(({ type }) => type === 'Acknowledged') && rows.length > 0,
      );
      const [row] = story?.rows ?? [];
      if (story === undefined || row === undefined) return null;
      const effect = { type: 'pagerduty.acknowledge', keys: ['service'], dedupKey: story.key } as const;
      const echoes = Array.from({ length: 40 }, (_, index) => ({ ...row, effect, effectId: `echo-${index}` }));
      return withRows(scene, (each) => (each === row ? [each, ...echoes] : [each]));
    },
  },
  {
    name: 'PagerDuty is back, and never hears what it missed',
    rule: 'PagerDuty hears in the end',
    apply: (scene) => {
      const story = episode(scene, ({ over, rests, theirs }) => !over && !rests && theirs.length > 0);
      if (story === undefined) return null;
      return { ...scene, theirs: scene.theirs.filter(({ key }) => key !== story.key) };
    },
  },
  {
    name: 'PagerDuty never hears who has it',
    rule: 'what is held here is held there',
    apply: (scene) => {
      const story = episode(scene, ({ rows }) => rows.some(({ effect }) => effect.type === 'pagerduty.acknowledge'));
      if (story === undefined) return null;
      const lost = new Set(
        eventsOf(scene.sent).flatMap(({ action, key, sent }) =>
          action === 'acknowledge' && key === story.key ? [sent] : [],
        ),
      );
      return { ...scene, sent: scene.sent.filter((one) => !lost.has(one)) };
    },
  },
  {
    name: 'somebody acknowledges there, and nobody here hears of it',
    rule: 'what happens there is seen here',
    apply: (scene) => {
      const story = episode(scene, ({ over, rests, theirs }) => !over && !rests && theirs.length > 0);
      const [incident] = story?.theirs ?? [];
      if (story === undefined || incident === undefined) return null;
      const { at } = scene.observation;
      const unheard = { id: 'unheard', type: 'incident.acknowledged', user: 'PBEN', incident: incident.id };
      return {
        ...scene,
        observation: { ...scene.observation, at: at + 200_000 },
        hooks: [...scene.hooks, { id: 'unheard', settled: true }],
        told: [...scene.told, { ...unheard, occurred: at, at, answers: [202] }],
      };
    },
  },
  {
    name: 'PagerDuty is never looked at',
    rule: 'what happens there is seen here',
    apply: (scene) => {
      const story = episode(scene, ({ over, rests, incident, theirs }) => {
        return !over && !rests && theirs.some(({ id }) => id === incident.pager.incident);
      });
      if (story === undefined) return null;
      const { at } = scene.observation;
      const done = { status: 'resolved', changedBy: 'user', changedAt: at };
      return {
        ...scene,
        observation: { ...scene.observation, at: at + 200_000 },
        theirs: scene.theirs.map((each) => (each.id === story.incident.pager.incident ? { ...each, ...done } : each)),
      };
    },
  },
];
