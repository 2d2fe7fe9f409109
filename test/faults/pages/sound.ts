/** A small scene as it should be, made with the pure rule book alone: what the check must find nothing in. */
import { translate } from '../../../src/alertmanager/payload.ts';
import type { Policy } from '../../../src/escalation/policy.ts';
import { phaseOf } from '../../../src/incident/incident.ts';
import type { Facts } from '../../../src/incident/facts.ts';
import { openForAlerts } from '../../../src/incident/opening.ts';
import type { Rules } from '../../../src/incident/rules.ts';
import { rules as usual, silent } from '../../incident/samples.ts';
import { bodyOf, keyOf } from '../family.ts';
import type { AlertState, Family } from '../family.ts';
import { accept, emptyModel } from '../model.ts';
import type { Observation, OutboxRow } from '../observe.ts';
import { end, lifeOf, rowsOf, start } from '../sound-life.ts';
import type { Life } from '../sound-life.ts';
import type { Sent } from './door.ts';
import { families, policies, times } from './families.ts';
import type { Kind } from './families.ts';
import type { Scene, Theirs } from './scene.ts';

const policyOf = (name: Kind['policy']): Policy => ({
  ...silent(name, times.lease, 2_000),
  levels: policies[name].map(({ id, at, pages, responders, handsTo }) => ({
    ...{ id, name: `level ${id}`, at, leaveEarly: null },
    do: pages
      ? [
          {
            ...({ kind: 'pagerduty', service: 'incident', escalationPolicy: handsTo } as const),
            responders: responders.map((user) => ({ is: 'user', id: user }) as const),
          },
        ]
      : [],
  })),
  confirm: times.confirm,
  fallback: [{ kind: 'pagerduty', routingKey: 'env:PD_KEY_2' }],
});

const rules: Rules = {
  ...usual,
  incidents: { ...usual.incidents, recoverHold: times.hold },
  severities: { from: ['severity'], map: { high: 'high', critical: 'critical' }, default: 'warning' },
  services: [],
  routes: [{ match: [], policy: 'asking' }],
  policies: { asking: policyOf('asking'), handing: policyOf('handing') },
  able: { ...usual.able, page: true },
};

const facts: Facts = rules;
const ana = { id: 'U0ANA', name: 'ana' };
const ben = { id: 'pagerduty:PBEN', name: 'Ben Brandt' };

const named = (name: string): Family => families.find((family) => family.name === name) ?? unknown(name);

function unknown(name: string): never {
  throw new Error(`there is no family ${name}`);
}

/** Which families have an incident, in the order of their numbers. */
const chosen = ['busy-a', 'lonely-a', 'mild-a'].map(named);

/** The body that tells of the first alert of a family, fired and perhaps resolved. */
function bodyAt(
  family: Family,
  endsAt: number | null,
): { readonly body: string; readonly states: Map<string, AlertState> } {
  const states = new Map([[family.suspects[0]?.fingerprint ?? '', { startsAt: start, endsAt }]]);
  return { body: bodyOf(family, 'vigie', states), states };
}

/** Paged, asked for help, acknowledged there and let go, acknowledged here, and over. */
function handled(life: Life, clear: string): void {
  const { dedupKey } = life.incident().pager;
  const page = { page: '1-1-1', dedupKey } as const;
  const there = { incident: 'QINC1', dedupKey: null, url: null, by: ben } as const;
  life.meet({ ...page, type: 'PageSent', at: start + 500, way: 'trigger' }, null);
  life.meet({ ...page, type: 'PageConfirmed', at: start + 900, incident: 'QINC1', url: null }, null);
  life.meet({ type: 'LadderDue', at: start + 6_000, due: start + 6_000 }, null);
  life.meet({ ...page, page: '1-1-2', type: 'PageSent', at: start + 6_200, way: 'responders' }, null);
  life.meet({ ...there, type: 'PagerAcknowledged', at: start + 6_500 }, 'pagerduty:hook-1');
  life.meet({ ...there, type: 'PagerUnacknowledged', at: start + 6_800 }, 'pagerduty:hook-2');
  life.meet({ type: 'Acknowledged', at: start + 7_000, by: ana }, 'click');
  const { severities } = rules;
  life.meet(translate('main', { seq: 4, at: start + 7_500, body: clear }, severities), null);
  life.meet({ type: 'HoldEnded', at: start + 9_500, until: start + 9_500 }, null);
}

/** Paged in vain, so that the second pager is asked, and then somebody to help. */
function unanswered(life: Life): void {
  const { dedupKey } = life.incident().pager;
  const page = { page: '2-1-1', dedupKey } as const;
  life.meet({ ...page, type: 'PageSent', at: start + 500, way: 'trigger' }, null);
  life.meet({ type: 'LadderDue', at: start + 6_000, due: start + 6_000 }, null);
  life.meet({ ...page, type: 'PageUnconfirmed', at: start + 8_500, says: 'Nothing came of it.' }, null);
  life.meet({ ...page, page: '2-1-1-1', type: 'PageSent', at: start + 8_900, way: 'trigger' }, null);
  life.meet({ ...page, page: '2-1-2', type: 'PageSent', at: start + 9_000, way: 'responders' }, null);
  life.meet({ ...page, type: 'PageConfirmed', at: start + 9_200, incident: 'QINC2', url: null }, null);
}

/** One incident that was handled, one that nobody has yet, and one that wakes nobody. */
export function soundScene(): Scene {
  const model = emptyModel(families);
  model.done.push({ incident: 1, by: ana.id, did: 'Acknowledged' });
  const [first] = chosen;
  const told = [...chosen.map((family) => bodyAt(family, null)), bodyAt(first ?? unknown('any'), start + 7_400)];
  for (const { body, states } of told) accept(model, body, states);
  const lives = chosen.map((_, index) => {
    const arrival = { seq: index + 1, at: start, body: told[index]?.body ?? '' };
    return lifeOf(openForAlerts(index + 1, 'alert', translate('main', arrival, rules.severities), rules), null, facts);
  });
  const [one, two, three] = lives;
  if (one !== undefined) handled(one, told.at(-1)?.body ?? '');
  if (two !== undefined) unanswered(two);
  three?.meet({ type: 'LadderDue', at: start + 6_000, due: start + 6_000 }, null);
  const outbox = lives.flatMap(rowsOf).map((row, index) => ({ ...row, id: index + 1 }));
  return {
    ...{
      model,
      observation: observed(
        lives,
        outbox,
        told.map(({ body }) => body),
      ),
      unclean: [],
    },
    ...{ theirs: theirsOf(lives, outbox), sent: outbox.flatMap((row) => sentFor(row)) },
    hooks: ['hook-1', 'hook-2'].map((id) => ({ id, settled: true })),
    told: ['acknowledged', 'unacknowledged'].map((type, index) => ({
      ...{ id: `hook-${index + 1}`, type: `incident.${type}`, user: 'PBEN', incident: 'QINC1' },
      ...{ occurred: start + 6_500 + 300 * index, at: start + 6_550 + 300 * index, answers: [0, 202, 202] },
    })),
    there: [{ at: start + 6_500, incident: 'QINC1', did: 'acknowledges' }],
  };
}

function observed(lives: readonly Life[], outbox: readonly OutboxRow[], bodies: readonly string[]): Observation {
  return {
    ...{ at: end, asked: [], counter: lives.length, outbox },
    inbox: bodies.map((body, index) => ({ seq: index + 1, at: start, body, recorded: true, fault: null })),
    held: chosen.map(({ suspects }, index) => ({ fingerprint: suspects[0]?.fingerprint ?? '', incident: index + 1 })),
    groups: chosen.map((family, index) => ({ receiver: 'vigie', key: keyOf(family), incident: index + 1 })),
    incidents: lives.map(({ incident, decisions }) => ({
      ...{ incident: incident(), phase: phaseOf(incident()), brokenAt: null, receipts: {} },
      timeline: decisions
        .flatMap(({ decision, cause }) => decision.lines.map((line) => ({ cause, line })))
        .map((entry, index) => ({ seq: index + 1, ...entry })),
    })),
    slack: { channels: [], posted: [], unclean: [], lost: [] },
  };
}

/** What PagerDuty made of it: the first is over, the second came late, the third is of the second service. */
function theirsOf(lives: readonly Life[], outbox: readonly OutboxRow[]): readonly Theirs[] {
  const asked = (number: number, user: string): Theirs['responders'] => {
    const row = outbox.find(({ incident, effect }) => incident === number && effect.type === 'pagerduty.responders');
    return row?.effect.type === 'pagerduty.responders'
      ? [{ user, message: `${row.effect.message}\n[vigie ${row.effectId}]` }]
      : [];
  };
  const one = (number: number, incident: number, service: string): Theirs => {
    const { pager, severity } = lives[incident - 1]?.incident() ?? unknown(`of ${incident}`);
    const over = incident === 1;
    return {
      ...{ id: `QINC${number}`, number, title: `Incident ${incident} (${severity}): Trouble`, key: pager.dedupKey },
      ...{ service, status: over ? 'resolved' : 'triggered', policy: 'PSHOP', createdAt: start + 800 },
      ...{ resolvedAt: over ? start + 9_700 : null, changedBy: 'integration', changedAt: start + 9_700, triggers: 1 },
      ...{ notes: [], responders: service === 'PCLUSTER' ? [] : asked(incident, 'PLEAD') },
    };
  };
  return [one(1, 1, 'PCHECKOUT'), one(2, 2, 'PCHECKOUT'), one(3, 2, 'PCLUSTER')];
}

/** The event that an effect sends. */
function sentFor({ effect }: OutboxRow): readonly Sent[] {
  const common = { bot: 'bot-1', at: start + 400, method: 'POST', path: '/v2/enqueue', fate: 'nothing', status: 202 };
  switch (effect.type) {
    case 'pagerduty.trigger': {
      const { incident = '', level = '' } = effect.details;
      const payload = { custom_details: { incident, level } };
      return effect.keys.map((key) => {
        const event = { event_action: 'trigger', dedup_key: effect.dedupKey, routing_key: key, payload };
        return { ...common, body: event };
      });
    }
    case 'pagerduty.acknowledge':
    case 'pagerduty.resolve': {
      const action = effect.type.slice('pagerduty.'.length);
      return effect.keys.map((key) => ({
        ...common,
        body: { event_action: action, dedup_key: effect.dedupKey, routing_key: key },
      }));
    }
    default:
      return [];
  }
}
