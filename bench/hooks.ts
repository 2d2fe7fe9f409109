/**
 * Hooks: how long PagerDuty waits for the answer to a webhook. It gives up after five seconds, and holds back what comes
 * after it for that incident; the bar is 200 ms for 95 of 100.
 *
 * Measured, on loopback, against the real bot on PostgreSQL and Redis, with signed events about open incidents that it
 * paged for and as many about incidents of others:
 * - At a moderate rate, that of an account in a bad hour, and at a high one, that of a storm. A time counts from the moment in
 *   which the event was due to be sent, so whoever waits for a free connection waits in the figures, too.
 * - `flat out`: as fast as answers come. It has no bar; it says how far the high rate is from the end.
 * - After all of it: whether each event is stored once, although every twentieth comes twice, and recorded once.
 *
 * How to read it: the bot has core 0, everything else shares the other ones. An answer stands for a commit, so what the disk
 * needs to sync is in each figure.
 */
import { createHmac, hash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { startPagerDuty } from '../sandbox/pagerduty/server.ts';
import { firing } from './bodies.ts';
import { keepOffServiceCore, lookAtMachine } from './machine.ts';
import { startBot, startServers, token, until } from './product.ts';
import type { Bot } from './product.ts';
import { percentile, progress, rounded, thousands } from './report.ts';
import type { Bench, Options, Report, Row } from './report.ts';

const mostP95 = 200;
const incidents = 50;
const secret = 'bench-webhook-secret';

/** What is taken in flat out must be recorded before the bench ends. */
const mostFlatOut = 3_000;

/** Events a second. */
const rates = { moderate: 10, high: 200 };

/** Everybody is paged at once; nothing is rolled up. */
const config = `incidents: {storm: {groups: 100000, within: 60s}}
severities: {map: {warning: critical}}
pagerduty: {webhook_secrets: [env:BENCH_PD_HOOK], default: {routing_key: env:BENCH_PD_KEY}}
policies: {default: {levels: [{id: L1, at: 0s, do: [{pagerduty: {}}]}]}}
`;

/** One stretch of sending; times are milliseconds. */
interface Stretch {
  readonly label: string;
  readonly took: readonly number[];
  /** Answers other than 202. */
  readonly refused: number;
  readonly perSecond: number;
}

/** What was sent so far, each once. */
interface Given {
  events: number;
  notes: number;
}

/** The next body. Half of them are about incidents of others; people note, acknowledge and rank the rest. */
function eventOf(turn: number): string {
  const ours = turn % 2 === 0;
  const [place, kind] = [(turn >> 1) % incidents, ['annotated', 'acknowledged', 'priority_updated'][(turn >> 1) % 3]];
  const key = ours ? hash('sha256', groupKey(place), 'hex') : `somebody-elses-${place}`;
  const incident = {
    id: `${ours ? 'PINC' : 'POTHER'}${place}`,
    html_url: 'https://acme.pagerduty.example/incidents/1',
  };
  const about =
    kind === 'annotated'
      ? { id: `PNOTE${turn}`, type: 'incident_note', content: `Looked at it, turn ${turn}`, incident }
      : { ...incident, type: 'incident', status: 'acknowledged', incident_key: key, title: 'x'.repeat(600) };
  const agent = { id: 'PBEN', type: 'user_reference', summary: 'Ben Brandt' };
  const event = { id: `EVENT${turn}`, event_type: `incident.${kind}`, resource_type: 'incident', agent, client: null };
  return JSON.stringify({ event: { ...event, occurred_at: new Date().toISOString(), data: about } });
}

/** As `firing` writes it. */
const groupKey = (place: number): string => `{}/{severity="warning"}:{alertname="HighErrorRate", group="g${place}"}`;

/** Tells which incident of PagerDuty is whose, as its first webhook does. */
const pagedOf = (place: number): string => {
  const key = hash('sha256', groupKey(place), 'hex');
  const data = { id: `PINC${place}`, type: 'incident', status: 'triggered', incident_key: key };
  return JSON.stringify({ event: { id: `PAGED${place}`, event_type: 'incident.triggered', agent: null, data } });
};

/** Posts a body, and resolves with the status of the answer once all of it is there. */
function post(url: string, agent: Agent, body: string): Promise<number> {
  const signature = `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-pagerduty-signature': signature };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** Sends for some seconds at a rate, or as fast as answers come. */
async function stretch(
  label: string,
  url: string,
  rate: number | null,
  given: Given,
  { seconds, connections }: Options,
): Promise<Stretch> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const took: number[] = [];
  let refused = 0;
  const timed = async (body: string, due: number): Promise<void> => {
    const status = await post(url, agent, body);
    took.push(performance.now() - due);
    if (status !== 202) refused += 1;
  };
  const one = async (due: number): Promise<void> => {
    const turn = given.events;
    given.events += 1;
    if (turn % 6 === 0) given.notes += 1;
    const body = eventOf(turn);
    await timed(body, due);
    if (turn % 20 === 0) await timed(body, performance.now());
  };
  const began = performance.now();
  const end = began + seconds * 1000;
  const flatOut = async (): Promise<void> => {
    while (performance.now() < end && took.length < mostFlatOut) await one(performance.now());
  };
  if (rate === null) await Promise.all(Array.from({ length: connections }, flatOut));
  else {
    const sent: Promise<void>[] = [];
    for (let due = began; due < end; due += 1000 / rate) {
      await pause(Math.max(0, due - performance.now()));
      sent.push(one(due));
    }
    await Promise.all(sent);
  }
  agent.destroy();
  const perSecond = Math.round(took.length / ((performance.now() - began) / 1000));
  progress(`${label}: ${thousands(perSecond)} events/s, p95 ${percentile(took, 0.95)} ms`);
  return { label, took, refused, perSecond };
}

const slackState = z.object({ eventsUrl: z.string() });

/** The public listener has the door for PagerDuty beside that for Slack. */
async function doorOf({ slackUrl }: Bot): Promise<string> {
  const state = slackState.parse(await (await fetch(`${slackUrl}/admin/state`)).json());
  return new URL('/pagerduty/webhooks', state.eventsUrl).href;
}

/** Opens incidents, and waits until each has paged and knows its incident of PagerDuty. */
async function openIncidents(bot: Bot, door: string, limit: AbortSignal): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (let place = 0; place < incidents; place += 1) {
    const answer = await fetch(bot.url, { method: 'POST', headers, body: firing(`g${place}`, 1, Date.now()) });
    if (!answer.ok) throw new Error(`the alert of group g${place} was answered ${answer.status}`);
  }
  const counted = async (which: string): Promise<true | null> =>
    (await bot.row(`select count(*) as count from pages where ${which}`))['count'] === incidents ? true : null;
  await until(() => counted('true'), 100, limit);
  const agent = new Agent({ keepAlive: true });
  for (let place = 0; place < incidents; place += 1) await post(door, agent, pagedOf(place));
  agent.destroy();
  await until(() => counted('pager is not null'), 100, limit);
  progress(`${incidents} incidents have paged`);
}

async function barsAfter(bot: Bot, stretches: readonly Stretch[], given: Given, limit: AbortSignal) {
  const waiting = 'select count(*) as count from hooks where settled_at is null';
  const began = performance.now();
  await until(async () => ((await bot.row(waiting))['count'] === 0 ? true : null), 100, limit);
  progress(`nothing waits after ${Math.round(performance.now() - began)} ms`);
  const { rows = 0 } = await bot.row(`select count(*) as rows from hooks where id like 'EVENT%'`);
  const said = `line ->> 'type' = 'PagerTold' and line ->> 'says' like '%Looked at it%'`;
  const { told = 0 } = await bot.row(`select count(*) as told from timeline where ${said}`);
  const refused = stretches.reduce((sum, each) => sum + each.refused, 0);
  const p95 = (rate: number) => percentile(stretches[rate]?.took ?? [], 0.95);
  return [
    { says: `p95 ${p95(0)} ms at ${rates.moderate}/s is below ${mostP95} ms`, holds: p95(0) < mostP95 },
    { says: `p95 ${p95(1)} ms at ${rates.high}/s is below ${mostP95} ms`, holds: p95(1) < mostP95 },
    { says: `${refused} answers were not 202`, holds: refused === 0 },
    { says: `${rows} of ${given.events} events are stored, each once`, holds: rows === given.events },
    { says: `${told} of ${given.notes} notes of people are recorded, each once`, holds: told === given.notes },
  ];
}

const rowOf = ({ label, took, refused, perSecond }: Stretch): Row => [
  label,
  thousands(perSecond),
  ...[0.5, 0.95, 0.99].map((share) => percentile(took, share)),
  rounded(Math.max(...took)),
  refused,
];

/** `npm run bench -- hooks`. */
export const hooks: Bench = {
  name: 'hooks',
  about: 'how long PagerDuty waits for the answer to a webhook',
  seconds: ['length of each of the three stretches', 10],
  connections: ['connections of the sender', 16],
  async run(options, limit): Promise<Report> {
    const machine = await lookAtMachine();
    const core = keepOffServiceCore();
    await using pagerDuty = await startPagerDuty();
    const key = pagerDuty.seed.services[0]?.integration.key;
    // The bot inherits it: its pages must go nowhere else.
    Object.assign(process.env, { BENCH_PD_HOOK: secret, BENCH_PD_KEY: key, PAGERDUTY_EVENTS_URL: pagerDuty.url });
    await using servers = await startServers();
    await using bot = await startBot(servers, { core, config, profile: options.profile });
    const door = await doorOf(bot);
    await openIncidents(bot, door, limit);
    const given: Given = { events: 0, notes: 0 };
    const stretches: Stretch[] = [];
    for (const [label, rate] of Object.entries({ ...rates, 'flat out': null })) {
      stretches.push(await stretch(label, door, rate, given, options));
    }
    progress('recording what waits');
    const bars = await barsAfter(bot, stretches, given, limit);
    pagerDuty.assertClean();
    const figures = stretches.map((each) => ({
      ...each,
      took: [0.5, 0.95, 0.99].map((p) => percentile(each.took, p)),
    }));
    return {
      rows: [['', 'events/s', 'p50 ms', 'p95 ms', 'p99 ms', 'most', 'not 202'], ...stretches.map(rowOf)],
      bars,
      figures: { machine, pinned: core.length > 0, stretches: figures, ...given },
    };
  },
};
