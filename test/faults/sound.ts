/** A small run as it should have gone, made with the pure rule book and the views alone: what the check must find nothing in. */
import { shippedAccess } from '../../src/access/rules.ts';
import { translate } from '../../src/alertmanager/payload.ts';
import type { Decision } from '../../src/incident/draft.ts';
import type { Event } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { openForAlerts, openForPerson } from '../../src/incident/opening.ts';
import { onlyTalks } from '../../src/incident/facts.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { transition } from '../../src/incident/transition.ts';
import { draw } from '../../src/slack/views/draw.ts';
import { instantOf } from '../../src/slack/views/scene.ts';
import { bodyOf, keyOf } from './family.ts';
import type { AlertState, Family } from './family.ts';
import { accept, emptyModel } from './model.ts';
import type { Model } from './model.ts';
import type { Observation, OutboxRow, Posted, Received } from './observe.ts';

const start = Date.UTC(2026, 10, 16, 3);
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
  services: [],
  routes: [{ match: [], policy: 'default' }],
  policies: { default: { ack: { lease: hour, remindBefore: 60_000 } } },
  access: shippedAccess,
  runbooks: [],
  able: onlyTalks.able,
};

const labels = { alertname: 'Trouble', family: 'family-0', instance: 'node-0', severity: 'critical' };
const family: Family = {
  name: 'family-0',
  receivers: ['vigie'],
  suspects: [{ fingerprint: '00000000000000a0', labels }],
};

/** An alert that fired, an incident that ana holds, and another that she declared and closed. */
export function soundRun(): { readonly model: Model; readonly observation: Observation } {
  const model = emptyModel([family]);
  const states = new Map<string, AlertState>([['00000000000000a0', { startsAt: start, endsAt: null }]]);
  const body = bodyOf(family, 'vigie', states);
  accept(model, body, states);
  model.done.push({ incident: 1, by: ana.id, did: 'Acknowledged' }, { incident: 2, by: ana.id, did: 'Closed' });
  model.declared.push({ title: 'The shop is slow', attempts: 1, answered: [2] });

  const reported = translate('main', { seq: 1, at: start, body }, rules.severities);
  const deed = { at: start + 1_000, by: ana };
  const held = lifeOf(openForAlerts(1, 'alert', reported, rules), { ...deed, type: 'Acknowledged' });
  const declared = { ...deed, type: 'Declared', title: 'The shop is slow', severity: 'high' } as const;
  const closed = lifeOf(openForPerson(2, declared, rules), { ...deed, type: 'Closed', reason: 'it was the disk' });
  const lives = [held, closed];

  const received: Received = { seq: 1, body, recorded: true, fault: null };
  const observation: Observation = {
    at: start + 10_000,
    inbox: [received],
    incidents: lives.map(({ incident, decisions }) => ({
      ...{ incident, phase: phaseOf(incident), brokenAt: null },
      timeline: decisions.flatMap(({ lines }) => lines).map((line, index) => ({ seq: index + 1, cause: null, line })),
      receipts: {
        channel: channelOf(incident),
        'slack.card': tsOf(incident, 1),
        'slack.announcement': tsOf(incident, 2),
      },
    })),
    held: [{ fingerprint: '00000000000000a0', incident: 1 }],
    groups: [{ receiver: 'vigie', key: keyOf(family), incident: 1 }],
    counter: 2,
    outbox: lives.flatMap(rowsOf).map((row, index) => ({ ...row, id: index + 1 })),
    slack: {
      channels: [
        { id: 'C0INCIDENTS', name: 'incidents' },
        ...lives.map(({ incident }) => ({ id: channelOf(incident), name: `inc-${incident.number}-trouble` })),
      ],
      posted: lives.flatMap(postsOf),
      ...{ unclean: [], lost: [] },
    },
  };
  return { model, observation };
}

interface Life {
  readonly incident: Incident;
  readonly decisions: readonly Decision[];
}

function lifeOf(first: Decision, event: Event): Life {
  const second = transition(first.incident, event);
  if (isRefusal(second)) throw new Error(second.refused);
  return { incident: second.incident, decisions: [first, second] };
}

const channelOf = ({ number }: Incident): string => `C00000000${number}`;

const tsOf = ({ number }: Incident, nth: number): string => `${start / 1_000 + number}.00000${nth}`;

const rowsOf = ({ decisions }: Life): readonly OutboxRow[] =>
  decisions.flatMap(({ incident: { number, version }, effects }) =>
    effects.map((effect, index): OutboxRow => {
      const settled = effect.type !== 'clock.wake';
      return {
        ...{ id: 0, effectId: `${number}-${version}-${index}`, incident: number, effect, settled },
        ...{ due: effect.type === 'clock.wake' ? effect.at : start, outcome: settled ? 'performed' : null },
        ...{ running: false, leaseUntil: null, attempts: settled ? 1 : 0, crashes: 0, fault: null },
      };
    }),
  );

function postsOf(life: Life): readonly Posted[] {
  const { incident } = life;
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
  const notes = rowsOf(life).flatMap(({ effect, effectId }, index) =>
    effect.type === 'slack.note'
      ? [post(effect.to === 'channel' ? channel : 'C0INCIDENTS', index + 3, effectId, effect.text, [])]
      : [],
  );
  return [...shown, ...notes];
}
