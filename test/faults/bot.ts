/** A Vigie of one's own as a real child process: killed with SIGKILL, started again at once, and never left behind. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';

/** How to run one. */
export interface BotRecipe {
  readonly name: string;
  /** The command of `src/main.ts`: `bot`, `worker` or `all`. */
  readonly part: string;
  /** Its whole environment, besides the PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly publicUrl: string;
  readonly privateUrl: string;
  /** File that its log is added to. */
  readonly log: string;
}

/** A process that is wanted: whenever it ends, it is started again, until it is stopped. */
export interface Bot extends Pick<BotRecipe, 'name' | 'publicUrl' | 'privateUrl' | 'log'> {
  /** Whether it listens already. */
  isUp(): boolean;
  /** SIGKILL, and a new start at once. Resolves when the old process is gone. */
  kill(): Promise<void>;
  /** Stops its clock and ours goes on: SIGSTOP for so many milliseconds, as a paused virtual machine does. */
  freeze(duration: number): Promise<void>;
  /** Starts it after `stop`. */
  start(): void;
  /** SIGTERM; resolves to how it ended: `0`, another code, a signal, or `SIGKILL` when it did not end in time. */
  stop(): Promise<string>;
  /** How it ended when nobody had asked it to: before it listened, and after. */
  readonly ended: { readonly starting: string[]; readonly running: string[] };
  starts(): number;
}

/** The bot that the next request reaches: mostly one that is up, as a load balancer would choose; the others happen too. */
export function chooseBot(bots: readonly Bot[], chance: Chance): Bot {
  const up = bots.filter((bot) => bot.isUp());
  return chance.pick(up.length > 0 && chance.happens(0.85) ? up : bots);
}

const root = join(import.meta.dirname, '../..');

/** An orderly stop takes a few seconds; a container's grace period is 30. */
const grace = 20_000;

/**
 * Starts the program in place of this shell, so that our child is the bot itself. The subshell beside it waits on a pipe
 * of ours: a line means that the bot is gone; the pipe's end without one means that we died, and the bot must too.
 */
const keeper = '( read -r _ <&3 || kill -s KILL $$ ) 2>/dev/null & exec "$@" 3<&-';

/** Starts a bot. It is up some time later. */
export function startBot({ name, part, env, publicUrl, privateUrl, log }: BotRecipe): Bot {
  const ended = { starting: [] as string[], running: [] as string[] };
  let child: ChildProcess | null = null;
  let up = false;
  let starts = 0;
  const asked = new WeakSet<ChildProcess>();

  const start = (): void => {
    const running = launch(part, env, log);
    child = running;
    up = false;
    starts += 1;
    void awaitHealth(privateUrl, running, () => {
      if (child === running) up = true;
    });
    running.once('exit', (code, signal) => {
      const wasUp = up;
      if (child === running) up = false;
      if (asked.has(running)) return;
      ended[wasUp ? 'running' : 'starting'].push(`${name} ended with ${signal ?? code}: ${lastWords(log)}`);
      // What an orchestrator does: not at once, so that a fault at every start is no storm.
      setTimeout(() => child === running && start(), 500);
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    if (running === null) return;
    asked.add(running);
    child = null;
    up = false;
    if (running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    // A frozen process would not hear it.
    running.kill('SIGCONT');
    const late = setTimeout(() => running.kill('SIGKILL'), grace);
    await gone;
    clearTimeout(late);
  };
  start();
  return {
    ...{ name, publicUrl, privateUrl, log, ended, start },
    isUp: () => up,
    starts: () => starts,
    kill: async () => {
      await end('SIGKILL');
      start();
    },
    freeze: async (duration) => {
      const running = child;
      running?.kill('SIGSTOP');
      await pause(duration);
      // A killed process stays dead.
      running?.kill('SIGCONT');
    },
    stop: async () => {
      const running = child;
      await end('SIGTERM');
      return running === null ? '0' : String(running.signalCode ?? running.exitCode);
    },
  };
}

/** The last line of a log: what a process says when it gives up. */
const lastWords = (log: string): string => readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '';

function launch(part: string, env: BotRecipe['env'], log: string): ChildProcess {
  const file = openSync(log, 'a');
  const child = spawn('sh', ['-c', keeper, 'keeper', process.execPath, 'src/main.ts', part], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', file, file, 'pipe'],
    // A process group of its own, so that Ctrl-C reaches only us.
    detached: true,
  });
  closeSync(file);
  const pipe = child.stdio[3];
  if (!(pipe instanceof Socket)) throw new Error('starting a bot gave no pipe to its keeper');
  pipe.on('error', () => undefined);
  child.once('exit', () => pipe.end('ended\n'));
  return child;
}

async function awaitHealth(url: string, child: ChildProcess, healthy: () => void): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
    if (answer?.ok === true) return healthy();
    await pause(40);
  }
}
