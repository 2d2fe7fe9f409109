/** One step of the set-up: a line before it, its time after it, and its own words only if it went wrong. */
import { spawn } from 'node:child_process';

/** How many lines of a failed step's output are worth reading. */
const lastLines = 40;

/** Says something to the person at the terminal. On stderr: stdout belongs to the command that follows. */
export function say(text) {
  process.stderr.write(`vigie: ${text}\n`);
}

/** Runs a program quietly under a title; rejects with the end of its output unless it exits with 0. */
export async function step(title, [program, ...args], options = {}) {
  say(`${title}…`);
  const started = Date.now();
  const output = [];
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const ended = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (ended !== 0) {
    const words = Buffer.concat(output).toString().trimEnd().split('\n').slice(-lastLines).join('\n');
    throw new Error(`${[program, ...args].join(' ')} ended with ${ended}:\n${words}`);
  }
  say(`done in ${Math.round((Date.now() - started) / 1000)} s`);
}
