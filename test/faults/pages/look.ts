/** Reads the scene that a run leaves: what the bots' database does not show by an incident, and all of PagerDuty. */
import { sql } from 'kysely';
import { z } from 'zod';
import { openDatabase } from '../../../src/store/database.ts';
import type { Hook, Scene, Theirs } from './scene.ts';
import type { Site } from './site.ts';

const shown = z.object({
  id: z.string(),
  incident_number: z.number(),
  title: z.string(),
  incident_key: z.string(),
  status: z.string(),
  created_at: z.string(),
  resolved_at: z.string().nullable(),
  last_status_change_at: z.string(),
  last_status_change_by: z.object({ type: z.string() }),
  service: z.object({ id: z.string() }),
  escalation_policy: z.object({ id: z.string() }),
  triggers: z.number(),
  notes: z.array(z.object({ content: z.string() })),
  responders: z.array(z.object({ user: z.string(), message: z.string() })),
});

function read(incident: unknown): Theirs {
  const one = shown.parse(incident);
  const { id, title, status, service, triggers, notes, responders } = one;
  return {
    ...{ id, number: one.incident_number, title, key: one.incident_key, service: service.id, status, triggers },
    policy: one.escalation_policy.id,
    createdAt: Date.parse(one.created_at),
    resolvedAt: one.resolved_at === null ? null : Date.parse(one.resolved_at),
    changedBy: one.last_status_change_by.type.startsWith('user') ? 'user' : one.last_status_change_by.type,
    changedAt: Date.parse(one.last_status_change_at),
    notes: notes.map(({ content }) => content),
    responders,
  };
}

/** Reads it. */
export async function readScene(site: Site): Promise<Pick<Scene, 'theirs' | 'unclean' | 'sent' | 'hooks' | 'told'>> {
  const { pagerduty, audit, postman, place } = site;
  await using database = await openDatabase(place);
  const { rows: hooks } = await sql<Hook>`
    select id, settled_at is not null as settled from hooks order by received_at`.execute(database.db);
  let unclean: readonly string[] = [];
  try {
    pagerduty.assertClean();
  } catch (error) {
    unclean = error instanceof Error ? error.message.split('\n- ').slice(1) : [String(error)];
  }
  return { theirs: pagerduty.state().incidents.map(read), unclean, sent: audit, hooks, told: postman.told };
}
