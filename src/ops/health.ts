/** Health for orchestrators and people: `/health` says that the process turns, `/ready` that it can take alerts in. */
import { sql } from 'kysely';
import type { Db } from '../store/database.ts';

/** What `/ready` answers. Without its bell Vigie still takes alerts in and loses only time, so that alone is no reason to be unready. */
export interface Readiness {
  readonly ready: boolean;
  readonly database: 'answers' | 'away';
  readonly bell: 'heard' | 'silent';
  readonly stopping: boolean;
}

/** An orchestrator's probe times out at 1 s by default, so a hanging database must be noticed sooner. */
const patience = 800;

/** Asks the database and the bell. */
export async function readiness(db: Db, isHeard: () => Promise<boolean>, stopping: boolean): Promise<Readiness> {
  const answers = async (asked: Promise<unknown>): Promise<boolean> =>
    Promise.race([
      asked.then(
        (answer) => answer !== false,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(resolve, patience, false).unref()),
    ]);
  const [database, bell] = await Promise.all([answers(sql`select 1`.execute(db)), answers(isHeard())]);
  return {
    ready: database && !stopping,
    database: database ? 'answers' : 'away',
    bell: bell ? 'heard' : 'silent',
    stopping,
  };
}
