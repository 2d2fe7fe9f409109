/** Brings node_modules to what package-lock.json says, by `npm ci`, when it isn't. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './step.mjs';

/** The oldest Node that runs TypeScript without a flag and without a warning. */
const oldestNode = [24, 12];

/** Installs the packages if one of them is missing or of another version; a no-op (a few ms) otherwise. */
export async function installPackages(root) {
  if (!packagesAgree(root)) {
    await step('installing packages (about 30 s, once)', ['npm', 'ci'], { cwd: root });
  }
  if (!existsSync(join(ownNode(root), 'node')) && !isNewEnough(process.versions.node)) {
    throw new Error(
      `Node ${oldestNode.join('.')} or newer is needed, and this is ${process.versions.node}. On Linux (x64, arm64) ` +
        'it comes with the packages unless optional ones are left out; elsewhere please install it.',
    );
  }
}

/** Where programs are looked for first: those of the packages, and the Node among them. */
export function packageFolders(root) {
  // An npm as old as Debian 12's (9.2) does not link this Node into .bin.
  return [join(root, 'node_modules/.bin'), ownNode(root)];
}

function ownNode(root) {
  return join(root, `node_modules/node-linux-${process.arch}/bin`);
}

/**
 * Whether npm's own record of what it installed agrees with the lock. Versions are compared rather than file times,
 * which git changes at every checkout. Optional packages are for some platforms only, so they may be absent.
 */
function packagesAgree(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return installed[path] === undefined ? optional === true : installed[path].version === version;
  });
}

function readPackages(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}
