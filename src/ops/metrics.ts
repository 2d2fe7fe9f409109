/** What Prometheus scrapes: how many events, refusals and effects, how long they took, and what waits. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Db } from '../store/database.ts';
import { backlog } from '../store/queries.ts';

/** The counters that the rest of the program moves. */
export interface Metrics {
  readonly recorded: Counter<'type'>;
  readonly refused: Counter<'type'>;
  readonly effects: Counter<'type' | 'outcome'>;
  readonly effectSeconds: Histogram<'type'>;
  readonly bodies: Counter<'source' | 'status'>;
  readonly parked: Counter<'source'>;
  readonly bellTroubles: Counter;
  readonly polls: Counter<'source' | 'outcome'>;
  readonly beats: Counter<'outcome'>;
  /** The whole exposition as text, with what waits in the database counted now. */
  scrape(): Promise<string>;
  readonly contentType: string;
}

/** Opens the metrics of one process. */
export function openMetrics(db: Db, clock: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const waits = openGauges(registry);
  return {
    recorded: new Counter({
      name: 'vigie_timeline_lines_total',
      help: 'Lines added to timelines.',
      labelNames: ['type'],
      registers,
    }),
    refused: new Counter({
      name: 'vigie_refusals_total',
      help: 'Events refused, by type.',
      labelNames: ['type'],
      registers,
    }),
    effects: new Counter({
      name: 'vigie_effects_total',
      help: 'Attempts to perform effects.',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    effectSeconds: new Histogram({
      name: 'vigie_effect_seconds',
      help: 'How long attempts took.',
      labelNames: ['type'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    bodies: new Counter({
      name: 'vigie_webhook_requests_total',
      help: 'Webhook requests by answer.',
      labelNames: ['source', 'status'],
      registers,
    }),
    parked: new Counter({
      name: 'vigie_inbox_parked_total',
      help: 'Bodies set aside because they could not be recorded.',
      labelNames: ['source'],
      registers,
    }),
    bellTroubles: new Counter({
      name: 'vigie_bell_troubles_total',
      help: 'Errors from Redis or the queue.',
      registers,
    }),
    ...openMonitorCounters(registry),
    scrape: async () => {
      await waits(db, clock());
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function openMonitorCounters(registry: Registry): Pick<Metrics, 'polls' | 'beats'> {
  const registers = [registry];
  return {
    polls: new Counter({
      name: 'vigie_alertmanager_polls_total',
      help: "Polls of Alertmanager's API.",
      labelNames: ['source', 'outcome'],
      registers,
    }),
    beats: new Counter({
      name: 'vigie_heartbeat_total',
      help: 'Our own heartbeats, by what came of them.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

function openGauges(registry: Registry): (db: Db, now: number) => Promise<void> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const waiting = gauge('vigie_inbox_waiting', 'Bodies stored and not yet recorded.');
  const inboxAge = gauge('vigie_inbox_oldest_seconds', 'Age of the oldest body that waits.');
  const parked = gauge('vigie_inbox_parked', 'Bodies set aside; look at them.');
  const pending = new Gauge({
    name: 'vigie_outbox_pending',
    help: 'Effects not yet settled, due or not, by room.',
    labelNames: ['room'],
    registers: [registry],
  });
  const due = gauge('vigie_outbox_due', 'Effects due and not yet settled.');
  const outboxAge = gauge('vigie_outbox_oldest_seconds', 'How overdue the oldest effect is.');
  const up = gauge('vigie_database_up', '1 when the database answered this scrape.');
  const open = new Gauge({
    name: 'vigie_incidents_open',
    help: 'Open incidents by phase.',
    labelNames: ['phase'],
    registers: [registry],
  });
  return async (db, now) => {
    try {
      const counts = await backlog(db, now);
      const age = (oldest: Date | null): number => (oldest === null ? 0 : Math.max(0, now - oldest.getTime()) / 1000);
      waiting.set(counts.inboxWaiting);
      inboxAge.set(age(counts.inboxOldest));
      parked.set(counts.inboxParked);
      pending.reset();
      for (const [room, count] of Object.entries(counts.outboxPending)) pending.set({ room }, count);
      due.set(counts.outboxDue);
      outboxAge.set(age(counts.outboxOldest));
      open.reset();
      for (const [phase, count] of Object.entries(counts.open)) open.set({ phase }, count);
      up.set(1);
    } catch {
      up.set(0);
    }
  };
}
