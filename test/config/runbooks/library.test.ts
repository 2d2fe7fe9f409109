/** A folder is one library, or all faults of all its files at once. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintRunbooks, readLibrary } from '../../../src/config/runbooks/library.ts';
import { printed, withFolder } from './folders.ts';

const look = '{id: look, title: Look, instruction: Look}';
const small = (id: string, ...steps: readonly string[]): string =>
  `id: ${id}\ntitle: Small\nsteps: [${[look, ...steps].join(', ')}]\n`;

/** What reading a folder of these files gives. */
const read = (files: Readonly<Record<string, string | Uint8Array>>) =>
  withFolder(files, (folder) => {
    const { runbooks, faults } = readLibrary(folder);
    return { ids: runbooks.map(({ id }) => id), faults: printed(faults, folder) };
  });

/** What linting some paths inside of a folder of these files gives. */
const lint = (files: Readonly<Record<string, string>>, ...paths: readonly string[]) =>
  withFolder(files, (folder) => {
    const { count, faults } = lintRunbooks(paths.map((path) => join(folder, path)));
    return { count, faults: printed(faults, folder) };
  });

describe('a library', () => {
  it('is all runbooks of its folder, by name; other files and folders are left alone', () => {
    const files = {
      'b.yaml': small('b', '{id: on, title: On, runbook: constructor}'),
      'constructor.yml': small('constructor'),
      'a.yaml': small('a'),
      'README.md': '# Runbooks',
      'runbook.schema.json': '{}',
      'drafts/c.yaml': 'nothing yet',
    };
    expect(read(files)).toEqual({ ids: ['a', 'b', 'constructor'], faults: [] });
  });

  it('is compared with the services there are, where they are known', () => {
    const files = { 'a.yaml': `${small('a')}services: [shop, chekout]\n` };
    const named = { services: ['checkout', 'shop'], levels: [] };
    const faults = withFolder(files, (folder) => printed(readLibrary(folder, named).faults, folder));
    expect(faults).toEqual(['a.yaml:4:18: services[1]: vigie.yaml has no service `chekout`; did you mean `checkout`?']);
    expect(read(files).ids).toEqual(['a']);
  });

  it('is compared with the levels there are: one that no policy has would page nobody', () => {
    const escalate = (level: string): string => `{id: page, title: Page, escalate: {level: ${level}}}`;
    const files = {
      'a.yaml': small('a', escalate('next')),
      'b.yaml': small('b', escalate('L3')),
      'c.yaml': small('c', escalate('L2')),
    };
    const named = { services: [], levels: ['L1', 'L2'] };
    const faults = withFolder(files, (folder) => printed(readLibrary(folder, named).faults, folder));
    expect(faults).toEqual([
      'b.yaml:3:95: steps[1].escalate.level: no policy of vigie.yaml has a level `L3`; did you mean `L1`?',
    ]);
  });

  it('may be empty', () => {
    expect(read({ 'README.md': '' })).toEqual({ ids: [], faults: [] });
  });

  it('has faults of all its files, in their order, and no runbooks then', () => {
    const { ids, faults } = read({
      'c.yaml': small('c', '{id: on, title: On, runbook: nowhere}'),
      'b.yaml': small('b'),
      'a.yaml': 'id: a\ntitle: A\nsteps: []\n',
      'd.yaml': new Uint8Array([0xff, 0xfe]),
    });
    expect(ids).toEqual([]);
    expect(faults).toEqual([
      'a.yaml:3:8: steps: there are no steps; write at least one: `- {id: …, title: …, …}`',
      'c.yaml:3:82: steps[1].runbook: there is no runbook `nowhere`; write `a`, `b`, `c` or `d`',
      'd.yaml: the file is not UTF-8 text; save it as UTF-8',
    ]);
  });

  it('does not say that a runbook is missing whose file can not be read', () => {
    const files = { 'a.yaml': small('a', '{id: on, title: On, runbook: b}'), 'b.yaml': 'id: [b' };
    expect(read(files).faults.map((fault) => fault.split(':')[0])).toEqual(['b.yaml']);
  });

  it('says when a folder is not there, and when a file is none', () => {
    withFolder({}, (folder) => {
      mkdirSync(join(folder, 'odd.yaml'));
      expect(printed(readLibrary(folder).faults, folder)).toEqual([
        "odd.yaml: the file can't be read (EISDIR); let the user who runs Vigie read it, or remove it",
      ]);
      expect(printed(readLibrary(join(folder, 'none')).faults, folder)).toEqual([
        'none: there is no such folder; check the name',
      ]);
    });
  });

  it.skipIf(process.getuid?.() === 0)('says when a folder may not be read', () => {
    withFolder({ 'in/a.yaml': small('a') }, (folder) => {
      chmodSync(join(folder, 'in'), 0);
      const { faults } = readLibrary(join(folder, 'in'));
      chmodSync(join(folder, 'in'), 0o700);
      expect(printed(faults, folder)).toEqual(["in: it can't be read (EACCES); let the user who runs Vigie read it"]);
    });
  });
});

describe('a circle of runbooks', () => {
  const ask = (yes: string) =>
    `{id: ask, title: Ask, decision: {question: Again?, options: [{label: Yes, next: ${yes}}, {label: No, next: end}]}}`;

  it('is none when a person may leave it', () => {
    const files = {
      'a.yaml': small('a', ask('on'), '{id: on, title: On, runbook: b}'),
      'b.yaml': small('b', '{id: back, title: Back, runbook: a}'),
    };
    expect(read(files)).toEqual({ ids: ['a', 'b'], faults: [] });
  });

  it('may be entered from outside, and is told once, where it begins', () => {
    const files = {
      'a.yaml': small('a', '{id: on, title: On, runbook: b}'),
      'b.yaml': small('b', '{id: on, title: On, runbook: c}'),
      'c.yaml': small('c', '{id: back, title: Back, runbook: b}'),
    };
    expect(read(files).faults).toEqual([
      'b.yaml:3:82: steps[1].runbook: these runbooks continue in each other without end: `b` → `c` → `b`; let a person decide in one of them, or let one of them end',
    ]);
  });

  it('of one runbook whose own step leads back is allowed when a person decides', () => {
    const step = '{id: again, title: Again, runbook: a}';
    expect(read({ 'a.yaml': small('a', ask('again'), step) })).toEqual({ ids: ['a'], faults: [] });
    expect(read({ 'a.yaml': small('a', step) }).faults).toHaveLength(1);
  });
});

describe('linting', () => {
  const files = {
    'a.yaml': small('a', '{id: on, title: On, runbook: b}'),
    'b.yaml': small('b'),
    'c.yaml': 'id: c\n',
    'more/d.yaml': small('d', '{id: on, title: On, runbook: e}'),
  };

  it('takes files and folders, and knows the neighbours of a file without telling their faults', () => {
    expect(lint(files, 'a.yaml', 'b.yaml')).toEqual({ count: 2, faults: [] });
    expect(lint(files, 'a.yaml', 'more').faults).toEqual([
      'more/d.yaml:3:82: steps[1].runbook: there is no runbook `e`; did you mean `a`?',
    ]);
    expect(lint(files, '.', './a.yaml')).toMatchObject({ count: 3 });
  });

  it('says when a path is not there', () => {
    expect(lint(files, 'z.yaml', 'b.yaml')).toEqual({
      count: 1,
      faults: ['z.yaml: there is no such file or folder; check the name'],
    });
  });
});
