/** Where the command line reads incidents: the database, or, when that is embedded in a running bot, the bot's private listener. */
import type { Config } from '../config/config.ts';
import { placeOf } from '../engine.ts';
import type { Listed, StepStats } from '../incident/contracts.ts';
import { openDatabase } from '../store/database.ts';
import { statsOf } from '../store/learning.ts';
import { migrate } from '../store/migrate.ts';
import { listIncidents, showIncident } from '../store/queries.ts';
import type { Shown } from '../store/queries.ts';

/** Reads incidents; close it after use. */
export interface Reader extends AsyncDisposable {
  list(all: boolean): Promise<readonly Listed[]>;
  show(number: number): Promise<Shown | undefined>;
  /** What the timelines know about the steps of a runbook, or of all of them. */
  stats(runbook: string | null): Promise<readonly StepStats[]>;
}

/** Opens a reader for a configuration. The embedded database has one user, so a running bot is asked first. */
export async function reader(config: Config): Promise<Reader> {
  const { store } = config;
  if (store.kind === 'pglite') {
    const { host, port } = config.http.private;
    const base = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
    if (await answers(base)) return overHttp(base);
  }
  const database = await openDatabase(placeOf(config));
  await migrate(database.db, Date.now());
  return {
    list: (all) => listIncidents(database.db, all, 500),
    show: (number) => showIncident(database.db, number),
    stats: (runbook) => statsOf(database.db, runbook),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

const answers = async (base: string): Promise<boolean> => {
  try {
    return (await fetch(`${base}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

function overHttp(base: string): Reader {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(10_000) });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`asking the bot at ${base}: it answered ${response.status}`);
    return response.json();
  };
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own listener's answer, typed where it is made
    list: async (all) => (await get(`/incidents${all ? '?all' : ''}`)) as readonly Listed[],
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own listener's answer, typed where it is made
    show: async (number) => (await get(`/incidents/${number}`)) as Shown | undefined,
    stats: async (runbook) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own listener's answer, typed where it is made
      (await get(
        `/runbooks/stats${runbook === null ? '' : `?runbook=${encodeURIComponent(runbook)}`}`,
      )) as readonly StepStats[],
    [Symbol.asyncDispose]: async () => undefined,
  };
}
