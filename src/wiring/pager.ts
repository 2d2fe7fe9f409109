/** Wires PagerDuty's room to the engine: pages go out, and what PagerDuty tells of them comes in. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config, PagerDutyConfig } from '../config/config.ts';
import type { Engine } from '../engine.ts';
import type { Perform } from '../incident/contracts.ts';
import { isRefusal } from '../incident/event.ts';
import type { Refusal } from '../incident/event.ts';
import { explain, Terminal } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';
import { upToDate } from '../incident/late-page.ts';
import { isPagerEffect } from '../incident/pager.ts';
import type { PageOutcome, PagerEffect, PageWay } from '../incident/pager.ts';
import { staleness } from '../incident/paging.ts';
import { openClient } from '../pagerduty/client.ts';
import type { PagerClient } from '../pagerduty/client.ts';
import type { Events } from '../pagerduty/events.ts';
import { performPagerDuty } from '../pagerduty/pagerduty.ts';
import { basesOf } from '../pagerduty/settings.ts';
import type { Setting } from '../pagerduty/settings.ts';
import { pagerDutyWebhook } from '../pagerduty/webhook.ts';
import { startDrains } from '../queue/drains.ts';
import { drainHooks, lookNowAndThen, openSelf } from './pager-news.ts';
import { openPeople } from './pager-people.ts';
import type { PersonOf } from './pager-people.ts';
import { channelLink, learnNames, linked } from './pager-words.ts';
import { storeHook } from '../store/hooks.ts';
import { incidentOfPage, pagerOf } from '../store/pages.ts';

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

/** Without a configured PagerDuty its room still answers: each page fails, so that the fallback list is tried. */
const unset: PagerDutyConfig = {
  ...{ apiToken: null, from: null, webhookSecrets: [], region: 'us', default: null, services: {} },
};

/** What the room is opened with. */
export interface PagerParts {
  readonly config: Config;
  readonly engine: Engine;
  readonly server: FastifyInstance;
  /** Where it writes what PagerDuty calls those whom policies name. */
  readonly names: Map<string, string>;
  readonly personOf: PersonOf;
  readonly log: Logger;
}

/** Opens the room on a stack that closes it. */
export async function openPagerRoom(parts: PagerParts, stack: AsyncDisposableStack): Promise<Pager> {
  const { config, engine, log, names, personOf, server } = parts;
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
    isOfAnother: async (number, pager) => ((await incidentOfPage(db, pager, null)) ?? number) !== number,
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
  const known = openPeople(client, personOf, clock, log);
  const drains = stack.use(
    startDrains(
      ['pagerduty'],
      () => drainHooks(engine, self, known),
      (_source, error) => log.error({ fault: explain(error) }, 'recording webhooks of PagerDuty'),
    ),
  );
  lookNowAndThen(engine, client, known, log, stack);
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
      return room({ ...work, effect: linked(upToDate(effect, incident), await channelLink(db, work.receipts)) });
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
