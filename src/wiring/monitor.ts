/** Wires Alertmanager's API to the engine: a poll now and then tells what no webhook does, and silences are made and lifted. */
import type { Logger } from 'pino';
import { openApi } from '../alertmanager/api.ts';
import type { Api } from '../alertmanager/api.ts';
import { AlertmanagerError, faultOf } from '../alertmanager/api-error.ts';
import { startPoller } from '../alertmanager/poller.ts';
import type { PolledSource } from '../alertmanager/poller.ts';
import { usualBelief } from '../alertmanager/reconcile-absence.ts';
import { reportOf } from '../alertmanager/reconcile.ts';
import type { Fact, Held } from '../alertmanager/reconcile.ts';
import { noticesOf } from '../alertmanager/silences-notices.ts';
import { expireSilence, extendSilence, silenceAlerts } from '../alertmanager/silences.ts';
import type { SilenceEnd } from '../alertmanager/silences.ts';
import type { Config, Source } from '../config/config.ts';
import type { Engine } from '../engine.ts';
import type { Work } from '../incident/contracts.ts';
import type { Event } from '../incident/event.ts';
import { isRefusal } from '../incident/event.ts';
import { explain, Terminal } from '../incident/fault.ts';
import { isOpen } from '../incident/incident.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { isSilenceEffect } from '../incident/monitor.ts';
import type { MutingEvent, SilenceEffect, SilenceOutcome } from '../incident/monitor.ts';
import { clusterOf } from '../ops/heartbeat-watch.ts';
import { heldAlerts } from '../store/polled.ts';
import type { HeldAlert } from '../store/polled.ts';

/** For so long after the end of an incident its alerts are looked for: they may fire again unheard. */
const lookBack: Duration = 26 * 3_600_000;

/** Opens the room, where each source is polled every `interval`: sources without an `api` are left alone. */
export function openMonitorRoom(
  config: Config,
  engine: Engine,
  log: Logger,
  stack: AsyncDisposableStack,
  interval: Duration,
): void {
  const { clock, metrics } = engine;
  const sources = Object.entries(config.sources).filter(([, { api }]) => api !== null);
  // One client for the poller, whose calls wait for each other, and one for what people asked for.
  const forPolls = sources.map(([name, source]): PolledSource => {
    const api = stack.use(clientOf(name, source));
    return { name, api, ...beliefOf(source) };
  });
  const forPeople = new Map(sources.map(([name, source]) => [name, stack.use(clientOf(name, source))]));
  const polls = openPolls(engine);
  const poller = stack.use(
    startPoller({
      sources: forPolls,
      ...{ held: polls.held, tell: polls.tell },
      ...{ interval, clock },
      random: Math.random,
      troubled: (source, fault) => log.warn({ source, fault: explain(fault) }, 'polling Alertmanager'),
      recovered: (source) => log.info({ source }, 'polling Alertmanager goes well again'),
      polled: (source, outcome) => metrics.polls.inc({ source, outcome }),
    }),
  );
  engine.answer('alertmanager', 4, async (work) => {
    const { effect } = work;
    if (!isSilenceEffect(effect)) throw new Terminal(`Alertmanager's room can't perform ${effect.type}`);
    const outcome = await perform(forPeople.get(effect.source), { ...work, effect }, clock);
    poller.poke(effect.source);
    return outcome;
  });
}

function clientOf(source: string, { api }: Source): Api {
  if (api === null) throw new Error(`the source ${source} has no API`);
  return openApi({ source, ...api });
}

function beliefOf({ heartbeat }: Source): Pick<PolledSource, 'rules' | 'expected'> {
  if (heartbeat === null) return { rules: usualBelief, expected: [] };
  const { per, expected } = heartbeat;
  return { rules: { ...usualBelief, beatOf: (labels) => clusterOf(labels, heartbeat), per }, expected };
}

/** What polls are compared with, and what becomes of what they found. */
function openPolls({ db, store, clock }: Engine) {
  const known = new Map<string, readonly HeldAlert[]>();
  const told = new Set<string>();
  const notice = async (source: string, facts: readonly Fact[], at: Instant): Promise<void> => {
    const rows = (known.get(source) ?? []).filter(({ open }) => open);
    for (const [number, own] of Map.groupBy(rows, (row) => row.number)) {
      const ours = new Set(own.flatMap(({ silences }) => silences));
      const fingerprints = new Set(own.map(({ alert }) => alert.fingerprint));
      const about = facts.filter(({ fingerprint }) => fingerprints.has(fingerprint));
      for (const { once, says } of noticesOf(own.map(heldOf), about, ours, at)) {
        const cause = `notice:${number}:${once}`;
        if (told.has(cause)) continue;
        await store.record({ event: { type: 'SilenceNoticed', at, says }, number, cause });
        if (told.size > 1_000) told.clear();
        told.add(cause);
      }
    }
  };
  return {
    held: async (source: string): Promise<readonly Held[]> => {
      const at = clock();
      const rows = await heldAlerts(db, source, at - lookBack);
      known.set(source, rows);
      await notice(source, [], at);
      return rows.map(heldOf);
    },
    tell: async (source: string, facts: readonly Fact[], at: Instant): Promise<void> => {
      const rows = new Map((known.get(source) ?? []).map((row) => [row.alert.fingerprint, row]));
      const alerts = facts.flatMap((fact) => {
        const row = rows.get(fact.fingerprint);
        return row === undefined ? [] : (reportOf(heldOf(row), fact) ?? []);
      });
      if (alerts.length > 0) await store.report({ type: 'AlertsReported', at, source, group: null, alerts });
      const byIncident = Map.groupBy(facts, ({ fingerprint }) => rows.get(fingerprint)?.number);
      for (const [number, about] of byIncident) {
        if (number === undefined) continue;
        for (const event of mutingsOf(source, about, at)) await store.record({ event, number, cause: null });
      }
      await notice(source, facts, at);
    },
  };
}

const heldOf = ({ alert, unknown }: HeldAlert): Held => ({
  ...{ alert, heardAt: alert.changedAt, muted: alert.muted, unknown },
});

function mutingsOf(source: string, facts: readonly Fact[], at: Instant): readonly MutingEvent[] {
  const muted = facts.flatMap((fact) => (fact.is === 'muted' ? [{ fingerprint: fact.fingerprint, by: fact.by }] : []));
  const unmuted = facts.flatMap((fact) =>
    fact.is === 'unmuted' ? [{ fingerprint: fact.fingerprint, was: fact.was }] : [],
  );
  const seen = facts.flatMap((fact) => (fact.is === 'firing' ? [fact.fingerprint] : []));
  return [
    ...(muted.length === 0 ? [] : [{ type: 'AlertsMuted', at, source, alerts: muted } as const]),
    ...(unmuted.length === 0 ? [] : [{ type: 'AlertsUnmuted', at, source, alerts: unmuted } as const]),
    ...(seen.length === 0 ? [] : [{ type: 'AlertsSeen', at, source, fingerprints: seen } as const]),
  ];
}

/** Makes, prolongs or lifts a silence. */
async function perform(api: Api | undefined, work: Work<SilenceEffect>, clock: () => Instant): Promise<Event | null> {
  const { effect, effectId, incident, signal } = work;
  if (api === undefined) {
    const says = `sources.${effect.source}.api is not in vigie.yaml any more`;
    if (effect.type !== 'alertmanager.silence') throw new Terminal(`${says}: put it back, or end the silence by hand`);
    return { type: 'SilenceRefused', at: clock(), by: effect.by, says };
  }
  const parts = { api, clock };
  try {
    switch (effect.type) {
      case 'alertmanager.silence': {
        const { by, fingerprints, reason, time, until } = effect;
        const over = {
          type: 'SilenceRefused',
          at: clock(),
          by,
          says: 'The incident was over before it was made',
        } as const;
        // An earlier attempt may have made one, which must then be lifted.
        if (!isOpen(incident) && work.attempt === 1) return over;
        const order = { mark: effectId, incident: incident.number, fingerprints, until, by: by.name, reason };
        const made = await silenceAlerts(parts, order, signal);
        return isRefusal(made)
          ? { type: 'SilenceRefused', at: clock(), by, says: made.refused }
          : { type: 'AlertsSilenced', at: clock(), mark: effectId, by, time, silences: made.silenced };
      }
      case 'alertmanager.extend':
        return outcomeOf(await extendSilence(parts, effect, signal), effect.id, clock());
      case 'alertmanager.expire':
        return outcomeOf(await expireSilence(parts, effect, signal), effect.id, clock());
    }
  } catch (error) {
    if (effect.type === 'alertmanager.silence' && error instanceof AlertmanagerError && !error.retry)
      return { type: 'SilenceRefused', at: clock(), by: effect.by, says: error.says };
    throw faultOf(`performing ${effectId}`, error);
  }
}

function outcomeOf(end: SilenceEnd, id: string, at: Instant): SilenceOutcome {
  if (end.is === 'lasts') return { type: 'SilenceExtended', at, id, next: end.id, until: end.until };
  return { type: 'SilenceEnded', at, id, taken: end.is === 'taken over' ? end.by : null };
}
