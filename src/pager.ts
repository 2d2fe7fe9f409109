/** Wires PagerDuty's room to the engine: pages go out, webhooks come in, and a look now and then finds what did not come. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config, PagerDutyConfig } from './config/config.ts';
import type { Engine } from './engine.ts';
import type { Perform } from './incident/contracts.ts';
import { isRefusal } from './incident/event.ts';
import type { Refusal } from './incident/event.ts';
import { explain, Terminal } from './incident/fault.ts';
import type { Duration } from './incident/incident.ts';
import { isPagerEffect } from './incident/pager.ts';
import type { PageOutcome, PagerEffect, PageWay } from './incident/pager.ts';
import { staleness } from './incident/paging.ts';
import { openClient } from './pagerduty/client.ts';
import type { PagerClient } from './pagerduty/client.ts';
import type { Events } from './pagerduty/events.ts';
import { reportOfLook } from './pagerduty/look.ts';
import { performPagerDuty } from './pagerduty/pagerduty.ts';
import { basesOf } from './pagerduty/settings.ts';
import type { Setting } from './pagerduty/settings.ts';
import { translate } from './pagerduty/translate.ts';
import { pagerDutyWebhook } from './pagerduty/webhook.ts';
import { startDrains } from './queue/drains.ts';
import { channelLink, learnNames, linked } from './pager-words.ts';
import { settleHook, storeHook, waitingHooks } from './store/hooks.ts';
import type { StoredHook } from './store/hooks.ts';
import { awaitsPager, incidentOfPage, pagedIncidents, pagerOf } from './store/pages.ts';

/** What other rooms ask of PagerDuty. */
export interface Pager {
  /** Who is on call for a service; nobody where that is not known. */
  readonly onCall: (
    service: string | null,
  ) => Promise<readonly { readonly name: string; readonly email: string | null }[]>;
  /** For what can't wait for the record. */
  readonly events: Pick<Events, 'trigger' | 'resolve'>;
  readonly keyOf: (service: string | null) => Setting | null;
}

/** PagerDuty waits five seconds for its answer. */
const storeWithin: Duration = 2_000;

/** What concerns no page of ours by then never will: other incidents of the account are told of, too. */
const patience: Duration = 5 * 60_000;

/** Webhooks may be lost, and PagerDuty may have been told not to send any. */
const lookEvery: Duration = 60_000;

/** Without a configured PagerDuty its room still answers: each page fails, so that the fallback list is tried. */
const unset: PagerDutyConfig = {
  ...{ apiToken: null, from: null, webhookSecrets: [], region: 'us', default: null, services: {} },
};

/** Opens the room; `names` is where it writes what PagerDuty calls those whom policies name. */
export async function openPagerRoom(
  config: Config,
  engine: Engine,
  server: FastifyInstance,
  names: Map<string, string>,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<Pager> {
  const { clock, db } = engine;
  const settings = config.pagerduty ?? unset;
  const { apiToken: token, from } = settings;
  const { events, api } = config.pagerDutyApis;
  const places = { PAGERDUTY_EVENTS_URL: events ?? undefined, PAGERDUTY_API_URL: api ?? undefined };
  const client = openClient({
    bases: basesOf(settings.region, places),
    api: token === null ? null : { token: { name: 'pagerduty.api_token', secret: token }, from: from ?? '' },
    clock,
  });
  const keyOf = keysOf(config, settings);
  const room = performPagerDuty({
    ...{ client, clock, keyOf, writes: from !== null },
    webhookOf: (name) => fallbackOf(config, name),
    heardOf: (number, dedupKey) => pagerOf(db, number, dedupKey),
  });
  engine.answer('pagerduty', 16, performing(room, engine));
  if (settings.webhookSecrets.length > 0) {
    await server.register(pagerDutyWebhook, {
      secrets: settings.webhookSecrets,
      accept: async (arrival) => {
        await storeHook(db, arrival, storeWithin);
        drains.wake('pagerduty');
      },
      clock,
      troubled: (fault) => log.error({ fault: explain(fault) }, 'taking in a webhook of PagerDuty'),
    });
  }
  const self = openSelf(client, from !== null, log);
  const drains = stack.use(
    startDrains(
      ['pagerduty'],
      () => drainHooks(engine, self),
      (_source, error) => log.error({ fault: explain(error) }, 'recording webhooks of PagerDuty'),
    ),
  );
  lookNowAndThen(engine, client, log, stack);
  learnNames(config.rules, names, client, log, stack);
  return {
    onCall: (service) => onCallOf(client, settings, service),
    events: client.events,
    keyOf: (service) => {
      const setting = keyOf('service', service);
      return isRefusal(setting) ? null : setting;
    },
  };
}

/** Pages only while somebody must be called: what was asked may have waited. */
const performing =
  (room: ReturnType<typeof performPagerDuty>, { clock, db }: Engine): Perform =>
  async (work) => {
    const { effect, incident } = work;
    if (!isPagerEffect(effect)) throw new Terminal(`PagerDuty's room can't perform ${effect.type}`);
    const way = wayOf(effect);
    const why = way === null || !('page' in effect) ? null : staleness(incident, effect.page);
    if (way === null || why === null || !('page' in effect)) {
      return room({ ...work, effect: linked(effect, await channelLink(db, work.receipts)) });
    }
    const { page, dedupKey } = effect;
    const needless: PageOutcome = {
      ...{ type: 'PageFailed', at: clock(), page, dedupKey },
      ...{ way, says: why, hopeless: true },
    };
    return needless;
  };

/** How an effect wakes somebody; null for what wakes nobody. */
function wayOf({ type }: PagerEffect): PageWay | null {
  switch (type) {
    case 'pagerduty.trigger':
      return 'trigger';
    case 'pagerduty.responders':
      return 'responders';
    case 'pagerduty.reassign':
      return 'reassign';
    case 'pagerduty.webhook':
      return 'webhook';
    default:
      return null;
  }
}

/** Secrets of fallbacks are looked up among those of the configuration: what an incident keeps could name any. */
function fallbackOf({ escalation }: Config, ref: string): Setting | Refusal {
  const secret = escalation.secrets[ref];
  if (secret !== undefined) return { name: 'policies.*.fallback', secret };
  return { refused: `The configuration has no fallback with ${ref} any more: put it back, or close the incident` };
}

const keysOf =
  (config: Config, { services, default: usual }: PagerDutyConfig) =>
  (routing: string, service: string | null): Setting | Refusal => {
    if (config.escalation.secrets[routing] !== undefined) return fallbackOf(config, routing);
    const name = routing === 'service' ? service : routing;
    const entry = name === null ? undefined : services[name];
    if (name !== null && entry !== undefined) {
      return { name: `services.${name}.pagerduty.routing_key`, secret: entry.routingKey };
    }
    if (usual !== null && (routing === 'service' || routing === 'default')) {
      return { name: 'pagerduty.default.routing_key', secret: usual.routingKey };
    }
    return { refused: `There is no routing key for ${name ?? 'this incident'}: add pagerduty.default to vigie.yaml` };
  };

/** As whom we write, asked once it is needed: what that user did was us. Null while PagerDuty does not say. */
function openSelf({ rest }: PagerClient, writes: boolean, log: Logger): () => Promise<string | null> {
  let known: string | null = null;
  let asked = 0;
  return async () => {
    if (known !== null || rest === null || !writes || Date.now() - asked < lookEvery) return known;
    asked = Date.now();
    try {
      ({ id: known } = await rest.self(AbortSignal.timeout(5_000)));
    } catch (error) {
      log.warn({ fault: explain(error) }, 'asking PagerDuty who we are');
    }
    return known;
  };
}

/** Records what waits, in its order. What names no page of ours yet may be early: its page is being confirmed. */
async function drainHooks({ db, store, clock }: Engine, self: () => Promise<string | null>): Promise<void> {
  const waiting = await waitingHooks(db, 2_000);
  if (waiting.length === 0) return;
  const us = await self();
  const awaits = await awaitsPager(db);
  for (const hook of waiting) {
    const report = reportOf(hook, us);
    const number = report === null ? undefined : await incidentOfPage(db, report.incident, report.dedupKey);
    // A key of ours would have been known before PagerDuty heard it.
    const early = report?.dedupKey === null && number === undefined && awaits;
    if (early && clock() - hook.at < patience) continue;
    if (report !== null && number !== undefined) {
      await store.record({ event: report, number, cause: `pagerduty:${hook.id}` });
    }
    await settleHook(db, hook.id, clock());
  }
}

const reportOf = ({ body, at }: StoredHook, self: string | null) => translate(body, at, self);

function lookNowAndThen(
  { db, store, clock }: Engine,
  { rest }: PagerClient,
  log: Logger,
  stack: AsyncDisposableStack,
): void {
  if (rest === null) return;
  const look = async (): Promise<void> => {
    for (const { incident: number, pager } of await pagedIncidents(db)) {
      const found = await rest.incident(pager, AbortSignal.timeout(10_000));
      const report = found === null ? null : reportOfLook(found, clock());
      if (found === null || report === null) continue;
      const cause = `pagerduty:look:${pager}:${found.status}:${found.changedAt}`;
      const answer = await store.record({ event: report, number, cause });
      if (isRefusal(answer)) log.debug({ incident: number, refused: answer.refused }, 'looking at PagerDuty');
    }
  };
  const timer = setInterval(
    () => void look().catch((error: unknown) => log.warn({ fault: explain(error) }, 'looking at PagerDuty')),
    lookEvery,
  );
  stack.defer(() => clearInterval(timer));
}

async function onCallOf(
  { rest }: PagerClient,
  { services, default: usual }: PagerDutyConfig,
  service: string | null,
): ReturnType<Pager['onCall']> {
  const entry = service === null ? undefined : services[service];
  const policy = entry?.escalationPolicy ?? usual?.escalationPolicy ?? null;
  if (rest === null || policy === null) return [];
  const turns = await rest.onCalls({ policies: [policy], schedules: [] }, AbortSignal.timeout(5_000));
  const first = Math.min(...turns.map(({ level }) => level));
  return turns.filter(({ level }) => level === first).map(({ user }) => user);
}
