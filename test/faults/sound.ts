/** A small run as it should have gone, made with the pure rule book and the views alone: what the check must find nothing in. */
import { shippedAccess } from '../../src/access/rules.ts';
import { translate } from '../../src/alertmanager/payload.ts';
import { silentPolicy } from '../../src/escalation/policy.ts';
import type { AlertsReported } from '../../src/incident/event.ts';
import { onlyTalks } from '../../src/incident/facts.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { openForAlerts, openForPerson } from '../../src/incident/opening.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { draw } from '../../src/slack/views/draw.ts';
import { runbookCardOf } from '../../src/slack/views/runbook.ts';
import { instantOf } from '../../src/slack/views/scene.ts';
import { bodyOf, keyOf } from './family.ts';
import type { AlertState, Family } from './family.ts';
import { accept, emptyModel } from './model.ts';
import type { Model } from './model.ts';
import type { Observation, Posted, Received } from './observe.ts';
import { end, lifeOf, rowsOf, start } from './sound-life.ts';
import type { Life } from './sound-life.ts';
import { deeds, library, opened, service, timers, walked } from './sound-walk.ts';

const hour = 3_600_000;
const ana = { id: 'U0ANA', name: 'ana' };

const rules: Rules = {
  hash: 'sound',
  severities: { from: ['severity'], map: { critical: 'critical' }, default: 'warning' },
  incidents: {
    reopenWithin: 24 * hour,
    recoverHold: 2_000,
    flapping: { transitions: 6, within: 30_000, hold: 4_000 },
  },
  storm: { groups: 1_000, within: 60_000 },
  services: [service('family-1')],
  routes: [{ match: [], policy: 'default' }],
  policies: {
    default: { ...silentPolicy('default'), ack: { lease: hour, remindBefore: 60_000, onExpiry: 'resume' } },
  },
  calendarOf: onlyTalks.calendarOf,
  access: shippedAccess,
  runbooks: library,
  able: onlyTalks.able,
};

const familyOf = (name: string, alertname: string, fingerprint: string): Family => {
  const labels = { alertname, family: name, instance: 'node-0', severity: 'critical' };
  return { name, receivers: ['vigie'], suspects: [{ fingerprint, labels }] };
};

/** One without a runbook, and one that is walked through one. */
const families = [
  familyOf('family-0', 'Something else', '00000000000000a0'),
  familyOf('family-1', 'Trouble of family-1', '00000000000000a1'),
];

/** An alert that fired, an incident that ana holds, another that she declared and closed, a walk, and a checklist. */
export function soundRun(): { readonly model: Model; readonly observation: Observation } {
  const model = emptyModel(families);
  model.done.push({ incident: 1, by: ana.id, did: 'Acknowledged' }, { incident: 2, by: ana.id, did: 'Closed' });
  model.declared.push({ title: 'The shop is slow', attempts: 1, answered: [2] });
  model.steps.push(...deeds);
  const bodies = families.map((family) => {
    const [{ fingerprint } = { fingerprint: '' }] = family.suspects;
    const states = new Map<string, AlertState>([[fingerprint, { startsAt: start, endsAt: null }]]);
    const body = bodyOf(family, 'vigie', states);
    accept(model, body, states);
    return body;
  });
  const lives = livesOf(
    bodies.map((body, index) => translate('main', { seq: index + 1, at: start, body }, rules.severities)),
  );
  const rows = [...lives.flatMap(rowsOf), ...timers].map((row, index) => ({ ...row, id: index + 1 }));
  const numbers = [1, 3];
  const observation: Observation = {
    at: end,
    inbox: bodies.map((body, index): Received => ({ seq: index + 1, at: start, body, recorded: true, fault: null })),
    incidents: lives.map(shownOf),
    held: families.map(({ suspects }, index) => {
      return { fingerprint: suspects[0]?.fingerprint ?? '', incident: numbers[index] ?? 0 };
    }),
    groups: families.map((family, index) => ({ receiver: 'vigie', key: keyOf(family), incident: numbers[index] ?? 0 })),
    counter: lives.length,
    outbox: rows,
    asked: rows.flatMap(({ effect }) =>
      effect.type === 'checks.ask' && effect.ask.type === 'http' ? [effect.ask.url] : [],
    ),
    slack: {
      channels: [
        { id: 'C0INCIDENTS', name: 'incidents' },
        ...lives.map(({ incident }) => ({ id: channelOf(incident()), name: `inc-${incident().number}-trouble` })),
      ],
      posted: lives.flatMap(postsOf),
      ...{ unclean: [], lost: [] },
    },
  };
  return { model, observation };
}

function livesOf(reports: readonly AlertsReported[]): readonly Life[] {
  const [first, second] = reports;
  if (first === undefined || second === undefined) throw new Error('the sound run has two bodies');
  const deed = { at: start + 1_000, by: ana };
  const held = lifeOf(openForAlerts(1, 'alert', first, rules), null, rules);
  held.meet({ ...deed, type: 'Acknowledged' }, null);
  const declared = { ...deed, type: 'Declared', title: 'The shop is slow', severity: 'high' } as const;
  const closed = lifeOf(openForPerson(2, declared, rules), null, rules);
  closed.meet({ ...deed, type: 'Closed', reason: 'it was the disk' }, null);
  return [held, closed, walked(second, rules), opened(rules)];
}

function shownOf({ incident, decisions }: Life): Observation['incidents'][number] {
  const lines = decisions.flatMap(({ decision, cause }) =>
    decision.lines.map((line, index) => ({ cause: index === 0 ? cause : null, line })),
  );
  const receipts = {
    ...{ channel: channelOf(incident()), 'slack.card': tsOf(incident(), 1), 'slack.announcement': tsOf(incident(), 2) },
    ...(incident().walk === null ? {} : { 'slack.runbook': tsOf(incident(), 3) }),
  };
  return {
    ...{ incident: incident(), phase: phaseOf(incident()), brokenAt: null, receipts },
    timeline: lines.map((line, index) => ({ seq: index + 1, ...line })),
  };
}

const channelOf = ({ number }: Incident): string => `C00000000${number}`;

const tsOf = ({ number }: Incident, nth: number): string => `${start / 1_000 + number}.00000${nth}`;

function postsOf(life: Life): readonly Posted[] {
  const incident = life.incident();
  const channel = channelOf(incident);
  const post = (place: string, nth: number, purpose: string, text: string, blocks: readonly unknown[]): Posted => {
    const metadata = { event_type: 'vigie', event_payload: { incident: incident.number, purpose } };
    return { channel: place, ts: tsOf(incident, nth), threadTs: null, text, blocks, metadata };
  };
  const shown = (['card', 'announcement'] as const).map((surface, index) => {
    const postedAt = instantOf(tsOf(incident, index + 1));
    const { text, blocks } = draw(incident, { surface, now: start + 5_000, channel, postedAt });
    return post(surface === 'card' ? channel : 'C0INCIDENTS', index + 1, `slack.${surface}`, text, blocks);
  });
  const scene = { now: start + 5_000, facts: onlyTalks, stats: [], buttons: true };
  const walk = incident.walk === null ? null : runbookCardOf(incident, incident.walk, scene);
  const notes = rowsOf(life).flatMap(({ effect, effectId }, index) =>
    effect.type === 'slack.note'
      ? [post(effect.to === 'channel' ? channel : 'C0INCIDENTS', index + 4, effectId, effect.text, [])]
      : [],
  );
  return [...shown, ...(walk === null ? [] : [post(channel, 3, 'slack.runbook', walk.text, walk.blocks)]), ...notes];
}
