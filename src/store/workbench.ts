/** The workbench of one drain: everything a batch of bodies may touch, loaded at once, and kept up to date body by body. */
import { sql } from 'kysely';
import { without } from '../incident/alerts.ts';
import type { Known } from '../incident/correlate.ts';
import type { AlertsReported } from '../incident/event.ts';
import { isOpen } from '../incident/incident.ts';
import type { Incident } from '../incident/incident.ts';
import type { Rules } from '../incident/rules.ts';
import type { Db } from './database.ts';
import { load } from './load.ts';
import type { Loaded } from './load.ts';
import type { Change } from './save.ts';

/** What a batch knows and changes, in memory until it is saved. */
export interface Workbench {
  /** What correlation may look at for this body. */
  known(event: AlertsReported): Known;
  /** The incident as it was loaded, with the end of its timeline; null for one that this batch opened. */
  loaded(number: number): Loaded | null;
  /** Takes in a change, so that the next body sees it. */
  put(change: Change, event: AlertsReported): void;
}

/** Loads what a batch of bodies of one source may touch, and locks its incidents in order of number. */
export async function loadBench(
  tx: Db,
  source: string,
  events: readonly AlertsReported[],
  rules: Rules,
): Promise<Workbench> {
  const groups = await sql<{ receiver: string; key: string; incident: number }>`
    select receiver, key, incident from alert_groups
    where source = ${source} and (receiver, key) in (
      select * from unnest(${events.map((event) => event.group?.receiver ?? '')}::text[], ${events.map((event) => event.group?.key ?? '')}::text[]))`.execute(
    tx,
  );
  const fingerprints = [...new Set(events.flatMap((event) => event.alerts.map((alert) => alert.fingerprint)))];
  const alerts = await sql<{ fingerprint: string; incident: number }>`
    select fingerprint, incident from alerts
    where source = ${source} and held and fingerprint = any(${fingerprints}::text[])`.execute(tx);
  const earliest = Math.min(...events.map(({ at }) => at)) - rules.storm.within;
  const recent = await sql<{ linked_at: Date }>`
    select linked_at from alert_groups where source = ${source} and linked_at > ${new Date(earliest)}
    order by linked_at desc limit ${rules.storm.groups}`.execute(tx);
  const storm = await sql<{ number: number }>`
    select number from incidents where source = ${source} and open and kind = 'storm'`.execute(tx);
  const numbers = [...groups.rows, ...alerts.rows].map(({ incident }) => incident);
  const loaded = await load(tx, [...numbers, ...storm.rows.map(({ number }) => number)], true);
  return workbench({
    loaded,
    linked: new Map(groups.rows.map(({ receiver, key, incident }) => [`${receiver}\n${key}`, incident])),
    holders: new Map(alerts.rows.map(({ fingerprint, incident }) => [fingerprint, incident])),
    recent: recent.rows.map((row) => row.linked_at.getTime()),
    storm: storm.rows[0]?.number ?? null,
    within: rules.storm.within,
  });
}

interface Stock {
  readonly loaded: ReadonlyMap<number, Loaded>;
  readonly linked: Map<string, number>;
  readonly holders: Map<string, number>;
  readonly recent: number[];
  storm: number | null;
  readonly within: number;
}

function workbench(stock: Stock): Workbench {
  const current = new Map<number, Incident>([...stock.loaded].map(([number, { incident }]) => [number, incident]));
  const at = (number: number | null | undefined): Incident | null =>
    number === null || number === undefined ? null : (current.get(number) ?? null);
  const id = (event: AlertsReported): string => `${event.group?.receiver}\n${event.group?.key}`;
  return {
    loaded: (number) => stock.loaded.get(number) ?? null,
    known: (event) => {
      const storm = at(stock.storm);
      const held = event.alerts.map(({ fingerprint }) => [fingerprint, at(stock.holders.get(fingerprint))] as const);
      return {
        linked: at(stock.linked.get(id(event))),
        holders: new Map(held.flatMap(([fingerprint, holder]) => (holder === null ? [] : [[fingerprint, holder]]))),
        recentGroups: stock.recent.filter((linked) => linked > event.at - stock.within).length,
        storm: storm !== null && isOpen(storm) ? storm : null,
      };
    },
    put: ({ decision: { incident } }, event) => {
      const before = current.get(incident.number);
      current.set(incident.number, incident);
      if (incident.kind === 'storm' && isOpen(incident)) stock.storm = incident.number;
      for (const { fingerprint } of event.alerts) {
        const alert = incident.alerts[fingerprint];
        if (alert === undefined || alert === before?.alerts[fingerprint]) continue;
        release(current, stock.holders.get(fingerprint), incident.number, fingerprint);
        stock.holders.set(fingerprint, incident.number);
      }
      if (event.group === null) return;
      const group = incident.groups[id(event)];
      if (group !== before?.groups[id(event)] && group?.linkedAt === event.at) stock.recent.push(event.at);
      stock.linked.set(id(event), incident.number);
    },
  };
}

/** Takes an alert from the incident that held it until now. */
function release(current: Map<number, Incident>, from: number | undefined, to: number, fingerprint: string): void {
  const former = from === undefined || from === to ? undefined : current.get(from);
  if (former !== undefined) current.set(former.number, { ...former, alerts: without(former.alerts, fingerprint) });
}
