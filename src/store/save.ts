/** Saving what events changed: incidents with their timeline and outbox, many in few statements. */
import { sql } from 'kysely';
import type { Ring } from '../incident/contracts.ts';
import type { Decision } from '../incident/draft.ts';
import { phaseOf } from '../incident/incident.ts';
import type { Incident, Instant } from '../incident/incident.ts';
import type { Frozen } from '../runbook/runbook.ts';
import { genesis, link } from './chain.ts';
import type { Db } from './database.ts';
import { saveEffects } from './effects.ts';
import { keepFrozen, withoutContents } from './frozen.ts';
import type { Loaded, State } from './load.ts';
import { savePages } from './pages.ts';
import { saveRuns } from './runs.ts';

/** One accepted event of one incident. */
export interface Change {
  /** Null when the event opened it. */
  readonly before: Loaded | null;
  readonly decision: Decision;
  readonly at: Instant;
  /** What caused it; recorded once. Null for alerts, which may be repeated at will. */
  readonly cause: string | null;
}

/**
 * Saves changes: incidents, alerts, groups, timeline and outbox. Changes of one incident follow each other in order,
 * each starting from the one before. Answers the lanes to ring for after the commit.
 */
export async function save(db: Db, changes: readonly Change[]): Promise<readonly Ring[]> {
  const real = changes.filter(({ decision }) => decision.lines.length > 0);
  if (real.length === 0) return [];
  const first = new Map<number, Change>();
  const last = new Map<number, Change>();
  for (const change of real) {
    const { number } = change.decision.incident;
    if (!first.has(number)) first.set(number, change);
    last.set(number, change);
  }
  const timeline = chained(real, first);
  await keepFrozen(db, chosen(real));
  await saveIncidents(db, [...last.values()], timeline);
  await saveAlerts(db, first, last, holdersOf(real));
  await saveGroups(db, first, last);
  await sql`
    insert into timeline (incident, seq, at, cause, line, hash)
    select * from jsonb_to_recordset(${JSON.stringify(timeline.rows)}::jsonb)
      as t (incident bigint, seq int, at timestamptz, cause text, line jsonb, hash bytea)`.execute(db);
  await saveRuns(db, first, last);
  await savePages(db, first, last);
  return saveEffects(db, real);
}

/** Runbooks that these changes chose. */
const chosen = (changes: readonly Change[]): readonly Frozen[] =>
  changes.flatMap(({ decision: { lines, incident } }) =>
    incident.walk !== null && lines.some(({ type }) => type === 'RunbookChosen') ? [incident.walk.runbook] : [],
  );

interface Chained {
  readonly rows: readonly object[];
  readonly ends: ReadonlyMap<number, { readonly lines: number; readonly head: Buffer }>;
}

function chained(changes: readonly Change[], first: ReadonlyMap<number, Change>): Chained {
  const ends = new Map<number, { lines: number; head: Buffer }>();
  const rows = [];
  for (const { decision, cause } of changes) {
    const incident = decision.incident.number;
    const start = first.get(incident)?.before;
    let { lines, head } = ends.get(incident) ?? { lines: start?.lines ?? 0, head: start?.head ?? genesis };
    for (const [index, line] of decision.lines.entries()) {
      const entry = { incident, seq: (lines += 1), cause: index === 0 ? cause : null, line };
      head = link(head, entry);
      rows.push({ ...entry, at: new Date(line.at).toISOString(), hash: `\\x${head.toString('hex')}` });
    }
    ends.set(incident, { lines, head });
  }
  return { rows, ends };
}

async function saveIncidents(db: Db, last: readonly Change[], { ends }: Chained): Promise<void> {
  const rows = last.map(({ decision: { incident }, at }) => {
    const { number, version, alerts: _alerts, groups: _groups, walk, ...rest } = incident;
    const state: State = { ...rest, walk: withoutContents(walk) };
    const { kind, source, title, service, severity } = state;
    const end = ends.get(number);
    return {
      ...{ number, version, kind, source, title, service, severity, state },
      phase: phaseOf(incident),
      opened_at: new Date(incident.openedAt).toISOString(),
      changed_at: new Date(at).toISOString(),
      lines: end?.lines ?? 0,
      head: `\\x${(end?.head ?? genesis).toString('hex')}`,
    };
  });
  await sql`
    insert into incidents (number, version, kind, source, title, service, severity, phase, opened_at, changed_at, lines, head, state)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as t (number bigint, version int, kind text, source text, title text, service text, severity text, phase text,
            opened_at timestamptz, changed_at timestamptz, lines int, head bytea, state jsonb)
    on conflict (number) do update set
      version = excluded.version, severity = excluded.severity, phase = excluded.phase,
      changed_at = excluded.changed_at, lines = excluded.lines, head = excluded.head, state = excluded.state`.execute(
    db,
  );
}

/** Within a batch an alert may pass from one incident to another: the last that changed it holds it. */
function holdersOf(changes: readonly Change[]): ReadonlyMap<string, number> {
  const latest = new Map<number, Incident['alerts']>();
  const holders = new Map<string, number>();
  for (const { before, decision } of changes) {
    const { number, alerts } = decision.incident;
    const earlier = latest.get(number) ?? before?.incident.alerts ?? {};
    for (const [fingerprint, alert] of Object.entries(alerts))
      if (earlier[fingerprint] !== alert) holders.set(fingerprint, number);
    latest.set(number, alerts);
  }
  return holders;
}

async function saveAlerts(
  db: Db,
  first: ReadonlyMap<number, Change>,
  last: ReadonlyMap<number, Change>,
  holders: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = [...last].flatMap(([number, { decision }]) => {
    const before = first.get(number)?.before?.incident.alerts ?? {};
    return Object.values(decision.incident.alerts)
      .filter((alert) => before[alert.fingerprint] !== alert)
      .map((alert) => ({
        source: decision.incident.source,
        fingerprint: alert.fingerprint,
        incident: number,
        held: holders.get(alert.fingerprint) === number,
        alert,
      }));
  });
  if (rows.length === 0) return;
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t (source text, fingerprint text, incident bigint, held boolean, alert jsonb)`;
  await sql`
    update alerts a set held = false from ${given}
    where a.source = t.source and a.fingerprint = t.fingerprint and a.held and t.held and a.incident <> t.incident`.execute(
    db,
  );
  await sql`
    insert into alerts (source, fingerprint, incident, held, alert)
    select source, fingerprint, incident, held, alert from ${given} order by held
    on conflict (incident, fingerprint) do update set held = excluded.held, alert = excluded.alert`.execute(db);
}

async function saveGroups(
  db: Db,
  first: ReadonlyMap<number, Change>,
  last: ReadonlyMap<number, Change>,
): Promise<void> {
  const rows = [...last].flatMap(([number, { decision }]) => {
    const before = first.get(number)?.before?.incident.groups ?? {};
    return Object.entries(decision.incident.groups)
      .filter(([id, group]) => before[id] !== group)
      .map(([, group]) => ({
        source: decision.incident.source,
        receiver: group.receiver,
        key: group.key,
        incident: number,
        linked_at: new Date(group.linkedAt).toISOString(),
        alert_group: group,
      }));
  });
  if (rows.length === 0) return;
  await sql`
    insert into alert_groups (source, receiver, key, incident, linked_at, alert_group)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as t (source text, receiver text, key text, incident bigint, linked_at timestamptz, alert_group jsonb)
    on conflict (source, receiver, key) do update set
      incident = excluded.incident, linked_at = excluded.linked_at, alert_group = excluded.alert_group`.execute(db);
}
