/** Which real servers this machine has, and which test files are left out for want of one. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findProgram, howToInstall, missingServers, type ServerProgram } from '../../scripts/programs.mjs';

/** A test file that can't run here, and the servers it wants. */
export interface LeftOut {
  /** Path from the project's root. */
  readonly file: string;
  readonly wants: readonly ServerProgram[];
}

const root = resolve(import.meta.dirname, '../..');

/** The path of a program, or an error that says what to install. */
export function requireProgram(...names: readonly string[]): string {
  const path = findProgram(...names);
  if (path === undefined) {
    throw new Error(`${names.join(' or ')} is not on this machine. ${howToInstall(missingServers())}`);
  }
  return path;
}

/** The environment variable by which the run tells its test files where a shared server is. */
export function sharedVariable(name: 'postgres' | 'redis'): string {
  return `VIGIE_TEST_${name.toUpperCase()}`;
}

/** The address of a server that the run shares, or an error that says how to get one. */
export function sharedUrl(name: 'postgres' | 'redis'): string {
  const url = process.env[sharedVariable(name)];
  if (url === undefined) {
    throw new Error(
      `no shared ${name} runs here: name the test file *.servers.test.ts and run it by npm test, or start a private one`,
    );
  }
  return url;
}

/** The test files that import, themselves or through others, a server that is missing here. */
export function leftOutFiles(): readonly LeftOut[] {
  const missing = missingServers();
  if (missing.length === 0) return [];
  return globSync('test/**/*.servers.test.ts', { cwd: root }).flatMap((file) => {
    const imports = importsOf(join(root, file));
    const wants = missing.filter((server) => imports.has(join(root, `test/servers/${server.name}.ts`)));
    return wants.length === 0 ? [] : [{ file, wants }];
  });
}

/** What to print, loudly, after a run that left files out. */
export function leftOutNotice(leftOut: readonly LeftOut[]): string {
  const wanted = missingServers().filter((server) => leftOut.some(({ wants }) => wants.includes(server)));
  return [
    '',
    ...leftOut.map(({ file, wants }) => `LEFT OUT: ${file} (needs ${wants.map(({ title }) => title).join(' and ')})`),
    `LEFT OUT, test files in all: ${leftOut.length}. ${howToInstall(wanted)}`,
    '',
  ].join('\n');
}

/** A file's own relative imports and everything they import in turn, as full paths. */
export function importsOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const text = readFileSync(file, 'utf8');
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.ts)'/g)) {
    const imported = resolve(dirname(file), String(specifier));
    if (seen.has(imported) || !existsSync(imported)) continue;
    seen.add(imported);
    importsOf(imported, seen);
  }
  return seen;
}
