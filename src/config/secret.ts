/** Secrets: references in the configuration, read only at the point of use, invisible to logs. */
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { inspect } from 'node:util';
import { quote, ValueFault } from './fault.ts';

/** A secret that the configuration names but never holds. JSON, `String()` and `util.inspect` show the reference. */
export interface Secret {
  /** `env:NAME` or `file:/path`. */
  readonly ref: string;
  /**
   * The value as it is now, read afresh so that a rotated file is noticed. Throws a `ValueFault` that names the
   * reference.
   */
  readonly reveal: () => string;
  /** The reference again, so that a secret in a message shows nothing. */
  readonly toString: () => string;
}

/**
 * The secret behind a reference, not yet read: call `reveal` once to prove that it can be. Throws a `ValueFault`, which
 * never shows the text, for anything but `env:NAME` and `file:/path`, because the text may be the secret itself. Names
 * are in capitals, so that a hexadecimal secret behind `env:` is not taken for a name and shown.
 */
export function readReference(text: string, env: NodeJS.ProcessEnv): Secret {
  const [, kind = '', name = ''] = /^(env|file):(.+)$/s.exec(text) ?? [];
  if (kind === 'env' && /^[A-Z_][A-Z0-9_]*$/.test(name)) return createSecret(text, () => readVariable(name, env));
  if (kind === 'file' && isAbsolute(name)) return createSecret(text, () => readSecretFile(name));
  if (kind === 'env') throw new ValueFault('this is not the name of a variable', 'write `env:NAME`, in capitals');
  if (kind === 'file') throw new ValueFault('the path of a secret is not absolute', 'write `file:/absolute/path`');
  const remedy = 'write a reference, `env:NAME` or `file:/absolute/path`, and keep the secret there';
  throw new ValueFault('a secret must not stand in the configuration file', remedy);
}

/** A secret called `ref` that `read` fetches. */
export function createSecret(ref: string, read: () => string): Secret {
  const show = (): string => ref;
  const secret = { ref, reveal: read };
  for (const name of ['toJSON', 'toString', inspect.custom]) Object.defineProperty(secret, name, { value: show });
  return Object.freeze(secret);
}

function readVariable(name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  if (value === undefined) throw new ValueFault(`\`env:${name}\` is not set`, `set the environment variable ${name}`);
  if (value.trim() === '')
    throw new ValueFault(`\`env:${name}\` is empty`, `give the environment variable ${name} a value`);
  return value;
}

function readSecretFile(path: string): string {
  let value: string;
  try {
    value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const remedy = 'create the file, or let the user that runs Vigie read it';
    throw new ValueFault(`\`file:${path}\` can't be read (${codeOf(cause)})`, remedy, { cause });
  }
  if (value.trim() === '') throw new ValueFault(`\`file:${path}\` is empty`, 'write the secret into the file');
  return value;
}

/** The system's code of a failed call, `ENOENT`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : quote(error);
}
