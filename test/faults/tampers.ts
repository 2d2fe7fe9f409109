/** Ways to break a run's observation, one for each thing that a broken Vigie could leave behind: the check must notice them all. */
import type { Line } from '../../src/incident/event.ts';
import { first, incidents, outbox, slack, without } from './tamper.ts';
import type { Shown, Tamper } from './tamper.ts';
import { walkTampers } from './tampers-walk.ts';

const withoutLine = (shown: Shown, fits: (line: Line) => boolean): Shown | null => {
  const timeline = without(shown.timeline, ({ line }) => fits(line));
  return timeline === null ? null : { ...shown, timeline };
};

/** All of them. */
export const tampers: readonly Tamper[] = [
  ...walkTampers,
  {
    name: 'a body that was accepted is not recorded',
    rule: 'no accepted alert is lost',
    apply: (observation) => {
      // The only one of its text: of a body that was retried, one copy more than was promised may be there.
      const once = observation.inbox.find(
        ({ body }) => observation.inbox.filter((row) => row.body === body).length === 1,
      );
      const inbox = without(observation.inbox, (row) => row === once);
      return inbox === null ? null : { ...observation, inbox };
    },
  },
  {
    name: 'a body is parked',
    rule: 'no accepted alert is lost',
    apply: (observation) => {
      const inbox = first(observation.inbox, (row) => ({ ...row, recorded: false, fault: 'tampered with' }));
      return inbox === null ? null : { ...observation, inbox };
    },
  },
  {
    name: 'an alert has another state than was accepted last',
    rule: 'no accepted alert is lost',
    apply: (observation) => {
      const held = observation.held[0];
      if (held === undefined) return null;
      return incidents((shown) => {
        const alert = shown.incident.alerts[held.fingerprint];
        if (alert === undefined || shown.incident.number !== held.incident) return null;
        const status = alert.status === 'firing' ? 'resolved' : 'firing';
        const alerts = { ...shown.incident.alerts, [held.fingerprint]: { ...alert, status } as const };
        return { ...shown, incident: { ...shown.incident, alerts } };
      })(observation);
    },
  },
  {
    name: 'two incidents hold an alert',
    rule: 'no accepted alert is lost',
    apply: (observation) => ({ ...observation, held: [...observation.held, ...observation.held.slice(0, 1)] }),
  },
  {
    name: 'a change of alerts is missing in a timeline',
    rule: 'every episode is told once',
    apply: incidents((shown) => withoutLine(shown, (line) => line.type === 'AlertsChanged' && line.fired.length > 0)),
  },
  {
    name: 'a number was given out and not used',
    rule: 'one incident an episode',
    apply: (observation) => ({ ...observation, counter: observation.counter + 1 }),
  },
  {
    name: 'a group belongs to another incident than its alerts',
    rule: 'one incident an episode',
    apply: (observation) => {
      const groups = first(observation.groups, (group) => ({ ...group, incident: observation.counter + 1 }));
      return groups === null ? null : { ...observation, groups };
    },
  },
  {
    name: 'a chain is broken',
    rule: 'chains are whole',
    apply: incidents((shown) => ({ ...shown, brokenAt: 2 })),
  },
  {
    name: 'a row that was due is left',
    rule: 'nothing is stuck',
    apply: outbox((row) => (row.settled ? { ...row, settled: false, outcome: null } : null)),
  },
  {
    name: 'a row is running for ever',
    rule: 'nothing is stuck',
    apply: outbox((row) => ({ ...row, running: true })),
  },
  {
    name: 'a recovery hold never ends',
    rule: 'nothing is stuck',
    apply: incidents((shown) => {
      if (shown.incident.human.is === 'closed') return null;
      const signal = { is: 'clearing', until: 0 } as const;
      return { ...shown, phase: 'recovering', incident: { ...shown.incident, signal } };
    }),
  },
  {
    name: 'the timer that ends an acknowledgement is lost',
    rule: 'nothing is stuck',
    apply: (observation) => {
      const held = observation.incidents.find(({ incident }) => incident.human.is === 'acknowledged')?.incident.number;
      const rows = observation.outbox.filter(
        ({ incident, effect }) => incident !== held || effect.type !== 'clock.wake',
      );
      return held === undefined ? null : { ...observation, outbox: rows };
    },
  },
  {
    name: 'what somebody was told is not in the timeline',
    rule: 'what was answered is recorded',
    apply: (observation, { done }) => {
      const [told] = done;
      if (told === undefined) return null;
      const { incident, by, did } = told;
      const others = (line: Line): boolean => line.type !== did || line.by.id !== by;
      return incidents((shown) =>
        shown.incident.number === incident
          ? { ...shown, timeline: shown.timeline.filter(({ line }) => others(line)) }
          : null,
      )(observation);
    },
  },
  {
    name: 'a declaration became two incidents',
    rule: 'what was answered is recorded',
    apply: (observation, { declared }) => {
      const once = declared.find(({ attempts, answered }) => attempts === 1 && answered.length === 1);
      const shown = observation.incidents.find(({ incident }) => incident.number === once?.answered[0]);
      return shown === undefined ? null : { ...observation, incidents: [...observation.incidents, shown] };
    },
  },
  {
    name: 'a card is posted twice',
    rule: 'nothing is posted twice',
    apply: slack(({ posted }) => (posted.length === 0 ? null : { posted: [...posted, ...posted.slice(0, 1)] })),
  },
  {
    name: 'a note was performed and is not there',
    rule: 'every note is said once',
    apply: (observation) => {
      const note = observation.outbox.find(
        ({ effect, outcome }) => effect.type === 'slack.note' && outcome === 'performed',
      );
      const says = JSON.stringify(note?.effectId);
      return slack(({ posted }) => {
        const left = without(posted, ({ metadata }) => JSON.stringify(metadata).includes(says));
        return left === null ? null : { posted: left };
      })(observation);
    },
  },
  {
    name: 'an effect was given up',
    rule: 'nothing is given up',
    apply: outbox((row) => ({ ...row, outcome: 'given up' })),
  },
  {
    name: 'a card shows an older version',
    rule: 'the card shows the incident as it is',
    apply: incidents((shown) => {
      const { incident } = shown;
      // A closed incident shows no button, so nothing on its card says which version it is.
      if (incident.human.is === 'closed') return null;
      return { ...shown, incident: { ...incident, version: incident.version + 1 } };
    }),
  },
  {
    name: 'an announcement shows another phase',
    rule: 'the announcement shows the incident as it is',
    apply: slack(({ posted }) => {
      const changed = first(posted, (post) => {
        const text = post.text.replace(/, (?:triggered|acknowledged|resolved|closed):/, ', recovering:');
        return post.channel !== 'C0INCIDENTS' || text === post.text ? null : { ...post, text };
      });
      return changed === null ? null : { posted: changed };
    }),
  },
  {
    name: 'an incident has two channels',
    rule: 'one channel an incident',
    apply: slack(({ channels }) => {
      const one = channels.find(({ name }) => name.startsWith('inc-1-'));
      return one === undefined ? null : { channels: [...channels, { id: 'C0TWICE', name: `${one.name}-2` }] };
    }),
  },
  {
    name: 'Slack refused what was sent',
    rule: 'the app does what Slack allows',
    apply: slack(() => ({ unclean: ['chat.update was refused: invalid_blocks'] })),
  },
];
