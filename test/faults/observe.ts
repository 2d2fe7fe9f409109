/** What is left after a run: everything Vigie kept and everything Slack shows, read once the bots have stopped. */
import { sql } from 'kysely';
import type { SlackSandbox } from '../../sandbox/slack/server.ts';
import type { Effect } from '../../src/incident/effect.ts';
import type { Instant } from '../../src/incident/incident.ts';
import type { Db, Place } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/database.ts';
import { showIncident } from '../../src/store/queries.ts';
import type { Shown } from '../../src/store/queries.ts';

/** A body of the inbox. */
export interface Received {
  readonly seq: number;
  /** When it came in. */
  readonly at: Instant;
  readonly body: string;
  readonly recorded: boolean;
  /** Why it was parked, if it was. */
  readonly fault: string | null;
}

/** A row of the outbox. */
export interface OutboxRow {
  readonly id: number;
  readonly effectId: string;
  /** Null for the timer of a checklist. */
  readonly incident: number | null;
  readonly effect: Effect;
  readonly due: Instant;
  readonly settled: boolean;
  readonly outcome: string | null;
  readonly running: boolean;
  readonly leaseUntil: Instant | null;
  readonly attempts: number;
  readonly crashes: number;
  readonly fault: string | null;
}

/** A message of the bot's, and the channel that it stands in. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata: unknown;
}

/** Everything that the check looks at. */
export interface Observation {
  /** When the bots were told to stop. */
  readonly at: Instant;
  /** In the order in which they were recorded. */
  readonly inbox: readonly Received[];
  readonly incidents: readonly (Shown & { readonly phase: string })[];
  /** Which incident holds which alert. */
  readonly held: readonly { readonly fingerprint: string; readonly incident: number }[];
  readonly groups: readonly { readonly receiver: string; readonly key: string; readonly incident: number }[];
  /** The last incident number that was given out. */
  readonly counter: number;
  readonly outbox: readonly OutboxRow[];
  /** The address of every question of a runbook that reached its neighbour. */
  readonly asked: readonly string[];
  readonly slack: {
    readonly channels: readonly { readonly id: string; readonly name: string }[];
    readonly posted: readonly Posted[];
    /** What no correct app does, in the simulator's words. */
    readonly unclean: readonly string[];
    /** Metadata of posts whose answer the simulator lost. */
    readonly lost: readonly unknown[];
  };
}

/** Opens the database that the bots left, and reads all of it. `asked` is what reached the neighbour of runbooks. */
export async function observe(
  place: Place,
  slack: SlackSandbox,
  at: Instant,
  asked: readonly string[] = [],
): Promise<Observation> {
  await using database = await openDatabase(place);
  const { db } = database;
  const { rows: numbers } = await sql<{ number: number; phase: string }>`
    select number, phase from incidents order by number`.execute(db);
  const incidents = [];
  for (const { number, phase } of numbers) {
    const shown = await showIncident(db, number);
    if (shown !== undefined) incidents.push({ ...shown, phase });
  }
  const { rows: inbox } = await sql<Received>`
    select seq, (extract(epoch from received_at) * 1000)::float8 as at, body, seq <= c.value and fault is null as recorded, fault
    from inbox join counters c on c.name = 'recorded:' || source order by source, seq`.execute(db);
  const { rows: held } = await sql<Observation['held'][number]>`
    select fingerprint, incident from alerts where held`.execute(db);
  const { rows: groups } = await sql<Observation['groups'][number]>`
    select receiver, key, incident from alert_groups`.execute(db);
  const { rows: counters } = await sql<{ value: number }>`
    select value from counters where name = 'incidents'`.execute(db);
  const outbox = await readOutbox(db);
  const counter = counters[0]?.value ?? 0;
  return { at, inbox, incidents, held, groups, counter, outbox, asked, slack: seenIn(slack) };
}

async function readOutbox(db: Db): Promise<readonly OutboxRow[]> {
  const { rows } = await sql<{
    id: number;
    effect_id: string;
    incident: number | null;
    effect: Effect;
    due_at: Date;
    settled: boolean;
    outcome: string | null;
    running: boolean;
    lease_until: Date | null;
    attempts: number;
    crashes: number;
    fault: string | null;
  }>`select *, settled_at is not null as settled from outbox order by id`.execute(db);
  return rows.map(({ id, incident, effect, settled, outcome, running, attempts, crashes, fault, ...row }) => {
    const { effect_id: effectId, due_at: due, lease_until: lease } = row;
    const kept = { id, incident, effect, settled, outcome, running, attempts, crashes, fault };
    return { ...kept, effectId, due: due.getTime(), leaseUntil: lease?.getTime() ?? null };
  });
}

function seenIn(slack: SlackSandbox): Observation['slack'] {
  const { channels } = slack.state();
  const posted = channels.flatMap(({ id, messages }) =>
    messages
      .filter(({ byApp, subtype }) => byApp && (subtype === null || subtype === 'thread_broadcast'))
      .map(({ ts, threadTs, text, blocks, metadata }) => ({ channel: id, ts, threadTs, text, blocks, metadata })),
  );
  let unclean: readonly string[] = [];
  try {
    slack.assertClean();
  } catch (error) {
    unclean = error instanceof Error ? error.message.split('\n- ').slice(1) : [String(error)];
  }
  const lost = slack
    .calls()
    .filter(({ method, fault }) => method === 'chat.postMessage' && fault === 'lost')
    .map(({ args }) => args['metadata']);
  return { channels: channels.map(({ id, name }) => ({ id, name })), posted, unclean, lost };
}

/** What would still move if the bots went on: rows for Slack, and timers that are due before `before`. */
export const unsettled = ({ outbox, inbox }: Observation, before: Instant): number =>
  inbox.filter(({ recorded, fault }) => !recorded && fault === null).length +
  outbox.filter(({ settled, effect, due }) => !settled && (effect.type !== 'clock.wake' || due <= before)).length;
