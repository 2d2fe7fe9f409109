/** The servers that the tests run for real: how to find each on this machine, and the Debian package that brings it. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps PostgreSQL's own programs off the PATH, one folder a major version. */
const postgresFolder = '/usr/lib/postgresql';

/** Every server, with the names each of its programs may have. */
const servers = [
  { name: 'postgres', title: 'PostgreSQL', debian: 'postgresql', programs: [['postgres'], ['initdb']] },
  { name: 'redis', title: 'Redis', debian: 'redis-server', programs: [['redis-server', 'valkey-server']] },
  {
    name: 'alertmanager',
    title: 'Alertmanager',
    debian: 'prometheus-alertmanager',
    programs: [['prometheus-alertmanager', 'alertmanager']],
  },
  { name: 'prometheus', title: 'Prometheus', debian: 'prometheus', programs: [['prometheus']] },
  { name: 'kubectl', title: 'kubectl', debian: 'kubernetes-client', programs: [['kubectl']] },
];

/** The servers of which some program is not on this machine. */
export function missingServers() {
  return servers.filter((server) => server.programs.some((names) => findProgram(...names) === undefined));
}

/** The full path of the first of these programs that is here and may be run, or undefined. */
export function findProgram(...names) {
  return names.flatMap((name) => folders().map((folder) => join(folder, name))).find(isProgram);
}

/** A sentence that tells a person how to install these servers here. */
export function howToInstall(wanted) {
  if (findProgram('apt-get') === undefined) {
    return `Install ${wanted.map((server) => server.title).join(', ')} with this system's package manager.`;
  }
  const command = `apt-get update && apt-get install -y ${wanted.map((server) => server.debian).join(' ')}`;
  if (process.getuid?.() === 0) return `To install, type: ${command}`;
  return `To install, type: ${findProgram('sudo') === undefined ? 'su -' : 'sudo sh'} -c '${command}'`;
}

function folders() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...path, '/usr/local/bin', '/usr/bin', '/usr/sbin', ...postgresFolders()];
}

function postgresFolders() {
  try {
    const versions = readdirSync(postgresFolder).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(postgresFolder, version, 'bin'));
  } catch {
    return [];
  }
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
