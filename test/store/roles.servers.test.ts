/** What the roles of bot and worker may do in PostgreSQL, and what neither may. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { postgres } from '../servers/postgres.ts';
import { divide } from './roles.ts';

const denied = (what: string): RegExp => new RegExp(`permission denied for (table|schema) ${what}`);

/** A database that is divided, and what each role is told when it asks for something. */
async function openDivided() {
  await using stack = new AsyncDisposableStack();
  const { url, drop } = await postgres.createDatabase();
  stack.defer(drop);
  // Roles belong to the server, which other tests share.
  const name = randomBytes(4).toString('hex');
  const roles = { bot: `bot_${name}`, worker: `worker_${name}` };
  const owner = stack.use(await openDatabase({ kind: 'postgres', url }));
  const as = await divide(url, roles);
  stack.defer(async () => {
    for (const role of [roles.bot, roles.worker]) {
      await sql`drop owned by ${sql.id(role)}`.execute(owner.db);
      await sql`drop role ${sql.id(role)}`.execute(owner.db);
    }
  });
  const bot = stack.use(await openDatabase({ kind: 'postgres', url: as.bot }));
  const worker = stack.use(await openDatabase({ kind: 'postgres', url: as.worker }));
  const running = stack.move();
  return { owner, bot, worker, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

it('nobody but the owner changes what happened, or the schema', async () => {
  await using divided = await openDivided();
  for (const { db } of [divided.bot, divided.worker]) {
    await expect(sql`update timeline set at = at`.execute(db)).rejects.toThrow(denied('timeline'));
    await expect(sql`delete from timeline`.execute(db)).rejects.toThrow(denied('timeline'));
    await expect(sql`truncate timeline`.execute(db)).rejects.toThrow(denied('timeline'));
    await expect(sql`drop trigger timeline_is_append_only on timeline`.execute(db)).rejects.toThrow('must be owner');
    await expect(sql`create table more (a int)`.execute(db)).rejects.toThrow(denied('public'));
    await expect(sql`update migrations set name = ''`.execute(db)).rejects.toThrow(denied('migrations'));
  }
});

it('a worker reads no webhook and makes none up', async () => {
  await using divided = await openDivided();
  const { db } = divided.worker;
  await expect(sql`select body from inbox`.execute(db)).rejects.toThrow(denied('inbox'));
  await expect(
    sql`insert into inbox (source, seq, received_at, body) values ('main', 1, now(), '')`.execute(db),
  ).rejects.toThrow(denied('inbox'));
  await expect(sql`select body from hooks`.execute(db)).rejects.toThrow(denied('hooks'));
  await expect(sql`select count(seq) from inbox`.execute(db)).resolves.toBeDefined();
});

it('a process with such a role starts on a schema that is up to date, and says who is to mend one that is not', async () => {
  await using divided = await openDivided();
  await expect(migrate(divided.worker.db, Date.now())).resolves.toEqual([]);
  await sql`delete from migrations`.execute(divided.owner.db);
  await expect(migrate(divided.worker.db, Date.now())).rejects.toThrow(
    'the schema lacks 0001_record.sql, and this role may not change it: run `vigie migrate` as the owner of the database first',
  );
});
