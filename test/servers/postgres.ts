/** Real PostgreSQL for tests: a fresh database on the server that the whole run shares, or a server of one's own. */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { requireProgram, sharedUrl } from './availability.ts';
import { freePort, type Server, startServer, temporaryFolder, type User } from './child.ts';

/** A database nobody else uses. */
export interface Database {
  /** `postgres://…`, for a superuser without a password. */
  readonly url: string;
  /** Drops it, cutting whoever is still connected. */
  drop(): Promise<void>;
}

/** A PostgreSQL server of one's own. */
export interface PostgresServer extends Server {
  /** `postgres://…` of its maintenance database. */
  readonly url: string;
  /** Makes a fresh database on it, from the empty template (about 40 ms). */
  createDatabase(): Promise<Database>;
}

/** The server that all test files share; `npm test` starts it. */
export const postgres = {
  /** Makes a fresh database on it, from the empty template (about 40 ms). */
  createDatabase: (): Promise<Database> => createDatabase(sharedUrl('postgres')),
};

/** Starts a new PostgreSQL (about 1 s) that syncs every commit to disk, for 200 connections. */
export async function startPostgres(): Promise<PostgresServer> {
  const user = unprivilegedUser();
  const folder = await temporaryFolder('postgres', user);
  const data = join(folder, 'data');
  const initdb = ['--pgdata', data, '--username=vigie', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  await promisify(execFile)(requireProgram('initdb'), initdb, { cwd: folder, ...user });
  const port = await freePort();
  const url = `postgres://vigie@127.0.0.1:${port}/postgres`;
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    max_connections: 200,
    timezone: 'UTC',
  };
  const server = await startServer({
    title: 'PostgreSQL',
    command: [
      requireProgram('postgres'),
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    folder,
    ...(user === undefined ? {} : { user }),
    stopSignal: 'SIGINT',
    ask: () => query(url, 'select 1'),
  });
  return { url, createDatabase: () => createDatabase(url), ...server };
}

async function createDatabase(serverUrl: string): Promise<Database> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await query(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(serverUrl, `drop database if exists ${name} with (force)`) };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A killed server also reports itself here; the query below is what counts.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root, so root runs it as the user that its package makes, else as nobody. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = userNamed('postgres') ?? userNamed('nobody');
  if (user === undefined) throw new Error('PostgreSQL refuses to run as root and there is no other user to run it as');
  return user;
}

function userNamed(name: string): User | undefined {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
