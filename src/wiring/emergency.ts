/**
 * The one exception to "nothing is done that was not recorded": when the database has been away for a minute while
 * Alertmanager tells of critical alerts, PagerDuty hears of each alert group once, straight from memory.
 */
import { hash } from 'node:crypto';
import type { Logger } from 'pino';
import { isMisfit, readPayload } from '../alertmanager/schema.ts';
import type { Payload } from '../alertmanager/schema.ts';
import type { Config } from '../config/config.ts';
import type { Engine } from '../engine.ts';
import { clip } from '../incident/alerts.ts';
import { explain } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { severityOf, serviceOf } from '../incident/rules.ts';
import type { Events } from '../pagerduty/events.ts';
import type { Setting } from '../pagerduty/settings.ts';
import type { Arrival } from '../store/inbox.ts';
import { incidentOfKey } from '../store/pages.ts';

/** Hears whether bodies can be stored. */
export interface EmergencyPager {
  readonly stored: () => void;
  readonly refused: (arrival: Arrival) => void;
}

/** What it is handed. */
export interface EmergencyParts {
  readonly config: Pick<Config, 'rules'>;
  readonly engine: Pick<Engine, 'db' | 'store' | 'clock'>;
  readonly events: Pick<Events, 'trigger' | 'resolve'>;
  /** The routing key for a service, or for none; null where there is none. */
  readonly keyOf: (service: string | null) => Setting | null;
  readonly log: Logger;
  /** How long the database may be away before anybody is paged. */
  readonly after: Duration;
  /** After its return, so long is waited for the alert of a page to come again. */
  readonly patience?: Duration;
}

/** More alert groups than this page nobody: whoever is woken by these looks at all of them. */
const most = 20;

/** For one call of PagerDuty. */
const deadline: Duration = 10_000;

/** What is known of a page that was sent. */
interface Sent {
  readonly at: Instant;
  readonly setting: Setting;
  readonly routing: 'service' | 'default';
}

/** What this process remembers. */
interface State {
  /** Pages that no incident has taken over yet, by dedup key. */
  readonly sent: Map<string, Sent>;
  readonly sending: Set<string>;
  /** Since when no body can be stored, and when the last one could not. */
  away: { readonly since: Instant; readonly last: Instant } | null;
  /** Since when bodies are stored again. */
  backSince: Instant | null;
}

/** Opens it on a stack that stops it. Pages that are not reconciled when the process ends stay for a person to resolve. */
export function openEmergency(parts: EmergencyParts, stack: AsyncDisposableStack): EmergencyPager {
  const { engine, log, after, patience = 600_000 } = parts;
  const { clock } = engine;
  const state: State = { sent: new Map(), sending: new Set(), away: null, backSince: null };
  let looking: Promise<void> | null = null;
  const look = (): void => {
    looking ??= reconcile(parts, state, patience)
      .catch((error: unknown) => log.warn({ fault: explain(error) }, 'reconciling pages from memory'))
      .finally(() => {
        looking = null;
      });
  };
  const timer = setInterval(look, Math.min(10_000, patience / 2));
  stack.defer(async () => {
    clearInterval(timer);
    await looking;
  });
  return {
    stored: () => {
      state.backSince ??= clock();
      state.away = null;
    },
    refused: ({ source, body }) => {
      const now = clock();
      // Two failures far apart are no long absence: what lay between may have gone to another process.
      const since = state.away !== null && now - state.away.last <= 5 * after ? state.away.since : now;
      state.away = { since, last: now };
      state.backSince = null;
      if (now - since < after || state.sent.size + state.sending.size >= most) return;
      const payload = readPayload(body);
      if (isMisfit(payload)) return;
      const key = hash('sha256', payload.groupKey, 'hex');
      if (!state.sent.has(key) && !state.sending.has(key)) void page(parts, state, key, payload, source);
    },
  };
}

async function page(
  parts: EmergencyParts,
  { sending, sent }: State,
  key: string,
  payload: Payload,
  source: string,
): Promise<void> {
  const { engine, events, log } = parts;
  const found = textOf(parts, payload, source);
  if (found === null) return;
  const { routing, setting, text } = found;
  sending.add(key);
  try {
    await events.trigger(setting, key, text, null, AbortSignal.timeout(deadline));
    sent.set(key, { at: engine.clock(), setting, routing });
    log.error({ source, key }, 'paged PagerDuty from memory, because the database is away');
  } catch (error) {
    // Alertmanager posts it again.
    log.error({ source, key, fault: explain(error) }, 'paging PagerDuty from memory');
  } finally {
    sending.delete(key);
  }
}

/** Hands pages over to the incidents that their alerts opened, and ends those whose alerts never came again. */
async function reconcile({ engine, events, log }: EmergencyParts, state: State, patience: Duration): Promise<void> {
  const { clock, db, store } = engine;
  if (state.sent.size === 0 || state.backSince === null) return;
  const isLate = clock() - state.backSince >= patience;
  for (const [key, { at, setting, routing }] of state.sent) {
    const number = await incidentOfKey(db, key);
    if (number === undefined && !isLate) continue;
    if (number === undefined) {
      // Alertmanager never tells of the end of what it could not tell of.
      await events.resolve(setting, key, AbortSignal.timeout(deadline));
      log.warn({ key }, 'resolved a page from memory: its alert never came again');
    } else {
      const event = { type: 'EmergencyPaged', at: clock(), pagedAt: at, routing } as const;
      await store.record({ event, number, cause: `emergency:${key}:${at}` });
    }
    state.sent.delete(key);
  }
}

/** What the page says and where it goes; null when nothing critical fires in the body, or nobody can be paged. */
function textOf({ config: { rules }, keyOf }: EmergencyParts, { alerts }: Payload, source: string) {
  const critical = alerts.filter(
    ({ status, labels }) => status === 'firing' && severityOf(labels, rules.severities) === 'critical',
  );
  const [first] = critical;
  if (first === undefined) return null;
  const labelSets = critical.map(({ labels }) => labels);
  const service = serviceOf(labelSets, rules.services)?.name ?? null;
  const setting = keyOf(service);
  if (setting === null) return null;
  const name = clip(first.labels['alertname'] ?? 'Alert', 100);
  const more = critical.length === 1 ? '' : ` and ${critical.length - 1} more`;
  const text = {
    summary: clip(`${name}${more} (critical)${service === null ? '' : ` · ${service}`}. Vigie has no database`, 900),
    severity: 'critical' as const,
    source: service ?? source,
    links: [],
    details: Object.fromEntries(
      Object.entries(first.labels)
        .slice(0, 20)
        .map(([label, value]) => [`label ${clip(label, 80)}`, clip(value, 200)]),
    ),
  };
  return { setting, text, routing: service === null ? ('default' as const) : ('service' as const) };
}
