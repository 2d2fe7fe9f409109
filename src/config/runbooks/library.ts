/** The library: the runbooks of a folder, each read by itself and then compared with the others. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Runbook } from '../../runbook/runbook.ts';
import type { Complaint, Fault } from '../fault.ts';
import { quote } from '../fault.ts';
import { codeOf } from '../secret.ts';
import { valueAt } from '../tree.ts';
import { around, endless } from './flow.ts';
import { complain, remedyFor } from '../complain.ts';
import { textOf } from './plain.ts';
import { examine } from './reading.ts';
import type { Reading } from './reading.ts';

/** A library, or everything that is wrong with it: when there are faults, there are no runbooks. */
export interface Library {
  readonly runbooks: readonly Runbook[];
  readonly faults: readonly Fault[];
}

/**
 * One file's runbook, or its faults; `file` is how it is called in them, and ends in the runbook's id and `.yaml`. Other
 * runbooks that it continues in are not looked for.
 */
export function readRunbook(
  file: string,
  text: string,
): { readonly runbook: Runbook | null; readonly faults: readonly Fault[] } {
  const { runbook, faults } = examine(file, text);
  return { runbook, faults };
}

/**
 * All runbooks of a folder, in the order of their files' names. Its own folders, and files of other kinds, are left alone.
 * With what vigie.yaml names, a runbook that is for another service or escalates to another level has a fault.
 */
export const readLibrary = (folder: string, named: Named | null = null): Library => readAll(listFolder(folder), named);

/** The names of vigie.yaml that runbooks refer to. */
export interface Named {
  readonly services: readonly string[];
  /** Ids of the levels of all policies. */
  readonly levels: readonly string[];
}

/** The faults of files and folders, and how many runbooks were read; a file is compared with its neighbours. */
export function lintRunbooks(paths: readonly string[]): { readonly count: number; readonly faults: readonly Fault[] } {
  const named = paths.map(list);
  const files = new Set(named.flatMap((found) => found.files));
  const missing = named.flatMap((found) => found.faults);
  const beside = [...files].flatMap((file) => listFolder(dirname(file)).files);
  const { faults } = readAll({ files: [...new Set([...files, ...beside])], faults: missing });
  return { count: files.size, faults: faults.filter(({ file }) => files.has(file) || paths.includes(file)) };
}

/** The files of a library, and what could not be looked into. */
interface Listing {
  readonly files: readonly string[];
  readonly faults: readonly Fault[];
}

const unplaced = (file: string, problem: string, remedy: string): Fault => {
  return { file, line: 0, column: 0, path: '', problem, remedy };
};

function attempt(path: string, what: string, look: () => Listing): Listing {
  try {
    return look();
  } catch (error) {
    const code = codeOf(error);
    const [problem, remedy] =
      code === 'ENOENT'
        ? [`there is no such ${what}`, 'check the name']
        : [`it can't be read (${code})`, 'let the user who runs Vigie read it'];
    return { files: [], faults: [unplaced(path, problem, remedy)] };
  }
}

const list = (path: string): Listing =>
  attempt(path, 'file or folder', () =>
    statSync(path).isDirectory() ? listFolder(path) : { files: [join(path)], faults: [] },
  );

const listFolder = (folder: string): Listing =>
  attempt(folder, 'folder', () => {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return { files: names.toSorted().map((name) => join(folder, name)), faults: [] };
  });

function readAll({ files, faults }: Listing, named: Named | null = null): Library {
  const readings = files.map(readOne);
  const ids = new Map<string, Reading>();
  for (const reading of readings) if (!ids.has(reading.id)) ids.set(reading.id, reading);
  const alone = readings.flatMap((reading) => reading.faults);
  const between = readings.flatMap((reading) =>
    [
      ...twice(reading, ids),
      ...strangers(reading, readings),
      ...nowhere(reading, named?.services ?? null),
      ...nobody(reading, named?.levels ?? null),
    ].map(reading.locate),
  );
  const all = [...faults, ...alone, ...between, ...circles(readings)];
  const order = new Map(files.map((file, index) => [file, index]));
  const place = ({ file }: Fault): number => order.get(file) ?? -1;
  const sorted = all.toSorted((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column);
  return { runbooks: all.length > 0 ? [] : readings.flatMap(({ runbook }) => runbook ?? []), faults: sorted };
}

function readOne(file: string): Reading {
  const refuse = (problem: string, remedy: string): Reading => {
    const fault = unplaced(file, problem, remedy);
    return { file, id: '', runbook: null, faults: [fault], steps: [], points: [], locate: () => fault };
  };
  try {
    return examine(file, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return refuse('the file is not UTF-8 text', 'save it as UTF-8');
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return refuse(`the file can't be read (${code})`, 'let the user who runs Vigie read it, or remove it');
  }
}

function twice({ id, file }: Reading, ids: ReadonlyMap<string, Reading>): readonly Complaint[] {
  const first = ids.get(id);
  if (id === '' || first === undefined || first.file === file) return [];
  return [complain(['id'], `${first.file} has the id ${quote(id)} already`, 'give one of them another id')];
}

/** Names of runbooks that are not there. A file that can't be read may be any of them. */
function strangers({ steps }: Reading, readings: readonly Reading[]): readonly Complaint[] {
  const known = readings.flatMap(({ id, file }) => (id === '' ? [/([^\\/]*)\.ya?ml$/.exec(file)?.[1] ?? ''] : [id]));
  return steps.flatMap(({ path, written }) => {
    const name = textOf(written['runbook']);
    if (name === '' || known.includes(name)) return [];
    const remedy = remedyFor(name, known, 'write the id of a runbook of this folder');
    return [complain([...path, 'runbook'], `there is no runbook ${quote(name)}`, remedy)];
  });
}

/** Names of services that are not there: such a runbook would never be chosen. */
function nowhere({ runbook }: Reading, services: readonly string[] | null): readonly Complaint[] {
  if (services === null || runbook === null) return [];
  return runbook.services.flatMap((name, index) => {
    if (services.includes(name)) return [];
    const remedy = remedyFor(name, services, 'write the name of a service of vigie.yaml');
    return [complain(['services', index], `vigie.yaml has no service ${quote(name)}`, remedy)];
  });
}

/** Levels that no policy has: nobody would be paged by them. */
function nobody({ steps }: Reading, levels: readonly string[] | null): readonly Complaint[] {
  if (levels === null) return [];
  return steps.flatMap(({ path, written }) => {
    const level = textOf(valueAt(written, ['escalate', 'level']));
    if (level === '' || level === 'next' || levels.includes(level)) return [];
    const remedy = remedyFor(level, levels, 'write `next`, or the id of a level of a policy of vigie.yaml');
    return [complain([...path, 'escalate', 'level'], `no policy of vigie.yaml has a level ${quote(level)}`, remedy)];
  });
}

/** Loops that lead from one runbook into another and back; those inside of one are told already. */
function circles(readings: readonly Reading[]): readonly Fault[] {
  return endless(readings.flatMap(({ points }) => points)).flatMap(({ loop }) => {
    const crossing = loop.filter(
      ({ point }, index) => point.runbook !== loop[(index + 1) % loop.length]?.point.runbook,
    );
    const [first] = crossing;
    const reading = readings.find(({ id }) => id === first?.point.runbook);
    if (first === undefined || reading === undefined) return [];
    const problem = `these runbooks continue in each other without end: ${around(crossing.map(({ point }) => point.runbook))}`;
    const path = first.edge.path ?? first.point.path;
    return [reading.locate(complain(path, problem, 'let a person decide in one of them, or let one of them end'))];
  });
}
