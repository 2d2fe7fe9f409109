/** Wires the heartbeats: those of the sources are heard in the drain and judged once a minute; our own is sent to a monitor outside. */
import type { Logger } from 'pino';
import { isMisfit, readPayload } from '../alertmanager/schema.ts';
import type { Config } from '../config/config.ts';
import type { SourceHeartbeat } from '../config/sources.ts';
import type { Engine } from '../engine.ts';
import type { AlertsReported } from '../incident/event.ts';
import { isRefusal } from '../incident/event.ts';
import { explain } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { startHeartbeat } from '../ops/heartbeat.ts';
import { clusterOf, hear, judgePulses, noPulses } from '../ops/heartbeat-watch.ts';
import type { PulseFact, Pulses } from '../ops/heartbeat-watch.ts';
import type { Db } from '../store/database.ts';
import type { Listen } from '../store/drain.ts';
import { holdDrained } from '../store/inbox.ts';
import { firingIncidents } from '../store/polled.ts';
import { keep, recall } from '../store/receipts.ts';
import type { RecordIn } from '../store/store.ts';

const judgeEvery: Duration = 60_000;

/** After so long without a look at the database, what was not heard in between is no silence of others. */
const deafAfter: Duration = 3 * judgeEvery;

const pulsesName = (source: string): string => `heartbeat:${source}`;
const incidentName = (source: string, cluster: string): string => `heartbeat:${source}:incident:${cluster}`;

async function recallPulses(db: Db, source: string): Promise<Pulses> {
  const kept = await recall(db, pulsesName(source));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written below, and by nobody else
  return kept === undefined ? noPulses : (JSON.parse(kept) as Pulses);
}

/** What the drain of a source does with bodies besides recording them; undefined where no heartbeat is watched. */
export function listenTo(config: Pick<Config, 'sources'>, source: string): Listen | undefined {
  const rules = config.sources[source]?.heartbeat ?? null;
  if (rules === null) return undefined;
  return async (tx, bodies) => {
    const before = await recallPulses(tx, source);
    const after = bodies.reduce((pulses, { at, body }) => {
      const payload = readPayload(body);
      return isMisfit(payload) ? pulses : hear(pulses, payload.alerts, rules, at);
    }, before);
    const last = bodies.at(-1);
    if (last !== undefined) await keep(tx, pulsesName(source), JSON.stringify(after), last.at);
  };
}

/** The heartbeat itself is no trouble, whatever its severity. */
export function withoutBeats(event: AlertsReported, rules: SourceHeartbeat | null): AlertsReported {
  if (rules === null) return event;
  return { ...event, alerts: event.alerts.filter(({ labels }) => clusterOf(labels, rules) === null) };
}

/** Judges the heartbeats of all sources once a minute. Several processes may: a fact is found by one of them. */
export function watchHeartbeats(config: Config, engine: Engine, log: Logger, stack: AsyncDisposableStack): void {
  const watched = Object.entries(config.sources).flatMap(([name, { heartbeat }]) =>
    heartbeat === null ? [] : [{ name, rules: heartbeat }],
  );
  if (watched.length === 0) return;
  const { clock } = engine;
  let since = clock();
  let lookedAt = since;
  const look = async (): Promise<void> => {
    const at = clock();
    if (at - lookedAt > deafAfter) since = at;
    for (const { name, rules } of watched) await judge(engine, name, rules, { at, since });
    lookedAt = at;
  };
  const timer = setInterval(
    () => void look().catch((error: unknown) => log.warn({ fault: explain(error) }, 'judging heartbeats')),
    judgeEvery,
  );
  stack.defer(() => clearInterval(timer));
}

/** Judges one source, and records what changed in the same commit. */
export async function judge(
  { store }: Pick<Engine, 'store'>,
  source: string,
  rules: SourceHeartbeat,
  when: { readonly at: Instant; readonly since: Instant },
): Promise<void> {
  await store.together(async (tx, record) => {
    // What waits in the inbox may hold the beat.
    if (!(await holdDrained(tx, source))) return;
    const before = await recallPulses(tx, source);
    const { pulses, facts } = judgePulses(source, before, rules, when);
    for (const fact of facts) await recordFact(tx, record, fact, rules);
    await keep(tx, pulsesName(source), JSON.stringify(pulses), when.at);
  });
}

async function recordFact(
  tx: Db,
  record: RecordIn,
  fact: PulseFact,
  { per, policy }: Pick<SourceHeartbeat, 'per' | 'policy'>,
): Promise<void> {
  const { at, source, cluster } = fact;
  const name = incidentName(source, cluster);
  if (fact.type === 'HeartbeatMissed') {
    const { type, says } = fact;
    const opened = await record({ event: { type, at, source, cluster, says, policy }, number: null, cause: null });
    if (!isRefusal(opened)) await keep(tx, name, String(opened.incident.number), at);
    const lost = { type: 'SignalLost', at, source, cluster } as const;
    for (const number of await firingIncidents(tx, source, per === null ? null : { name: per, value: cluster })) {
      await record({ event: lost, number, cause: null });
    }
    return;
  }
  const number = await recall(tx, name);
  if (number !== undefined) await record({ event: fact, number: Number(number), cause: null });
}

/** Tells the configured monitor that Vigie is well, as long as it is. */
export function beat(
  { heartbeat }: Config,
  { metrics }: Engine,
  isWell: () => Promise<boolean>,
  log: Logger,
  stack: AsyncDisposableStack,
): void {
  if (heartbeat === null) return;
  stack.use(
    startHeartbeat({
      settings: heartbeat,
      isWell,
      beaten: (one) => {
        metrics.beats.inc({ outcome: one.is });
        if (one.is !== 'heard' && one.failures === 1) log.warn({ says: one.says }, 'our own heartbeat');
      },
    }),
  );
}
