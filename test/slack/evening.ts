/** An evening with Vigie: the Slack room against the simulated Slack, and a store and an outbox in memory behind it. */
import { mayAct } from '../../src/access/permissions.ts';
import Fastify from 'fastify';
import { pino } from 'pino';
import { refuseDoer } from '../../src/access/deeds.ts';
import type { RunEvent } from '../../src/action/action.ts';
import type { Diagnosed } from '../../src/action/diagnosis.ts';
import type { RecordDeed, Receipts } from '../../src/incident/contracts.ts';
import type { Decision } from '../../src/incident/draft.ts';
import { addressOf } from '../../src/incident/effect.ts';
import type { Effect } from '../../src/incident/effect.ts';
import { isRefusal } from '../../src/incident/event.ts';
import type { AlertReport } from '../../src/incident/event.ts';
import type { StepOutcome } from '../../src/runbook/events.ts';
import { Terminal, Throttled, explain } from '../../src/incident/fault.ts';
import { isOpen, phaseOf } from '../../src/incident/incident.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { openSlack } from '../../src/slack/slack.ts';
import type { SlackParts } from '../../src/slack/slack.ts';
import { signature } from '../../sandbox/slack/app/sign.ts';
import { startSlack } from '../../sandbox/slack/server.ts';
import type { SlackOptions } from '../../sandbox/slack/server.ts';
import { defaultSeed } from '../../sandbox/slack/workspace/seed.ts';
import { openMemory } from '../incident/memory.ts';
import { rules as usualRules } from '../incident/samples.ts';
import manifest from '../../manifest.json' with { type: 'json' };

/** A wish that waits in the outbox. */
interface Row {
  readonly effect: Effect;
  readonly effectId: string;
  readonly number: number;
  readonly since: number;
  attempt: number;
  /** Wished again while it waited or was performed. */
  again: boolean;
}

/** How an evening may differ. */
export interface EveningOptions {
  readonly slack?: SlackOptions;
  readonly mode?: 'http' | 'socket';
  readonly record?: (usual: RecordDeed) => RecordDeed;
  readonly receipts?: (usual: Receipts) => Receipts;
  readonly parts?: Partial<SlackParts>;
  readonly rules?: Partial<Rules>;
}

/** The installed app may do what the manifest asks for, and nothing else: a scope that is missing there fails here. */
const tokens = defaultSeed.tokens.map((token) =>
  token.kind === 'bot' ? { ...token, scopes: manifest.oauth_config.scopes.bot } : token,
);

/** Opens the room in a fresh workspace. */
export async function startEvening(options: EveningOptions = {}) {
  const slack = await startSlack({ ...options.slack, seed: { tokens, ...options.slack?.seed } });
  const rules = { ...usualRules, ...options.rules };
  const memory = openMemory(rules);
  const clock = (): number => slack.clock.now();
  const outbox: Row[] = [];
  const places = new Map<string, string>();
  const facts = new Map<string, string>();
  const causes = new Map<string, number>();
  const faults: string[] = [];

  const wish = ({ incident, effects }: Decision): void => {
    for (const [index, effect] of effects.entries()) {
      const { room, once } = addressOf(effect, incident.number);
      const waits = once === null ? undefined : outbox.find((row) => addressOf(row.effect, row.number).once === once);
      if (waits !== undefined) waits.again = true;
      const effectId = `${incident.number}-${incident.version}-${index}`;
      if (room === 'slack' && waits === undefined)
        outbox.push({ effect, effectId, number: incident.number, since: clock(), attempt: 0, again: false });
    }
  };
  const take = (answer: ReturnType<typeof memory.record>): void => void (isRefusal(answer) ? null : wish(answer));
  const usual: RecordDeed = async (deed, number, cause, actor) => {
    const before = causes.get(cause);
    if (before !== undefined) return { incident: memory.incident(before), again: true };
    const decision =
      deed.type === 'Declared'
        ? (refuseDoer(deed, { ...rules, actor }) ?? memory.declare(deed))
        : memory.record(number ?? 0, deed, actor);
    if (isRefusal(decision)) return decision;
    causes.set(cause, decision.incident.number);
    wish(decision);
    return { incident: decision.incident, again: false };
  };
  const receiptsOf = (number: number): Receipts => ({
    get: async (purpose) => places.get(`${number} ${purpose}`),
    put: async (purpose, place) => void places.set(`${number} ${purpose}`, place),
  });

  const secret = (value: string) => ({ reveal: () => value });
  const access = { api: slack.url, botToken: secret('xoxb-sandbox'), announce: 'C0INCIDENTS', people: {} };
  const room = await openSlack({
    settings:
      options.mode === 'socket'
        ? { ...access, mode: 'socket', appToken: secret('xapp-sandbox') }
        : { ...access, mode: 'http', signingSecret: secret(slack.seed.signingSecret) },
    record: options.record?.(usual) ?? usual,
    read: {
      incident: async (number) => memory.incidents().find((incident) => incident.number === number),
      incidentOfChannel: async (channel) => {
        const found = [...places].find(([key, place]) => key.endsWith(' channel') && place === channel);
        return found === undefined ? undefined : Number(found[0].split(' ')[0]);
      },
      channelOf: async (number) => places.get(`${number} channel`),
      list: async () =>
        memory
          .incidents()
          .filter(isOpen)
          .map((incident) => ({ ...incident, phase: phaseOf(incident), firing: 0, resolved: 0 })),
      statsOf: async () => [],
    },
    recall: async (name) => facts.get(name),
    keep: async (name, value) => void facts.set(name, value),
    ...{ teamOf: () => ({ channel: null, group: null }), onCall: async () => [] },
    facts: rules,
    library: () => rules.runbooks,
    switchAutomation: async (_to, actor) => mayAct(actor, 'automation', rules.access),
    clock,
    log: pino({ level: 'silent' }),
    ...options.parts,
  });
  const server = Fastify();
  const heard: unknown[] = [];
  server.post('/json', async (request) => {
    heard.push(request.body);
    return request.body;
  });
  await room.mount?.(server);
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  if (options.mode !== 'socket') slack.connectApp(`${address}/slack/events`);
  await room.start();

  /** Performs a row once. Answers whether it is settled. */
  const performOne = async (row: Row): Promise<boolean> => {
    row.again = false;
    row.attempt += 1;
    const { effect, effectId, number, attempt, since } = row;
    const receipts = options.receipts?.(receiptsOf(number)) ?? receiptsOf(number);
    const incident = memory.incident(number);
    try {
      const signal = new AbortController().signal;
      const outcome = await room.perform({
        effect,
        effectId,
        attempt,
        since,
        now: clock(),
        incident,
        receipts,
        signal,
      });
      const decision = outcome === null ? null : memory.record(number, outcome);
      if (decision !== null) take(decision);
      // Level-triggered, like the outbox: it is performed anew for what was wished in the meantime.
      if (row.again) row.attempt = 0;
      return !row.again;
    } catch (error) {
      faults.push(`${error instanceof Error ? error.name : ''} ${explain(error)}`);
      if (error instanceof Throttled) row.attempt -= 1;
      return error instanceof Terminal;
    }
  };

  return {
    slack,
    memory,
    room,
    address,
    facts,
    faults,
    places,
    outbox: outbox as readonly Row[],
    /** What was posted as JSON to a route beside Slack's. */
    heard: heard as readonly unknown[],
    /** Sends a payload that the simulated Slack would not, rightly signed, and its answers to the other route. */
    async send(payload: object): Promise<number> {
      const body = new URLSearchParams({
        payload: JSON.stringify({ response_url: `${address}/json`, ...payload }),
      }).toString();
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const headers = { ...type, ...signature(slack.seed.signingSecret, body) };
      return (await fetch(`${address}/slack/events`, { method: 'POST', headers, body })).status;
    },
    /** Alerts reach Vigie as one body of a group. */
    report(alerts: readonly AlertReport[], group = 'one'): void {
      const key = Buffer.from(group).toString('hex').padStart(64, '0');
      const report = { receiver: 'vigie', key, labels: {}, truncated: 0 };
      for (const decision of memory.report({
        type: 'AlertsReported',
        at: clock(),
        source: 'main',
        group: report,
        alerts,
      }))
        wish(decision);
    },
    /** A neighbour answers what a step, a run or a person asked for. */
    answer(event: StepOutcome | RunEvent | Diagnosed, number = 1): void {
      take(memory.record(number, event));
    },
    /** Lets time pass for everybody. */
    async wait(ms: number): Promise<void> {
      await slack.clock.advance(ms);
      for (let timer = memory.due(clock()); timer !== undefined; timer = memory.due(clock()))
        take(memory.record(timer.to, timer.event));
    },
    /** Performs the oldest row, once. */
    async performNext(): Promise<void> {
      const [row] = outbox;
      if (row !== undefined && (await performOne(row))) outbox.shift();
    },
    /** Performs what waits, oldest first; what faults is tried again at once, at most `tries` times in all. */
    async perform(tries = 5): Promise<void> {
      for (let row = outbox[0]; row !== undefined; row = outbox[0]) {
        let settled = false;
        for (let tried = 0; tried < tries && !settled; tried++) settled = await performOne(row);
        if (!settled) return;
        outbox.shift();
      }
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await room.stop(1000);
      await slack[Symbol.asyncDispose]();
    },
  };
}

/** An evening. */
export type Evening = Awaited<ReturnType<typeof startEvening>>;

/** A firing alert, or one that ended. */
export function alertAt(now: number, name: string, more: Partial<AlertReport> = {}): AlertReport {
  return {
    fingerprint: Buffer.from(name).toString('hex').padStart(16, '0'),
    status: 'firing',
    severity: 'critical',
    labels: { alertname: name, service: 'checkout' },
    annotations: { summary: `${name} is too high`, runbook_url: 'https://wiki.example.com/runbook' },
    startsAt: now - 60_000,
    endsAt: null,
    generatorUrl: 'https://prometheus.example.com/graph',
    ...more,
  };
}
