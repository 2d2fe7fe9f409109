/** A run in words for a person, and as one line of JSON for a program. */
import { counted } from '../counted.ts';
import { sentence } from '../../../src/incident/timeline.ts';
import { latenessOf } from './check-calls.ts';
import { secondService } from './check-pagerduty.ts';
import { claimed, eventsOf } from './deliveries.ts';
import type { Sent } from './door.ts';
import { episodesOf } from './episodes.ts';
import type { Episode } from './episodes.ts';
import type { Ran } from './run.ts';
import type { Scene } from './scene.ts';

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** Figures of a run. */
export function figuresOf({ plan, scene, rested, violations, strikes, deeds, deliveries, gaveUp, took }: Ran) {
  const episodes = episodesOf(scene);
  const calls = episodes.flatMap((story) => story.calls);
  const { sent, theirs, told, observation } = scene;
  const triggers = eventsOf(sent).filter(({ action, sent: { status } }) => action === 'trigger' && status === 202);
  const rows = observation.outbox.filter(({ effect }) => effect.type === 'pagerduty.trigger');
  const again = [...Map.groupBy(triggers, ({ name }) => name)].map(([name, same]) => {
    const wanted = rows.filter((row) => claimed(row, row.incident ?? 0) === name).length;
    return Math.max(0, same.length - wanted);
  });
  const late = episodes.flatMap(latenessOf);
  const answers = told.flatMap((each) => each.answers);
  return {
    ...plan,
    suite: 'pages',
    violations: violations.length,
    seconds: Math.round(took / 1_000),
    restSeconds: Math.round(rested.took / 100) / 10,
    strikes,
    gaveUpStarting: gaveUp.length,
    bodies: { sent: deliveries.sent, accepted: deliveries.accepted, refused: deliveries.refused },
    incidents: observation.incidents.length,
    episodes: episodes.length,
    calls: tally(calls.map(({ why, levels }) => `${levels.map(({ id }) => id).join('+')} ${why}`)),
    mostLate: Math.round(Math.max(0, ...late) / 100) / 10,
    pagerDutyIncidents: theirs.length,
    ofTheSecondService: theirs.filter(({ service }) => service === secondService).length,
    triggersAsked: rows.length,
    triggersTaken: triggers.length,
    /** Sent again because nobody could know whether PagerDuty had it; merged by its key. */
    triggersSentAgain: again.reduce((sum, count) => sum + count, 0),
    /** Incidents handed to a policy once more than wanted: whoever died could not say that it was done. */
    handedOverAgain: handedOverAgain(episodes, sent),
    pageEnds: tally(
      episodes.flatMap(({ lines }) =>
        lines.flatMap((line) => {
          if (line.type === 'PageSent') return `sent by ${line.way}`;
          if (line.type === 'PageConfirmed') return 'confirmed';
          if (line.type !== 'PageFailed') return [];
          return line.needed ? `failed, instead: ${line.instead ?? 'nothing'}` : 'not needed any more';
        }),
      ),
    ),
    writes: tally(sent.map(({ path, fate }) => `${path === '/v2/enqueue' ? 'event' : 'REST'} ${fate}`)),
    responders: theirs.reduce((sum, each) => sum + each.responders.length, 0),
    people: deeds,
    webhooks: told.length,
    webhooksOfTypes: tally(told.map(({ type }) => type.replace('incident.', ''))),
    webhookAnswers: tally(answers.map(String)),
    webhooksTwice: told.filter((each) => each.answers.filter((status) => status === 202).length > 1).length,
  };
}

/** How often PagerDuty did it, less how often it was wanted. */
function handedOverAgain(episodes: readonly Episode[], sent: readonly Sent[]): number {
  const taken = sent.filter(
    ({ method, path, status }) => method === 'PUT' && /^\/incidents\/\w+$/.test(path) && status === 200,
  );
  return episodes.reduce((sum, { rows, theirs }) => {
    const wanted = rows.filter(
      ({ effect }) => effect.type === 'pagerduty.reassign' || (effect.type === 'pagerduty.trigger' && effect.again),
    ).length;
    const done = taken.filter(({ path }) => theirs.some(({ id }) => path.endsWith(`/${id}`))).length;
    return sum + Math.max(0, done - wanted);
  }, 0);
}

/** The report of a run. */
export function reportOf(ran: Ran): string {
  const one = figuresOf(ran);
  const lines = [
    `pages, seed ${one.seed}: ${one.kills} kills in ${one.seconds} s, at rest ${one.restSeconds} s after mending`,
    `  strikes          ${counted(one.strikes)}; ${one.gaveUpStarting} gave up starting and were started again`,
    `  bodies           ${one.bodies.sent} sent, ${one.bodies.accepted} accepted; not taken: ${counted(one.bodies.refused)}`,
    `  people           ${counted(one.people)}`,
    `  episodes         ${one.episodes} of ${one.incidents} incidents; latest level ${one.mostLate} s late`,
    `  calls            ${counted(one.calls)}`,
    `  pages            ${counted(one.pageEnds)}`,
    `  triggers         ${one.triggersAsked} asked for, ${one.triggersTaken} taken in, ${one.triggersSentAgain} of them again and merged; ${one.handedOverAgain} handed over or called anew twice`,
    `  PagerDuty        ${one.pagerDutyIncidents} incidents, ${one.ofTheSecondService} of the second service; ${one.responders} asked to help`,
    `  writes           ${counted(one.writes)}`,
    `  webhooks         ${one.webhooks} (${counted(one.webhooksOfTypes)}), answered ${counted(one.webhookAnswers)}, ${one.webhooksTwice} taken twice`,
    `  broken promises  ${one.violations}`,
  ];
  return [...lines, ...ran.gaveUp.map((line) => `                   ${line}`), ...troubleOf(ran)].join('\n');
}

/** Everything needed to see why: the violations, and of each incident concerned its timeline and what was sent. */
function troubleOf({ violations, plan, folder, scene }: Ran): readonly string[] {
  if (violations.length === 0) return [];
  const numbers = new Set(violations.flatMap(({ incident }) => incident ?? []));
  return [
    '',
    ...violations.map(
      ({ rule, says, incident }) => `  BROKEN ${rule}${(incident ?? null) === null ? '' : ` (${incident})`}: ${says}`,
    ),
    ...[...numbers].slice(0, 5).flatMap((number) => storyOf(scene, number)),
    '',
    `  The logs are in ${folder}. Again: npm run test:faults -- --suite pages --kills ${plan.kills} --seed ${plan.seed}`,
  ];
}

const time = (at: number): string => new Date(at).toISOString().slice(11, 23);

function storyOf(scene: Scene, number: number): readonly string[] {
  const { observation, sent } = scene;
  const shown = observation.incidents.find(({ incident }) => incident.number === number);
  if (shown === undefined) return [];
  const own = episodesOf(scene).filter(({ incident }) => incident.number === number);
  const keys = own.map(({ key }) => key);
  const ids = new Set(own.flatMap(({ theirs }) => theirs.map(({ id }) => id)));
  const rows = observation.outbox.filter(
    ({ incident, effect }) => incident === number && effect.type.startsWith('pagerduty.'),
  );
  return [
    '',
    `  Incident ${number}, ${shown.phase}: ${shown.incident.title}; ladder ${JSON.stringify(shown.incident.ladder)}`,
    ...shown.timeline.map(
      ({ line, cause }) => `    ${time(line.at)} ${sentence(line)}${cause === null ? '' : ` [${cause}]`}`,
    ),
    ...rows.map(
      ({ effectId, effect, due, settled, outcome, attempts, crashes, fault }) =>
        `    row ${effectId} ${effect.type} ${'page' in effect ? effect.page : ''} due ${time(due)} ${settled ? outcome : 'pending'}, ${attempts} attempts, ${crashes} crashes${fault === null ? '' : `: ${fault}`}`,
    ),
    ...sent.flatMap(({ at, bot, method, path, body, fate, status }) => {
      const text = JSON.stringify(body);
      const mine = keys.some((key) => text.includes(key)) || [...ids].some((id) => path.includes(id));
      if (!mine) return [];
      const level = /"level":"([^"]*)"/.exec(text)?.[1] ?? '';
      const action = /"event_action":"(\w+)"/.exec(text)?.[1] ?? '';
      return `    ${time(at)} ${bot} ${method} ${path} ${action} ${level}: ${fate}, ${status}`;
    }),
    ...scene.told.flatMap(({ id, type, incident, user, occurred, at, answers }) => {
      const what = `${time(occurred)} webhook ${type} of ${incident} by ${user ?? 'no person'}`;
      return ids.has(incident) ? `    ${what}, taken ${time(at)} after ${answers.length} attempts: ${id}` : [];
    }),
    ...own.flatMap(({ theirs }) =>
      theirs.map(
        (each) =>
          `    PagerDuty #${each.number} ${each.id} ${each.service} ${each.status} by ${each.changedBy}, ${time(each.createdAt)} to ${each.resolvedAt === null ? 'now' : time(each.resolvedAt)}, ${each.triggers} triggers: ${each.title}`,
      ),
    ),
  ];
}
