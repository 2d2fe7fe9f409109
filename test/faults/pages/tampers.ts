/** Ways to break a scene, one for each thing that a broken Vigie could leave behind: the check must notice them all. */
import { call, episode, pagesFor, theirs, withIncident, withLines, withRows } from './changes.ts';
import { secondService } from './check-pagerduty.ts';
import { claimed, eventsOf, markIn } from './deliveries.ts';
import { pages } from './episodes.ts';
import type { Scene } from './scene.ts';
import { betweenBoth } from './tampers-echo.ts';

/** One way. */
export interface Tamper {
  readonly name: string;
  /** The rule that must be found broken. */
  readonly rule: string;
  /** Null where the scene has nothing of the kind to break. */
  readonly apply: (scene: Scene) => Scene | null;
}

const calls: readonly Tamper[] = [
  {
    name: 'a level is entered twice',
    rule: 'each level once',
    apply: (scene) => {
      const found = call(scene, ({ why }) => why === 'entered');
      if (found === undefined) return null;
      const { called, story } = found;
      return withLines(scene, story.incident.number, (line) =>
        line.type === 'LevelsCalled' && line.page === called.page ? [line, line] : [line],
      );
    },
  },
  {
    name: 'a level is entered before its time',
    rule: 'each level in its time',
    apply: (scene) => {
      const found = call(scene, ({ why, levels, round }, { free }) => {
        return why === 'entered' && levels[0]?.id === 'L3' && free.length === 1 && round === 0;
      });
      if (found === undefined) return null;
      const { called, story } = found;
      const at = story.free[0]?.from ?? called.at;
      return withLines(scene, story.incident.number, (line) =>
        line.type === 'LevelsCalled' && line.page === called.page ? [{ ...line, at }] : [line],
      );
    },
  },
  {
    name: 'somebody has it, and others are called all the same',
    rule: 'who is held is not climbed on',
    apply: (scene) => {
      const found = call(scene, ({ why, held }, { lines }) => {
        return why === 'entered' && !held && lines.some(({ type }) => type === 'Acknowledged');
      });
      if (found === undefined) return null;
      const { called, story } = found;
      const { type, ...line } = { type: 'LevelsCalled' as const, ...called };
      return withLines(scene, story.incident.number, (each) =>
        each.type === 'Acknowledged' ? [each, { type, ...line, at: each.at }] : [each],
      );
    },
  },
  {
    name: 'a policy stands still while nobody has the incident',
    rule: 'nobody is forgotten',
    apply: (scene) => {
      const story = episode(scene, ({ over, rests }) => !over && !rests);
      return story === undefined ? null : withIncident(scene, story.incident, { ladder: { is: 'idle' } });
    },
  },
  {
    name: 'the timer of the next level is lost',
    rule: 'nobody is forgotten',
    apply: (scene) => {
      const story = episode(scene, ({ over, rests, incident }) => !over && !rests && incident.ladder.is === 'running');
      if (story === undefined) return null;
      return withRows(scene, (row) =>
        row.incident === story.incident.number && row.effect.type === 'clock.wake' && !row.settled ? [] : [row],
      );
    },
  },
  {
    name: 'an episode goes on for long, and nobody is called',
    rule: 'nobody is forgotten',
    apply: (scene) => {
      const story = episode(scene, ({ over, rests }) => !over && !rests);
      if (story === undefined) return null;
      const bare = withLines(scene, story.incident.number, (line) => (line.type === 'LevelsCalled' ? [] : [line]));
      return { ...bare, observation: { ...bare.observation, at: bare.observation.at + 600_000 } };
    },
  },
  {
    name: 'a warning pages',
    rule: 'what does not page pages nobody',
    apply: (scene) => {
      const found = call(scene, ({ why, severity }) => why === 'entered' && !pages(severity));
      const row = scene.observation.outbox.find(({ effect }) => effect.type === 'pagerduty.trigger');
      if (found === undefined || row?.effect.type !== 'pagerduty.trigger') return null;
      const { called, story } = found;
      const effect = { ...row.effect, page: called.page, dedupKey: story.key };
      const extra = { ...row, effect, incident: story.incident.number, effectId: 'extra' };
      return withRows(scene, (each) => (each === row ? [each, extra] : [each]));
    },
  },
  {
    name: 'a call asks PagerDuty twice',
    rule: 'each call asks once',
    apply: (scene) => {
      const row = scene.observation.outbox.find(
        ({ effect }) => effect.type === 'pagerduty.trigger' && /^\d+-\d+-\d+$/.test(effect.page),
      );
      return row === undefined
        ? null
        : withRows(scene, (each) => (each === row ? [each, { ...each, effectId: 'extra' }] : [each]));
    },
  },
  {
    name: 'a call does not ask PagerDuty',
    rule: 'each call asks once',
    apply: (scene) => {
      const found = call(
        scene,
        ({ why, levels, severity }) => why === 'entered' && levels[0]?.id === 'L2' && pages(severity),
      );
      if (found === undefined) return null;
      const fits = pagesFor(found.called);
      return withRows(scene, (row) => (fits(row) ? [] : [row]));
    },
  },
];

const there: readonly Tamper[] = [
  {
    name: 'PagerDuty has a second incident of an episode',
    rule: 'one incident an episode',
    apply: theirs(
      ({ changedBy }) => changedBy !== 'user',
      (each) => [each, { ...each, id: 'QINCAGAIN', number: 999 }],
    ),
  },
  {
    name: 'an episode pages with another key',
    rule: 'one incident an episode',
    apply: theirs(
      () => true,
      (each) => [{ ...each, key: 'another' }],
    ),
  },
  {
    name: 'what is over here is open there',
    rule: 'both end together',
    apply: theirs(
      ({ status }, { over }) => over && status === 'resolved',
      (each) => [{ ...each, status: 'triggered', resolvedAt: null }],
    ),
  },
  {
    name: 'what fires here is resolved there, and not by a person',
    rule: 'both end together',
    apply: theirs(
      ({ status }, { over, incident, episode: nth }) => !over && incident.episode === nth && status !== 'resolved',
      (each) => [{ ...each, status: 'resolved', changedBy: 'integration' }],
    ),
  },
  {
    name: 'somebody is asked twice to help',
    rule: 'responders are asked once',
    apply: theirs(
      ({ responders }) => responders.length > 0,
      (each) => [{ ...each, responders: [...each.responders, ...each.responders] }],
    ),
  },
  {
    name: 'somebody is asked to help whom nobody wanted',
    rule: 'only what was asked for is sent',
    apply: theirs(
      () => true,
      (each) => [{ ...each, responders: [...each.responders, { user: 'PANA', message: 'Come\n[vigie 0-0-0]' }] }],
    ),
  },
  {
    name: 'a request for help is lost',
    rule: 'what was sent arrived',
    apply: (scene) => {
      const found = call(scene, ({ page }, { lines }) =>
        lines.some((line) => line.type === 'PageSent' && line.page === page && line.way === 'responders'),
      );
      const row = found?.story.rows.find(pagesFor(found.called, 'pagerduty.responders'));
      if (row === undefined) return null;
      const changed = scene.theirs.map((each) => ({
        ...each,
        responders: each.responders.filter(({ message }) => markIn(message) !== row.effectId),
      }));
      return { ...scene, theirs: changed };
    },
  },
  {
    name: 'a page is sent that nobody asked for',
    rule: 'only what was asked for is sent',
    apply: (scene) => {
      const one = eventsOf(scene.sent).find(({ action }) => action === 'trigger')?.sent;
      return one === undefined ? null : { ...scene, sent: [...scene.sent, ...Array.from({ length: 30 }, () => one)] };
    },
  },
  {
    name: 'a page that is said to have been taken in never arrived',
    rule: 'what was sent arrived',
    apply: (scene) => {
      const found = call(scene, ({ page }, { lines }) =>
        lines.some((line) => line.type === 'PageSent' && line.page === page && line.way === 'trigger'),
      );
      const row = found?.story.rows.find(pagesFor(found.called, 'pagerduty.trigger'));
      const name = row === undefined ? null : claimed(row, row.incident ?? 0);
      const lost = new Set(eventsOf(scene.sent).flatMap((event) => (event.name === name ? [event.sent] : [])));
      return lost.size === 0 ? null : { ...scene, sent: scene.sent.filter((one) => !lost.has(one)) };
    },
  },
  {
    name: 'the second pager is asked although the first works',
    rule: 'the second pager is for pages that failed',
    apply: (scene) => {
      const story = episode(scene, (each) => each.theirs.some(({ service }) => service === secondService));
      if (story === undefined) return null;
      return withLines(scene, story.incident.number, (line) => (line.type === 'PageFailed' ? [] : [line]));
    },
  },
  {
    name: 'a note stands there twice',
    rule: 'notes are not doubled',
    apply: theirs(
      () => true,
      (each) => [{ ...each, notes: ['Done\n[vigie 1-2-3]', 'Done\n[vigie 1-2-3]'] }],
    ),
  },
  {
    name: 'a request is none that PagerDuty takes',
    rule: 'the app does what PagerDuty allows',
    apply: (scene) => ({ ...scene, unclean: ['POST /v2/enqueue was answered with 400: Invalid'] }),
  },
];

/** All of them. */
export const tampers: readonly Tamper[] = [...calls, ...there, ...betweenBoth];
