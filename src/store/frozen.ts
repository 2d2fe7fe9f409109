/** Frozen runbooks: kept once under the name of their contents, and put back into the walks that go through them. */
import { sql } from 'kysely';
import type { Frozen } from '../runbook/runbook.ts';
import type { Walk } from '../runbook/walk.ts';
import type { Db } from './database.ts';

/** A walk as an incident's row keeps it. */
export type StoredWalk = Omit<Walk, 'runbook'> & { readonly runbook: string };

/** A walk without its runbook's contents: an alert that changes need not write them again. */
export const withoutContents = (walk: Walk | null): StoredWalk | null =>
  walk === null ? null : { ...walk, runbook: walk.runbook.hash };

/** Keeps the frozen runbooks that are new. */
export async function keepFrozen(db: Db, runbooks: readonly Frozen[]): Promise<void> {
  const rows = [...new Map(runbooks.map((frozen) => [frozen.hash, { hash: frozen.hash, frozen }])).values()];
  if (rows.length === 0) return;
  await sql`
    insert into frozen_runbooks (hash, frozen)
    select hash, frozen from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t (hash text, frozen jsonb)
    on conflict (hash) do nothing`.execute(db);
}

/** Frozen runbooks by name. */
export async function frozenOf(db: Db, walks: readonly (StoredWalk | null)[]): Promise<ReadonlyMap<string, Frozen>> {
  const hashes = [...new Set(walks.flatMap((walk) => walk?.runbook ?? []))];
  if (hashes.length === 0) return new Map();
  const { rows } = await sql<{ hash: string; frozen: Frozen }>`
    select hash, frozen from frozen_runbooks where hash = any(${hashes}::text[])`.execute(db);
  return new Map(rows.map(({ hash, frozen }) => [hash, frozen]));
}

/** A stored walk with its runbook. */
export function withContents(walk: StoredWalk | null, contents: ReadonlyMap<string, Frozen>): Walk | null {
  if (walk === null) return null;
  const runbook = contents.get(walk.runbook);
  if (runbook === undefined) throw new Error(`loading a walk: its frozen runbook ${walk.runbook} is missing`);
  return { ...walk, runbook };
}
