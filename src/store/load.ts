/** Loading incidents with what belongs to them: to show them, or to change them under a lock. */
import { sql } from 'kysely';
import type { Alert, Group, Incident } from '../incident/incident.ts';
import type { Db } from './database.ts';
import { frozenOf, withContents } from './frozen.ts';
import type { StoredWalk } from './frozen.ts';

/** An incident in hand, with the end of its timeline. */
export interface Loaded {
  readonly incident: Incident;
  readonly lines: number;
  readonly head: Buffer;
}

/** An incident as its own row keeps it. */
export type State = Omit<Incident, 'number' | 'version' | 'alerts' | 'groups' | 'walk' | 'silences'> & {
  readonly walk: StoredWalk | null;
  /** Missing where an earlier release wrote it last. */
  readonly silences?: Incident['silences'];
};

type StoredAlert = Omit<Alert, 'muted'> & Partial<Pick<Alert, 'muted'>>;

/** An alert as a row keeps it. Earlier releases did not know what hides it. */
export const alertOf = (alert: StoredAlert): Alert => ({ ...alert, muted: alert.muted ?? null });

interface Row {
  readonly number: number;
  readonly version: number;
  readonly lines: number;
  readonly head: Buffer;
  readonly state: State;
  readonly alerts: readonly StoredAlert[];
  readonly groups: readonly Group[];
}

/**
 * Loads incidents with the alerts they hold and their groups. `lock` holds their rows until the commit, in order of
 * number; `past` also brings alerts that another incident holds by now, for those who look back.
 */
export async function load(
  db: Db,
  numbers: readonly number[],
  lock: boolean,
  past = false,
): Promise<Map<number, Loaded>> {
  if (numbers.length === 0) return new Map();
  const wanted = sql`${[...new Set(numbers)]}::bigint[]`;
  // Locks come before the reading: a statement that waits for a row sees that row anew, but not what belongs to it.
  if (lock) await sql`select from incidents where number = any(${wanted}) order by number for update`.execute(db);
  const { rows } = await sql<Row>`
    select number, version, lines, head, state,
      (select coalesce(jsonb_agg(alert), '[]') from alerts a where a.incident = i.number and (held or ${past})) as alerts,
      (select coalesce(jsonb_agg(alert_group), '[]') from alert_groups g where g.incident = i.number) as groups
    from incidents i where number = any(${wanted})`.execute(db);
  const contents = await frozenOf(
    db,
    rows.map(({ state }) => state.walk),
  );
  return new Map(
    rows.map(({ number, version, lines, head, state, alerts, groups }) => [
      number,
      {
        lines,
        head: Buffer.from(head),
        incident: {
          ...state,
          silences: state.silences ?? [],
          number,
          version,
          walk: withContents(state.walk, contents),
          alerts: Object.fromEntries(alerts.map((alert) => [alert.fingerprint, alertOf(alert)])),
          groups: Object.fromEntries(groups.map((group) => [groupId(group), group])),
        },
      },
    ]),
  );
}

/** The key of a group within its incident. */
const groupId = ({ receiver, key }: Pick<Group, 'receiver' | 'key'>): string => `${receiver}\n${key}`;
