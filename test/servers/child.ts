/** A real server as a child process on loopback: started, killed, restarted, and never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How to run one server. */
export interface Recipe {
  /** How messages call it. */
  readonly title: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Its temporary folder, from `temporaryFolder`; deleted when it is stopped. */
  readonly folder: string;
  /** Somebody else to run as, for a server that refuses root. */
  readonly user?: User;
  /** The signal that makes it stop in order. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** Asks it something; resolves when it serves, rejects while it doesn't. */
  readonly ask: () => Promise<unknown>;
}

/** A user of this machine, by numbers. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A server under our control. Its port, folder and data stay the same over `kill` and `restart`. */
export interface Server {
  /** SIGKILL, as in a crash. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, after stopping it in order if it runs. Resolves once it serves. */
  restart(): Promise<void>;
  /** Stops it in order and deletes its folder. */
  stop(): Promise<void>;
}

/** A server that does not serve within this many milliseconds is given up; after a crash PostgreSQL replays first. */
const startLimit = 30_000;

/**
 * Starts the program in place of this shell, so that our child is the server itself. The subshell beside it holds the
 * other end of our pipe: a line means that the server is gone and all is well; the pipe's end without a line means that
 * we died without stopping the server (even by SIGKILL), so the subshell does it.
 */
const keeper = `
(
  if ! read -r _ <&3; then
    kill -s "$KEEPER_SIGNAL" $$
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $$ && sleep 0.2; done
    kill -s KILL $$
    rm -rf "$KEEPER_FOLDER"
  fi
) 2>/dev/null &
exec "$@" 3<&-`;

/** Starts a server and resolves once it serves. */
export async function startServer(recipe: Recipe): Promise<Server> {
  let child = await serving(recipe);
  return {
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      await end(child, recipe.stopSignal);
      child = await serving(recipe);
    },
    stop: async () => {
      await end(child, recipe.stopSignal);
      await rm(recipe.folder, { recursive: true, force: true });
    },
  };
}

/** Makes a new folder for one server, owned by whom it runs as. */
export async function temporaryFolder(name: string, user?: User): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `vigie-${name}-`));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}

/**
 * A loopback port that nobody listens on. It lies below 32768, where Linux starts to hand out ports to outgoing
 * connections: a client that keeps dialling the port of a killed server could otherwise connect to itself and hold it.
 */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  return free ? port : freePort();
}

/** Tries until the server serves: right after a crash PostgreSQL may refuse to start while its orphans still end. */
async function serving(recipe: Recipe): Promise<ChildProcess> {
  const limit = Date.now() + startLimit;
  let child = launch(recipe);
  while (Date.now() < limit) {
    try {
      await recipe.ask();
      // Somebody else may serve on this port while ours has died of it.
      if (isRunning(child)) return child;
    } catch {
      await pause(20);
    }
    if (!isRunning(child)) {
      await pause(200);
      child = launch(recipe);
    }
  }
  await end(child, 'SIGKILL');
  throw new Error(`starting ${recipe.title} took more than ${startLimit / 1000} s; it said:\n${lastWords(recipe)}`);
}

function launch(recipe: Recipe): ChildProcess {
  const log = openSync(logOf(recipe), 'a');
  const child = spawn('sh', ['-c', keeper, 'keeper', ...recipe.command], {
    cwd: recipe.folder,
    env: { ...process.env, KEEPER_SIGNAL: recipe.stopSignal.slice(3), KEEPER_FOLDER: recipe.folder },
    stdio: ['ignore', log, log, 'pipe'],
    // A process group of its own, so that Ctrl-C reaches us and we stop it in order.
    detached: true,
    ...recipe.user,
  });
  closeSync(log);
  const pipe = child.stdio[3];
  if (!(pipe instanceof Socket)) throw new Error(`starting ${recipe.title} gave no pipe to its keeper`);
  pipe.on('error', () => undefined);
  child.once('exit', () => pipe.end('stopped\n'));
  // It must not keep a finished test run from ending.
  child.unref();
  pipe.unref();
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  child.ref();
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function logOf(recipe: Recipe): string {
  return join(recipe.folder, 'server.log');
}

function lastWords(recipe: Recipe): string {
  return readFileSync(logOf(recipe), 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}
