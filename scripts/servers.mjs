/** Installs the servers that the tests run for real, where that needs no question: on Debian or Ubuntu, as root. */
import { spawnSync } from 'node:child_process';
import { findProgram, howToInstall, missingServers } from './programs.mjs';
import { say, step } from './step.mjs';

/** Installs what is missing with apt. Where it can't, it says what to type and goes on; the run says what it left out. */
export async function installServers() {
  const missing = missingServers();
  if (missing.length === 0) return;
  const titles = missing.map((server) => server.title).join(', ');
  const asRoot = rootPrefix();
  if (asRoot === undefined || findProgram('apt-get') === undefined) {
    say(`${titles}: not on this machine, and can't be installed without you. ${howToInstall(missing)}`);
    return;
  }
  const packages = missing.map((server) => server.debian).join(' ');
  // An update that reaches only some of the package lists may be enough; the install tells.
  const script = `export DEBIAN_FRONTEND=noninteractive; apt-get update -q;
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 ${packages}`;
  try {
    await step(`installing ${titles} with apt (about a minute, once)`, [...asRoot, 'sh', '-c', script]);
  } catch (error) {
    say(`${error.message}\n${titles}: not installed. ${howToInstall(missing)}`);
  }
}

/** What to put before a command so that root runs it without asking for a password, or undefined. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}
