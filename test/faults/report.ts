/** A run in words for a person, and as one line of JSON for a program. */
import { counted } from './counted.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { doubled, doubledAfterLoss, parked } from './check-slack.ts';
import type { Observation } from './observe.ts';
import type { Ran } from './run.ts';
import { walkFigures, walkLines } from './walk-figures.ts';

/** Figures of a run. */
export function figuresOf({ plan, model, healed, violations, strikes, deeds, deliveries, gaveUp, took }: Ran) {
  const { observation } = healed;
  const { outbox, inbox, incidents, slack } = observation;
  const effects: Record<string, number> = {};
  for (const { outcome, settled } of outbox) {
    const name = settled ? (outcome ?? '') : 'pending timers';
    effects[name] = (effects[name] ?? 0) + 1;
  }
  const lines = incidents.flatMap(({ timeline }) => timeline.map(({ line }) => line));
  return {
    ...plan,
    violations: violations.length,
    seconds: Math.round(took / 1_000),
    healSeconds: Math.round(healed.took / 100) / 10,
    strikes,
    gaveUpStarting: gaveUp.length,
    bodies: {
      ...{ sent: deliveries.sent, accepted: deliveries.accepted, refused: deliveries.refused },
      recorded: inbox.filter(({ recorded }) => recorded).length,
    },
    incidents: incidents.length,
    declared: model.declared.length,
    events: lines.length,
    reopened: lines.filter(({ type }) => type === 'Reopened').length,
    deeds,
    effects,
    effectsRetried: outbox.filter(({ attempts }) => attempts > 1).length,
    effectsInHandAtAKill: outbox.filter(({ crashes }) => crashes > 0).length,
    extrasLeftOut: lines.filter(({ type }) => type === 'EffectGivenUp').length,
    parkedAfterFiveKills: parked(observation),
    walks: walkFigures(model, observation),
    messages: slack.posted.length,
    doubled: doubled(observation).length,
    doubledAfterALostAnswer: doubledAfterLoss(observation),
  };
}

/** The report of a run. */
export function reportOf(ran: Ran): string {
  const { bodies, strikes, deeds, effects, walks, ...one } = figuresOf(ran);
  const lines = [
    `${one.store}, seed ${one.seed}: ${one.kills} kills in ${one.seconds} s, at rest ${one.healSeconds} s after mending`,
    `  strikes          ${counted(strikes)}; ${one.gaveUpStarting} gave up starting and were started again`,
    `  bodies           ${bodies.sent} sent, ${bodies.accepted} accepted, ${bodies.recorded} recorded; not taken: ${counted(bodies.refused)}`,
    `  incidents        ${one.incidents}, of which ${one.declared} declared; ${one.events} events, ${one.reopened} re-openings`,
    `  people           ${counted(deeds)}`,
    `  effects          ${counted(effects)}; ${one.effectsRetried} retried, ${one.effectsInHandAtAKill} in hand at a kill, ${one.extrasLeftOut} left out, ${one.parkedAfterFiveKills} parked after 20 kills`,
    ...walkLines(walks),
    `  Slack            ${one.messages} messages; doubled: ${one.doubled}; doubled after a lost answer: ${one.doubledAfterALostAnswer}`,
    `  broken promises  ${one.violations}`,
  ];
  const gaveUp = ran.gaveUp.map((line) => `                   ${line}`);
  return [...lines.slice(0, 2), ...gaveUp, ...lines.slice(2), ...troubleOf(ran)].join('\n');
}

/** Everything needed to see why: the violations, and of each incident concerned its timeline, receipts and rows. */
function troubleOf({ violations, plan, folder, healed }: Ran): readonly string[] {
  if (violations.length === 0) return [];
  const numbers = new Set(violations.flatMap(({ incident }) => incident ?? []));
  return [
    '',
    ...violations.map(
      ({ rule, says, incident }) => `  BROKEN ${rule}${(incident ?? null) === null ? '' : ` (${incident})`}: ${says}`,
    ),
    ...[...numbers].slice(0, 5).flatMap((number) => storyOf(healed.observation, number)),
    '',
    `  The logs are in ${folder}. Again: npm run test:faults -- --store ${plan.store} --kills ${plan.kills} --seed ${plan.seed}`,
  ];
}

function storyOf({ incidents, outbox }: Observation, number: number): readonly string[] {
  const shown = incidents.find(({ incident }) => incident.number === number);
  if (shown === undefined) return [];
  const { incident, timeline, phase, receipts } = shown;
  const time = (at: number): string => new Date(at).toISOString().slice(11, 23);
  const rows = outbox.filter(
    (row) => row.incident === number && (!row.settled || row.attempts > 1 || row.outcome !== 'performed'),
  );
  return [
    '',
    `  Incident ${number}, version ${incident.version}, ${phase}: ${incident.title}`,
    ...timeline.map(
      ({ seq, line, cause }) =>
        `    ${String(seq).padStart(3)} ${time(line.at)} ${sentence(line)}${cause === null ? '' : ` [${cause}]`}`,
    ),
    `    receipts ${JSON.stringify(receipts)}`,
    ...rows.map(({ effectId, effect, due, settled, outcome, running, attempts, crashes, fault }) => {
      const state = settled ? outcome : running ? 'running' : 'pending';
      return `    row ${effectId} ${effect.type} due ${time(due)} ${state}, ${attempts} attempts, ${crashes} crashes${fault === null ? '' : `: ${fault}`}`;
    }),
  ];
}
